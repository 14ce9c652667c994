/** Ten thousand updates at once, through real HTTP: strangers cost nothing that stays, and the owner is heard all the same. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { HOSTILE_RUNS } from '../helpers/arbitraries/runs.ts';
import { damagedUpdate, strangersUpdate, type People } from '../helpers/arbitraries/updates.ts';
import { ME, startBot } from '../helpers/bot.ts';
import { heapInUse } from '../helpers/heap.ts';

const PEOPLE: People = { allowed: ME, stranger: 666, group: -100, buttons: ['ay:x', 's:s1'] };

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

it('gives ten thousand updates of strangers no answer, no effect, no line in the log and no memory', async () => {
  const { emulator, sessions, calls, logged } = await startBot();
  await expect.poll(() => emulator.commands.length).toBeGreaterThan(0);
  const sofar = logged().length;
  const chatter = (round: number) => {
    for (let count = 0; count < HOSTILE_RUNS / 2; count++) {
      const userId = 1_000 + round * HOSTILE_RUNS + count;
      const from = { id: userId, is_bot: false, first_name: 'Eve' };
      const message = { message_id: 1, date: 1, from, chat: { id: userId, type: 'private' } };
      emulator.pushUpdate({ message: { ...message, text: `/start ${'x'.repeat(10_000)}` } });
    }
    emulator.sendText({ chatId: ME, text: `mine ${String(round)}` });
    return expect.poll(() => sessions.accepted, { timeout: 30_000 }).toHaveLength(round);
  };
  await chatter(1);
  const before = heapInUse();
  await chatter(2);
  // Fifty million characters came by.
  expect(heapInUse() - before).toBeLessThan(20_000_000);
  expect(sessions.calls).toEqual([]);
  expect(calls('sendMessage', 'answerCallbackQuery', 'sendChatAction')).toEqual([]);
  expect(logged().slice(sofar)).toBe('');
});

it('takes what is good among hostile updates that come over the wire', async () => {
  const { emulator, sessions, telegram } = await startBot();
  const hostile = fc.sample(fc.oneof(damagedUpdate(PEOPLE), strangersUpdate(PEOPLE)), 2_000).filter(isObject);
  for (const [index, update] of hostile.entries()) {
    emulator.pushUpdate(update);
    if (index % 100 === 0) emulator.sendText({ chatId: ME, text: `good ${String(index)}` });
  }
  emulator.sendText({ chatId: ME, text: 'good at last' });
  const good = () => sessions.accepted.map(({ text }) => text).filter((text) => text.startsWith('good '));
  await expect.poll(() => good().at(-1), { timeout: 30_000 }).toBe('good at last');
  expect(good()).toHaveLength(Math.ceil(hostile.length / 100) + 1);
  expect(telegram.health.state).toBe('polling');
});
