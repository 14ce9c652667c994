/** Commands about how turns are shown in this chat or topic. */
import { onOrOffText } from '../../texts/help.ts';
import { draftsText, noDraftsText, verboseText } from '../../texts/views.ts';
import type { Run } from './command.ts';

const SWITCH: Partial<Record<string, boolean>> = { on: true, off: false };

/** Without a word it is switched on: to be done twice it must not be a toggle. */
const verbose: Run = async ({ address, argument }, sessions) => {
  const isVerbose = argument === '' ? true : SWITCH[argument.toLowerCase()];
  if (isVerbose === undefined) return { text: onOrOffText('verbose') };
  await sessions.changeView(address, { isVerbose });
  return { text: verboseText(isVerbose) };
};

const drafts: Run = async ({ address, argument }, sessions) => {
  // Groups have negative ids (Bot API, Chat).
  if (address.chatId < 0) return { text: noDraftsText() };
  if (argument === '') return { text: draftsText(sessions.viewOf(address).usesDrafts) };
  const usesDrafts = SWITCH[argument.toLowerCase()];
  if (usesDrafts === undefined) return { text: onOrOffText('drafts') };
  await sessions.changeView(address, { usesDrafts });
  return { text: draftsText(usesDrafts) };
};

export const VIEW_COMMANDS = { verbose, drafts } satisfies Record<string, Run>;
