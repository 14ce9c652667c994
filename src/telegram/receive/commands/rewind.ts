/** /rewind: which message the files can be put back to before. */
import { plain } from '../../render/rich-text.ts';
import { rewindListText } from '../../texts/rewind.ts';
import { noSessionText } from '../../texts/sessions.ts';
import { rewindKeyboard } from '../rewind-buttons.ts';
import type { Run } from './command.ts';

const rewind: Run = async ({ address, at }, sessions) => {
  const session = await sessions.current(address);
  const points = session && (await sessions.rewindPoints(address.chatId, session.id, at));
  if (!points) return { text: noSessionText() };
  if ('refused' in points) return { text: plain(points.refused) };
  return { text: rewindListText(points), keyboard: rewindKeyboard(session.id, points) };
};

export const REWIND_COMMANDS = { rewind } satisfies Record<string, Run>;
