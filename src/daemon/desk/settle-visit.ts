/** What a session takes over of a visit at the desk: not a conversation that another session has. */
import type { DeskVisit } from '../../../machines/session-events.ts';
import { conversationHolders, type ConversationHoldersOptions } from '../sessions/conversation-holders.ts';

/** The person may have gone on with any conversation there, also with another session's: that one stays where it is. */
export async function settleVisit(
  sessionId: string,
  visit: DeskVisit,
  options: ConversationHoldersOptions,
): Promise<DeskVisit> {
  const own = await options.sessions.record(sessionId);
  const { claudeSessionId } = visit;
  if (!own || claudeSessionId === own.claudeSessionId) return visit;
  const holders = await conversationHolders(claudeSessionId, options);
  const isTaken = holders.some(({ id }) => id !== sessionId);
  if (!isTaken) return visit;
  return { ...visit, claudeSessionId: own.claudeSessionId, isStarted: own.conversationStarted, spent: null };
}
