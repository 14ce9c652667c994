/** A new session's place: a topic of its own where the chat has topics, else where it was asked for. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, MadeTopic, SessionsPort } from '../ports.ts';
import { concat, plain, type RichText } from '../render/rich-text.ts';
import { noTopicText, whereText } from '../texts/topics.ts';

/** Makes a topic of that name. What passes by itself is thrown, and the update comes again. */
export type MakeTopic = (name: string) => Promise<MadeTopic>;

export interface Place {
  /** Where it was asked for. */
  address: ChatAddress;
  /** Null: the chat has no topics. */
  makeTopic: MakeTopic | null;
  /** Wall clock, ms since the epoch. */
  at: number;
}

/**
 * The session was created `isForTopic`, unless there are no topics. Done again after a crash it makes a second topic at
 * worst, never a second session.
 * @returns where to write to it
 */
export async function settle(
  session: SessionView,
  { address, makeTopic, at }: Place,
  sessions: Pick<SessionsPort, 'place'>,
): Promise<RichText> {
  if (!makeTopic) return whereText(session, address);
  const { id, threadId, name } = session;
  const made = threadId === null ? await makeTopic(name) : { threadId };
  const place = 'refused' in made ? address.threadId : made.threadId;
  const placed = (await sessions.place(address.chatId, id, place, at)) ?? session;
  const where = whereText(placed, address);
  return 'refused' in made ? concat(where, noTopicText(made.refused)) : concat(where, plain(''));
}
