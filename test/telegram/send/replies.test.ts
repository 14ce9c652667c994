/** Replies that are offered again while they wait: their group became a supergroup, or nobody knows what came of a part. */
import { Api } from 'grammy';
import { pino } from 'pino';
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../../src/sandbox/bot-api/emulator.ts';
import { createApis } from '../../../src/telegram/api.ts';
import type { ChatLine } from '../../../src/telegram/send/chat-line.ts';
import type { Delivery } from '../../../src/telegram/send/delivery.ts';
import { owedReply, Replies } from '../../../src/telegram/send/replies.ts';
import { plain } from '../../../src/telegram/render/rich-text.ts';
import { steerableSessions } from '../../helpers/steerable-sessions.ts';

const GROUP = -5;
const SUPERGROUP = -1_000_000_000_005;

const reply = (messageId: number) => owedReply({ messageId, threadId: null }, { text: plain('x') });

it('leave its line, but for the one that is under way, and are taken again where they are offered', () => {
  const queues = new Map<number, Delivery[]>();
  const queueOf = (chatId: number) => queues.get(chatId) ?? [];
  const lineOf = (chatId: number) =>
    ({
      add: (_: string, delivery: Delivery) => queues.set(chatId, [...queueOf(chatId), delivery]),
      drop: (delivery: Delivery) => {
        const [first] = queueOf(chatId);
        // The first one's call is under way.
        if (delivery === first) return false;
        queues.set(
          chatId,
          queueOf(chatId).filter((other) => other !== delivery),
        );
        return true;
      },
    }) as unknown as ChatLine;
  const owed = steerableSessions().replies;
  const replies = new Replies({
    api: new Api('1:x'),
    lineOf,
    owed,
    log: pino({ level: 'silent' }),
    readCopy: () => Promise.resolve(null),
  });
  replies.offer(GROUP, [reply(1), reply(2)]);
  replies.move(GROUP, SUPERGROUP);
  expect(queueOf(GROUP)).toHaveLength(1);
  // As the daemon names them there.
  replies.offer(SUPERGROUP, [reply(-1), reply(-2)]);
  expect(queueOf(SUPERGROUP)).toHaveLength(1);
  replies.move(GROUP, SUPERGROUP);
  replies.offer(SUPERGROUP, [reply(-1), reply(-2)]);
  expect(queueOf(SUPERGROUP)).toHaveLength(1);
});

it('are not sent again in the supergroup, though the outcome of a part was unknown, and then of the one under way', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  const { message_id: messageId } = emulator.sendText({ chatId: 7, text: 'question' });
  const queue: Delivery[] = [];
  const line = {
    add: (_: string, delivery: Delivery) => queue.push(delivery),
    drop: () => false,
  } as unknown as ChatLine;
  const replies = new Replies({
    api: createApis({ token: emulator.token, apiRoot: emulator.url }).send,
    lineOf: () => line,
    owed: steerableSessions().replies,
    log: pino({ level: 'silent' }),
    readCopy: () => Promise.resolve(null),
  });
  const long = owedReply({ messageId, threadId: null }, { text: plain('word '.repeat(1_000)) });
  replies.offer(7, [long]);
  const [delivery] = queue;
  expect(delivery?.outcomeUnknown?.()).toBe(true);
  expect(await delivery?.step(new AbortController().signal)).toBe(false);
  expect(delivery?.outcomeUnknown?.()).toBe(true);
  replies.move(7, SUPERGROUP);
  replies.offer(SUPERGROUP, [{ ...long, messageId: -messageId, partsSent: 1 }]);
  expect(queue).toHaveLength(1);
});
