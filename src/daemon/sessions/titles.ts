/** Names sessions after their conversations: once, after the first answer, unless a person has named them. */
import type { ConversationsPort } from '../../claude/ports.ts';
import { sessionName } from '../../words/session-name.ts';
import type { KeptSession } from './kept-session.ts';
import type { DaemonLog } from '../log.ts';

export interface TitlesOptions {
  conversations: Pick<ConversationsPort, 'find'>;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** What it returns is told of each change of a session, and never throws. */
export function namingByTitle({ conversations, log, now }: TitlesOptions): (session: KeptSession) => void {
  /** Asked for; a title that can't be read is not asked for again. */
  const asked = new Set<string>();

  async function name(session: KeptSession): Promise<void> {
    const found = await conversations.find(session.record.claudeSessionId);
    const title = found && sessionName(found.title);
    if (title) session.tellIfRunning({ type: 'daemon.titled', title, at: now() });
  }

  return (session) => {
    const { id, namedBy, conversationStarted } = session.record;
    // Only now is all of the first turn on disk.
    if (session.phase !== 'live.idle' || namedBy !== 'folder' || !conversationStarted || asked.has(id))
      return;
    asked.add(id);
    name(session).catch((error: unknown) =>
      log.warn({ sessionId: id, err: error }, 'conversation.titleUnknown'),
    );
  };
}
