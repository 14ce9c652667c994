/** Messages that the command line puts into a session: taken as those of the chat are, shown there, and answered there too. */
import { isKnown } from '../../../machines/session-inbox.ts';
import type { Notice, SessionRecord } from '../../../machines/session-record.ts';
import { inboxFullText } from '../../telegram/texts/refusals.ts';
import { idOfRequest } from '../../made-up-ids.ts';
import { uuidOf } from '../../uuid.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';
import { INBOX_LIMIT, type Take } from '../messages/intake.ts';
import { promptOf } from '../messages/arrivals/prompt.ts';
import type { Sessions } from '../sessions/sessions.ts';

/** As long as a few messages of the chat together; more is for a file. In UTF-16 units. */
export const LONGEST_SENT = 16_000;

export interface SendingOptions {
  sessions: Sessions;
  ofChat: Pick<ChatSessions, 'inTurnOf'>;
  take: Take;
  /** Whether anybody who is allowed is in the chat. */
  isServed: (chatId: number) => boolean;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** `refused`: a sentence for the sender. */
export type Sent = { type: 'taken' } | { type: 'refused'; refused: string };

/** What became of a message. `earlier`: it was sent before, and left the session before this was asked. */
export type Fate =
  | { type: 'answered'; markdown: string }
  | { type: 'unanswered'; why: Notice['type'] | 'dropped' }
  | { type: 'earlier' }
  | { type: 'notWaitedFor' };

export interface DeskSending {
  /**
   * Resolves once the message is in the session's inbox, durably. Null if there is no such session.
   * @param requestId the sender's own: with the same one it is sent once, however often this is called
   */
  send(sessionId: string, requestId: string, text: string): Promise<Sent | null>;
  /** Resolves when the message has left the session, or with `notWaitedFor` when the signal is given. To be called before `send`. */
  fateOf(sessionId: string, requestId: string, signal: AbortSignal): Watch;
}

export interface Watch {
  /** The message is in the session, or was there: from now on it is looked after. */
  begin(): void;
  readonly fate: Promise<Fate>;
}

export function createDeskSending({ sessions, ofChat, take, isServed, now }: SendingOptions): DeskSending {
  return {
    send: async (sessionId, requestId, text) => {
      const record = await sessions.record(sessionId);
      if (!record) return null;
      if (record.state === 'terminated') return refused(`${record.id} has ended, so it takes no message.`);
      if (!isServed(record.chatId))
        return refused('Nobody who may use the bot is in the chat of the session.');
      const { uuid, messageId } = idsOf(sessionId, requestId);
      const prompt = promptFor(record, text);
      const refusal = await ofChat.inTurnOf(record.chatId, async (chatId) => {
        const address = { chatId, threadId: record.threadId };
        await take(address, { uuid, messageId, text: prompt, at: now(), by: 'commandLine' }, sessionId);
        const after = await sessions.record(sessionId);
        return after && isKnown(after, uuid) ? null : inboxFullText(INBOX_LIMIT);
      });
      return refusal === null ? { type: 'taken' } : refused(refusal);
    },

    fateOf: (sessionId, requestId, signal) => {
      const { messageId } = idsOf(sessionId, requestId);
      const { promise: fate, resolve } = Promise.withResolvers<Fate>();
      let before: SessionRecord | null = null;
      let hasBegun = false;
      const look = (): boolean => {
        if (signal.aborted) return end({ type: 'notWaitedFor' });
        const record = sessions.open.find(({ id }) => id === sessionId)?.record ?? null;
        if (record?.inbox.some((message) => message.messageId === messageId)) {
          before = record;
          return false;
        }
        if (before) return end(record ? fateBetween(before, record) : { type: 'earlier' });
        return hasBegun && end({ type: 'earlier' });
      };
      const end = (outcome: Fate): true => {
        resolve(outcome);
        return true;
      };
      signal.addEventListener('abort', () => void look(), { once: true });
      void sessions.until(look);
      return {
        begin: () => {
          hasBegun = true;
          look();
        },
        fate,
      };
    },
  };
}

function refused(sentence: string): Sent {
  return { type: 'refused', refused: sentence };
}

function idsOf(sessionId: string, requestId: string): { uuid: string; messageId: number } {
  const uuid = uuidOf('commandLine', sessionId, requestId);
  return { uuid, messageId: idOfRequest(uuid) };
}

/** Where Claude asked and waits for words, they are the answer and nothing more. */
function promptFor({ approvals }: SessionRecord, text: string): string {
  const isAnswer = approvals.some(({ awaits }) => awaits === 'words');
  return isAnswer ? text : promptOf([{ text, context: [], files: [] }]);
}

/** From the single change with which it left the inbox. */
function fateBetween(before: SessionRecord, after: SessionRecord): Fate {
  const bodies = after.outbox.filter(({ id }) => id >= before.nextOutboxId).map(({ body }) => body);
  const answer = bodies.find((body) => body.kind === 'answer');
  if (answer) return { type: 'answered', markdown: answer.markdown };
  const notice = bodies.find((body) => body.kind === 'notice');
  return { type: 'unanswered', why: notice?.notice.type ?? 'dropped' };
}
