/** Commands about what the current session uses, and where it works. */
import { plain } from '../../render/rich-text.ts';
import * as texts from '../../texts/usage.ts';
import { noSessionText } from '../../texts/sessions.ts';
import { aboutCurrent, type Run } from './command.ts';

const usage: Run = async ({ address, at }, sessions) => {
  const session = await sessions.current(address);
  if (!session) return { text: noSessionText() };
  return { text: texts.usageText(session, await sessions.usage(session.id), at) };
};

const cost: Run = async ({ address }, sessions) =>
  aboutCurrent(await sessions.current(address), texts.costText);

const cwd: Run = async ({ address, argument, at }, sessions) => {
  const session = await sessions.current(address);
  if (!session || argument === '') return aboutCurrent(session, texts.folderText);
  const changed = await sessions.changeFolder(address.chatId, session.id, argument, at);
  if (changed && 'refused' in changed) return { text: plain(changed.refused) };
  return aboutCurrent(changed, texts.folderChangedText);
};

export const USAGE_COMMANDS = { usage, cost, cwd } satisfies Record<string, Run>;
