/** From a person's hand to Claude and back, over HTTP: every message once, in order, whatever comes again and whenever the daemon dies. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { z } from 'zod';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { ME } from '../helpers/bot.ts';
import { startEmulatedDaemon, type EmulatedDaemon } from '../helpers/emulated-daemon.ts';
import { anApproval, NOON } from '../helpers/records.ts';
import { isAsking } from '../helpers/asking.ts';

/** Every prompt that any process of this daemon got. */
const prompts = ({ claude }: EmulatedDaemon) =>
  claude.started.flatMap((process) => process.prompts.map(({ text }) => text));

const sessionsOf = async ({ daemon }: EmulatedDaemon) => (await daemon.status()).sessions;

/** The message comes again, under another update id. */
function redeliver({ emulator }: EmulatedDaemon, messageId: number): void {
  const message = emulator.messages(ME).find(({ message_id }) => message_id === messageId);
  emulator.pushUpdate({ message });
}

/**
 * Everything that came so far was handled, and by the disk nothing is owed any more: what a chat already shows is said
 * once more by the next daemon when this one dies before it put down that it was taken.
 */
async function settled(test: EmulatedDaemon): Promise<void> {
  await expect.poll(() => test.emulator.pendingUpdates()).toBe(0);
  await expect.poll(() => owedBy(test)).toBe(0);
}

const kept = z.object({ inbox: z.array(z.unknown()).optional(), outbox: z.array(z.unknown()) });

function owedBy({ store: { disk } }: EmulatedDaemon): number {
  const records = [...disk.sessions.values(), ...disk.chats.values()];
  const owed = records.map((text) => kept.parse(JSON.parse(text)));
  return owed.reduce((sum, { inbox = [], outbox }) => sum + inbox.length + outbox.length, 0);
}

describe('a message', () => {
  it('that comes again under another number is answered once, after a restart too', async () => {
    const before = await startEmulatedDaemon();
    const [first, second] = [before.write('one'), before.write('two')];
    await expect.poll(() => before.texts()).toEqual(['You said: one', 'You said: two']);
    // Also out of order.
    redeliver(before, second);
    redeliver(before, first);
    await settled(before);
    const test = await before.killAndRestart();
    redeliver(test, first);
    redeliver(test, second);
    test.write('three');
    await expect.poll(() => test.texts().at(-1)).toBe('You said: three');
    expect(test.texts()).toEqual(['You said: one', 'You said: two', 'You said: three']);
    expect([prompts(before), prompts(test)]).toEqual([['one', 'two'], ['three']]);
  });

  it('under a lower number than those before it, as after an idle week, is answered', async () => {
    let now = NOON;
    const emulator = await startEmulator({ now: () => now });
    onTestFinished(() => emulator.close());
    const test = await startEmulatedDaemon({ emulator });
    const asked: string[] = [];
    for (let week = 0, ids = [0, 0]; (ids.at(-1) ?? 0) >= (ids.at(-2) ?? 0); week += 1) {
      const text = `week ${week}`;
      asked.push(`You said: ${text}`);
      const message = emulator.sendText({ chatId: ME, text });
      await expect.poll(() => test.texts().at(-1)).toBe(`You said: ${text}`);
      now += 8 * 24 * 3_600_000;
      // The number of an update that is of no concern shows where Telegram counts now.
      ids = [...ids, emulator.pushUpdate({ edited_message: message })];
      await settled(test);
    }
    test.write('after it fell');
    await expect.poll(() => test.texts()).toEqual([...asked, 'You said: after it fell']);
  });

  it('that was written while no daemon ran is answered by the next, in order', async () => {
    const before = await startEmulatedDaemon();
    before.write('before');
    await expect.poll(() => before.texts()).toEqual(['You said: before']);
    await before.daemon.stopNow();
    for (const text of ['one', 'two', 'three']) before.write(text);
    const test = await before.killAndRestart();
    await expect
      .poll(() => test.texts())
      .toEqual(['before', 'one', 'two', 'three'].map((text) => `You said: ${text}`));
  });

  it('that is edited does not become a second prompt', async () => {
    const test = await startEmulatedDaemon();
    const messageId = test.write('frist');
    await expect.poll(() => test.texts()).toEqual(['You said: frist']);
    test.emulator.editText({ chatId: ME, messageId, text: 'first' });
    test.write('second');
    await expect.poll(() => test.texts().at(-1)).toBe('You said: second');
    expect(prompts(test)).toEqual(['frist', 'second']);
  });
});

describe('a flood of a thousand messages', () => {
  it('by one person is taken up to a hundred, refused with one sentence, and holds up nobody', async () => {
    const test = await startEmulatedDaemon({ isTalkative: false, allowedUsers: [ME, 8] });
    for (let count = 0; count < 1_000; count += 1) test.write(`${count} ${'x'.repeat(2_000)}`);
    test.write('hello', 8);
    const mine = async () => (await sessionsOf(test)).find(({ chatId }) => chatId === ME);
    await expect.poll(async () => (await mine())?.inbox, { timeout: 30_000 }).toBe(100);
    await expect.poll(() => test.emulator.pendingUpdates(), { timeout: 30_000 }).toBe(0);
    await expect.poll(() => prompts(test), { timeout: 30_000 }).toContain('hello');
    await expect.poll(() => test.said()).toHaveLength(1);
    expect(test.said()[0]).toMatch(/^100 messages wait for Claude already/);
    const bytes = [...test.store.disk.sessions.values(), ...test.store.disk.chats.values()].join('').length;
    expect(bytes).toBeLessThan(1_000_000);

    // Once there is room again, messages are taken again.
    const process = test.claude.started.find(({ prompts: [first] }) => first?.text.startsWith('0 '));
    process?.answers('done');
    await expect.poll(async () => (await mine())?.inbox).toBe(99);
    test.write('one more');
    await expect.poll(async () => (await mine())?.inbox).toBe(100);
  });

  it('by strangers leaves nothing, and the owner is answered', async () => {
    const test = await startEmulatedDaemon();
    for (let count = 0; count < 1_000; count += 1) test.write('let me in', 1_000 + count);
    test.write('hello');
    await expect.poll(() => test.texts(), { timeout: 30_000 }).toEqual(['You said: hello']);
    expect([test.store.disk.sessions.size, test.store.disk.chats.size]).toEqual([1, 1]);
    expect(test.calls('sendMessage').map(({ payload }) => payload['chat_id'])).toEqual([ME]);
  });
});

describe('a command', () => {
  it.each(['/status', '/help', '/sessions', '/nosuch'])(
    '%s is answered by the next daemon if this one dies before Telegram took the answer',
    async (command) => {
      const before = await startEmulatedDaemon();
      before.write('hello');
      await expect.poll(() => before.texts()).toEqual(['You said: hello']);
      const error = { code: 502, description: 'Bad Gateway' };
      before.emulator.fault({ method: 'sendMessage', times: 1_000, error });
      const messageId = before.write(command);
      await expect.poll(() => before.emulator.pendingUpdates()).toBe(0);
      // Only then does Telegram take anything: this daemon would say it, too, while it is being killed.
      const test = await before.killAndRestart();
      test.emulator.clearFaults();
      const isReply = ({ reply_to_message: to }: { reply_to_message?: { message_id: number } }) =>
        to?.message_id === messageId;
      await test.emulator.waitForMessage(ME, isReply);
      await settled(test);
      expect(test.emulator.messages(ME).filter(isReply)).toHaveLength(1);
    },
  );

  it('that ends a session does not end the next one when it comes again, after a restart too', async () => {
    const before = await startEmulatedDaemon();
    before.write('one');
    await expect.poll(() => before.texts()).toHaveLength(1);
    const end = before.write('/end');
    await expect.poll(() => before.texts()).toHaveLength(2);
    before.write('two');
    await expect.poll(() => before.texts().at(-1)).toBe('You said: two');
    redeliver(before, end);
    await settled(before);
    const test = await before.killAndRestart();
    redeliver(test, end);
    test.write('three');
    await expect.poll(() => test.texts().at(-1)).toBe('You said: three');
    expect((await sessionsOf(test)).map(({ state }) => state).sort()).toEqual(['idle', 'terminated']);
    expect(test.texts()).toHaveLength(4);
  });

  it.each([
    ['/stop', 'claude.interrupt'],
    ['/suspend', 'claude.stop'],
  ])('%s that comes again leaves alone what came after it, after a restart too', async (command, order) => {
    const before = await startEmulatedDaemon({ isTalkative: false });
    const messageId = before.write(command);
    await expect.poll(() => before.texts()).toHaveLength(1);
    before.write('take your time');
    await expect.poll(() => prompts(before)).toEqual(['take your time']);
    redeliver(before, messageId);
    await expect.poll(() => before.emulator.pendingUpdates()).toBe(0);
    const test = await before.killAndRestart();
    redeliver(test, messageId);
    await expect.poll(() => test.emulator.pendingUpdates()).toBe(0);
    await expect.poll(() => prompts(test)).toEqual(['take your time']);
    const received = [...before.claude.started, ...test.claude.started].flatMap((each) => each.received);
    expect(received.map(({ type }) => type)).not.toContain(order);
    expect(test.said()).toHaveLength(1);
  });

  it('/timeout and /new that come again change nothing any more', async () => {
    const before = await startEmulatedDaemon();
    const [made, set] = [before.write('/new'), before.write('/timeout 5m')];
    before.write('/timeout 7m');
    await expect.poll(() => before.texts()).toHaveLength(3);
    await settled(before);
    const test = await before.killAndRestart();
    redeliver(test, made);
    redeliver(test, set);
    await expect.poll(() => test.emulator.pendingUpdates()).toBe(0);
    expect(await sessionsOf(test)).toMatchObject([{ idleTimeoutMs: 420_000 }]);
    expect(test.texts()).toHaveLength(3);
  });

  it('that was done but not yet noted when the daemon died does no harm when it comes again', async () => {
    const before = await startEmulatedDaemon();
    before.write('one');
    await expect.poll(() => before.texts()).toHaveLength(1);
    before.store.chatRefusal = Object.assign(new Error('disk'), { code: 'EIO' });
    before.emulator.fault({ method: 'sendMessage', times: 1_000, error: { code: 502, description: 'Bad' } });
    before.write('/end');
    before.write('two');
    await expect.poll(async () => (await sessionsOf(before))[0]?.state).toBe('terminated');
    const test = await before.killAndRestart();
    test.emulator.clearFaults();
    await expect.poll(() => test.texts().at(-1)).toBe('You said: two');
    expect((await sessionsOf(test)).map(({ state }) => state).sort()).toEqual(['idle', 'terminated']);
  });
});

describe('a tap on an approval', () => {
  const approval = anApproval('a1', { input: { command: 'rm -rf build' } });

  async function asking() {
    const test = await startEmulatedDaemon({ isTalkative: false });
    test.write('clean up');
    await expect.poll(() => prompts(test)).toHaveLength(1);
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.says({ type: 'claude.approvalRequested', approval });
    const { message_id: messageId } = await test.emulator.waitForMessage(ME, isAsking);
    return { test, messageId };
  }

  const answered = ({ claude }: EmulatedDaemon) =>
    claude.started.flatMap(({ received }) => received).filter(({ type }) => type === 'claude.answerApproval');
  const toasts = ({ calls }: EmulatedDaemon) =>
    calls('answerCallbackQuery').map(({ payload }) => payload['text']);
  const STALE = 'This was answered before, or is not needed any more.';

  it('of a turn that died with its daemon is kept for the request that comes again, and no second one counts', async () => {
    const { test: before, messageId } = await asking();
    const test = await before.killAndRestart();
    test.emulator.pushCallback({ chatId: ME, userId: ME, messageId, data: 'ay:a1' });
    await expect.poll(() => toasts(test)).toEqual(['Allowed']);
    test.emulator.pushCallback({ chatId: ME, userId: ME, messageId, data: 'an:a1' });
    await expect.poll(() => toasts(test)).toEqual(['Allowed', STALE]);
    // No process has asked (again).
    expect(answered(test)).toEqual([]);
    await expect
      .poll(() => test.emulator.messages(ME).find(({ message_id }) => message_id === messageId)?.reply_markup)
      .toBeUndefined();
  });

  it('that is replayed, or comes from another chat, has no effect', async () => {
    const { test, messageId } = await asking();
    test.emulator.createGroup({ chatId: -100, title: 'Elsewhere' });
    test.emulator.pushCallback({ chatId: -100, userId: ME, messageId: 1, data: 'ay:a1' });
    await expect.poll(() => toasts(test)).toEqual([STALE]);
    expect(answered(test)).toEqual([]);
    const deny = { chatId: ME, userId: ME, messageId, data: 'an:a1' };
    test.emulator.pushCallback(deny);
    await expect.poll(() => toasts(test)).toEqual([STALE, 'Denied']);
    test.emulator.pushCallback(deny);
    test.emulator.pushCallback({ ...deny, data: 'ay:a1' });
    await expect.poll(() => toasts(test)).toEqual([STALE, 'Denied', STALE, STALE]);
    expect(answered(test)).toEqual([
      { type: 'claude.answerApproval', id: 'a1', answer: { type: 'deny', why: null } },
    ]);
  });
});
