/** Commands about which sessions the chat has: begin, name, list, end. */
import { sessionName } from '../../../words/session-name.ts';
import { plain } from '../../render/rich-text.ts';
import { howToRenameText, renamedText } from '../../texts/session-cards.ts';
import { createdText, endedText } from '../../texts/sessions.ts';
import { settle } from '../own-topic.ts';
import { listReply } from '../session-lists.ts';
import { aboutCurrent, unlessAtDesk, type Run } from './command.ts';

const begin: Run = async (call, sessions) => {
  const { address, messageId, argument, at, makeTopic } = call;
  const request = { messageId, argument, at, isForTopic: makeTopic !== null };
  const created = await sessions.create(address, request);
  if ('refused' in created) return { text: plain(created.refused) };
  return { text: createdText(created, await settle(created, call, sessions)) };
};

const end: Run = async ({ address, at }, sessions) =>
  aboutCurrent(await sessions.end(address, at), unlessAtDesk(endedText));

const rename: Run = async ({ address, argument, at }, sessions) => {
  const session = await sessions.current(address);
  const name = sessionName(argument);
  if (!session || name === null) return aboutCurrent(session, howToRenameText);
  return aboutCurrent(await sessions.rename(address.chatId, session.id, name, at), renamedText);
};

export const SESSION_COMMANDS = {
  new: begin,
  end,
  rename,
  sessions: ({ address }, sessions) => listReply(address, sessions),
} satisfies Record<string, Run>;
