/** Commands about which sessions the chat has: begin, list, end. */
import type { ChatAddress, SessionsPort } from '../../ports.ts';
import { plain } from '../../render/rich-text.ts';
import { createdText, endedText, noSessionText, sessionsText } from '../../texts/sessions.ts';
import { sessionKeyboard } from '../callback-data.ts';
import { aboutCurrent, type Reply, type Run } from './command.ts';

const begin: Run = async ({ address, messageId, argument, at }, sessions) => {
  const folder = argument === '' ? null : argument;
  const created = await sessions.create(address, { messageId, folder, at });
  return { text: 'refused' in created ? plain(created.refused) : createdText(created) };
};

const end: Run = async ({ address, at }, sessions) =>
  aboutCurrent(await sessions.end(address, at), endedText);

export const SESSION_COMMANDS = {
  new: begin,
  end,
  sessions: ({ address }, sessions) => sessionsReply(address, sessions),
} satisfies Record<string, Run>;

/** The list with a button for each session. */
export async function sessionsReply(address: ChatAddress, sessions: SessionsPort): Promise<Reply> {
  const [list, current] = await Promise.all([sessions.list(address), sessions.current(address)]);
  if (list.length === 0) return { text: noSessionText() };
  return { text: sessionsText(list), keyboard: sessionKeyboard(list, current?.id ?? null) };
}
