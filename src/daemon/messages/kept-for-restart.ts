/** People who write while the daemon drains are told, once for each chat, that their message is kept for the next one. */
import type { ChatAddress, RepliesPort } from '../../telegram/ports.ts';
import { owedReply } from '../../telegram/send/replies.ts';
import { keptForRestartText } from '../../telegram/texts/messages.ts';
import type { DaemonLog } from '../log.ts';
import type { KeptSession } from '../sessions/kept-session.ts';
import type { Sessions } from '../sessions/sessions.ts';

export interface KeptForRestartOptions {
  sessions: Pick<Sessions, 'isDraining' | 'open'>;
  owe: RepliesPort['owe'];
  log: DaemonLog;
}

/** Looks at each message that was taken. Never throws, and keeps nobody waiting: a reply is no more than a courtesy. */
export type NoteTaken = (address: ChatAddress, messageId: number, session: KeptSession) => void;

export function tellingKept({ sessions, owe, log }: KeptForRestartOptions): NoteTaken {
  const told = new Set<number>();
  return ({ chatId, threadId }, messageId, { phase }) => {
    // What comes in the middle of a turn goes to Claude, as ever.
    if (!sessions.isDraining || phase.startsWith('live.active') || told.has(chatId)) return;
    // With nothing to wait for, the restart takes a moment.
    if (!sessions.open.some(({ isBusy }) => isBusy)) return;
    told.add(chatId);
    owe(chatId, owedReply({ messageId, threadId }, { text: keptForRestartText() })).catch((error: unknown) =>
      log.error({ chatId, err: error }, 'reply.notKept'),
    );
  };
}
