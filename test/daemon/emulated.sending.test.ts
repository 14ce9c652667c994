/** Answers on their way to the chat, over HTTP: each arrives once, or what became of it is kept and shown, across restarts too. */
import { describe, expect, it } from 'vitest';
import { ME } from '../helpers/bot.ts';
import { startEmulatedDaemon, type EmulatedDaemon } from '../helpers/emulated-daemon.ts';
import { aProgress } from '../helpers/progress.ts';
import { anApproval } from '../helpers/records.ts';
import { watchActors } from '../helpers/watch-actors.ts';

const BEN = 8;
/** Told by an update, or by the refusal of a message: whichever came first. */
const REASON = /^(sendMessage: 403 )?Forbidden: bot was blocked by the user$/;
const reason = expect.stringMatching(REASON) as string;

const undelivered = async ({ daemon }: EmulatedDaemon) => (await daemon.status()).undelivered;
const sessions = async ({ daemon }: EmulatedDaemon) => (await daemon.status()).sessions;
/** No inbox, no outbox, and no process. */
const outboxOf = async (test: EmulatedDaemon) => (await sessions(test)).map(({ outbox }) => outbox);

/** A person asks, blocks the bot, and Claude answers only then. */
async function startBlocked(options: Parameters<typeof startEmulatedDaemon>[0] = {}) {
  const test = await startEmulatedDaemon({
    isTalkative: false,
    allowedUsers: [ME, BEN],
    speed: 1,
    ...options,
  });
  test.write('hello');
  await expect.poll(() => test.claude.started.at(-1)?.prompts.length).toBe(1);
  test.emulator.setBotAllowed(ME, false);
  test.claude.latest.answers('The answer.');
  await expect.poll(() => undelivered(test)).toHaveLength(1);
  return test;
}

describe('a chat that has the bot blocked', () => {
  it('is shown with what waits for it, since when and why, in the status and in /status elsewhere', async () => {
    const test = await startBlocked();
    const before = Date.now();
    expect(await undelivered(test)).toEqual([
      { chatId: ME, since: expect.any(Number) as number, reason, items: 1 },
    ]);
    expect((await undelivered(test))[0]?.since).toBeLessThanOrEqual(before);
    test.write('/status', BEN);
    await expect.poll(() => test.texts(BEN)).toHaveLength(1);
    expect(test.texts(BEN)[0]).toMatch(
      /^There is no session here.*\nNot delivered to chat 7: 1 message, for .* \((sendMessage: 403 )?Forbidden: bot was blocked by the user\)$/,
    );
  });

  it('keeps neither actor nor process, is not asked at boot, and gets it all in order when its person is back', async () => {
    const actors = watchActors();
    const before = await startBlocked({ inspect: actors.inspect });
    const [session] = await sessions(before);
    before.write('/suspend', ME);
    await expect.poll(async () => (await sessions(before))[0]?.state).toBe('suspended');
    await expect.poll(() => actors.running(session?.id ?? '')).toBe(0);
    await expect.poll(() => undelivered(before)).toMatchObject([{ chatId: ME, items: 2 }]);

    const callsThere = () =>
      before.calls('sendMessage').filter(({ payload }) => payload['chat_id'] === ME).length;
    const calls = callsThere();
    const test = await before.killAndRestart({ isTalkative: true, inspect: actors.inspect });
    await expect.poll(() => undelivered(test)).toMatchObject([{ chatId: ME, reason, items: 2 }]);
    // Meanwhile whatever a boot does is done.
    test.write('hello', BEN);
    await expect.poll(() => test.texts(BEN)).toEqual(['You said: hello']);
    expect(actors.running(session?.id ?? '')).toBe(0);
    expect(callsThere()).toBe(calls);
    expect(test.claude.started).toHaveLength(1);

    test.emulator.setBotAllowed(ME, true);
    test.write('I am back');
    await expect.poll(() => test.texts().at(-1)).toBe('You said: I am back');
    await expect.poll(() => outboxOf(test)).toEqual([0, 0]);
    expect(test.texts()).toHaveLength(3);
    expect(test.texts().filter((text) => text === 'The answer.')).toHaveLength(1);
    expect(test.texts().indexOf('The answer.')).toBeLessThan(test.texts().indexOf('You said: I am back'));
    expect(await undelivered(test)).toEqual([]);
  });

  it('does not keep a process waiting for an answer that nobody can give there', async () => {
    const test = await startEmulatedDaemon({ isTalkative: false });
    test.write('hello');
    await expect.poll(() => test.claude.started.at(-1)?.prompts.length).toBe(1);
    test.emulator.setBotAllowed(ME, false);
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    await expect.poll(() => test.claude.latest.received.at(-1)?.type).toBe('claude.interrupt');
    test.claude.latest.says({ type: 'claude.turnEnded' });
    await expect.poll(async () => (await sessions(test))[0]?.state).toBe('idle');
  });
});

describe('an answer', () => {
  it.each([
    ['Telegram is down', { error: { code: 502, description: 'Bad Gateway' } }],
    ['Telegram wants a pause', { error: { code: 429, description: 'Too Many Requests', retryAfter: 20 } }],
    ['the connection breaks before Telegram acted', { drop: 'before' as const }],
    ['Telegram is slow', { delayMs: 700 }],
  ])('arrives once though %s, and the daemon dies meanwhile', async (_, fault) => {
    const before = await startEmulatedDaemon();
    before.emulator.fault({ method: 'sendMessage', times: 1, ...fault });
    before.write('hello');
    await expect.poll(() => before.calls('sendMessage').length).toBeGreaterThan(0);
    const test = await before.killAndRestart();
    await expect.poll(() => test.texts()).toEqual(['You said: hello']);
    await expect.poll(() => outboxOf(test)).toEqual([0]);
  });

  it('may be there twice, not three times, if Telegram took it and the connection broke, and the daemon died', async () => {
    const before = await startEmulatedDaemon({ speed: 1 });
    before.emulator.fault({ method: 'sendMessage', times: 2, drop: 'after' });
    before.write('hello');
    await expect.poll(() => [...before.store.disk.sessions.values()].join()).toContain('"doubts":1');
    const test = await before.killAndRestart({ speed: 50 });
    await expect.poll(() => outboxOf(test)).toEqual([0]);
    expect(test.texts().slice(0, 2)).toEqual(['You said: hello', 'You said: hello']);
    expect(test.texts()[2]).toMatch(/connection to Telegram broke twice/);
    expect(test.texts()).toHaveLength(3);
    test.write('/status');
    await expect.poll(() => test.texts().at(-1)).toMatch(/May not have arrived: 1 message, .* ago/);
    expect((await sessions(test))[0]?.unconfirmed).toMatchObject({ count: 1 });
  });

  it('that may be missing is told of in reply to its question, and counted until the next message', async () => {
    const test = await startEmulatedDaemon();
    test.emulator.fault({ method: 'sendMessage', times: 2, drop: 'before' });
    const asked = test.write('hello');
    const told = await test.emulator.waitForMessage(ME, ({ text }) => /may be missing/.test(text ?? ''));
    expect(told.reply_to_message?.message_id).toBe(asked);
    expect(test.texts()).toHaveLength(1);
    expect((await sessions(test))[0]?.unconfirmed).toMatchObject({ count: 1 });
    test.write('again');
    await expect.poll(() => test.texts().at(-1)).toBe('You said: again');
    expect((await sessions(test))[0]?.unconfirmed).toBeNull();
  });

  it.each([
    ['the question is gone', 'Bad Request: message to be replied not found'],
    ['its formatting is refused', 'Bad Request: entity begins after the end of the text at UTF-16 offset 7'],
  ])('arrives once though %s', async (_, description) => {
    const test = await startEmulatedDaemon();
    test.emulator.fault({ method: 'sendMessage', times: 1, error: { code: 400, description } });
    test.write('**hello**');
    await expect.poll(() => test.texts()).toHaveLength(1);
    expect(test.texts()[0]).toContain('hello');
    await expect.poll(() => outboxOf(test)).toEqual([0]);
  });

  it('is not lost with a live message that somebody deleted', async () => {
    const test = await startEmulatedDaemon({ isTalkative: false });
    test.write('hello');
    await expect.poll(() => test.claude.started.at(-1)?.prompts.length).toBe(1);
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.shows(aProgress({ text: 'so far' }));
    const live = await test.emulator.waitForMessage(ME, ({ text }) => text?.startsWith('so far') === true);
    test.emulator.removeMessage(ME, live.message_id);
    test.claude.latest.shows(aProgress({ text: 'so far, and on' }));
    await expect.poll(() => test.texts()).toEqual([expect.stringContaining('so far, and on')]);
    test.claude.latest.saysAnswer('so far, and done');
    test.claude.latest.says({ type: 'claude.turnEnded' });
    await expect.poll(() => test.texts()).toEqual(['so far, and done']);
  });
});

describe('a reply of the bot itself', () => {
  it('is given up after a second unknown outcome, and /status says so', async () => {
    const test = await startEmulatedDaemon();
    test.emulator.fault({ method: 'sendMessage', times: 2, drop: 'before' });
    test.write('/help');
    await expect.poll(async () => (await test.store.loadChat(ME))?.unconfirmed).toMatchObject({ count: 1 });
    test.write('/status');
    await expect.poll(() => test.texts()).toHaveLength(1);
    expect(test.texts()[0]).toMatch(/May not have arrived: 1 message/);
    test.write('/status');
    await expect.poll(() => test.texts()).toHaveLength(2);
    expect(test.texts()[1]).not.toMatch(/May not/);
  });
});
