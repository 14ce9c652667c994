import { GrammyError, HttpError } from 'grammy';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { ChatLine } from '../../../src/telegram/send/chat-line.ts';
import type { Delivery } from '../../../src/telegram/send/delivery.ts';

function refusal(code: number, description: string, parameters = {}): GrammyError {
  return new GrammyError(
    'refused',
    { ok: false, error_code: code, description, parameters },
    'sendMessage',
    {},
  );
}

const tooFast = (seconds: number) => refusal(429, 'Too Many Requests', { retry_after: seconds });
const blocked = () => refusal(403, 'Forbidden: bot was blocked by the user');
const offline = () =>
  new HttpError(
    "Network request for 'sendMessage' failed!",
    Object.assign(new Error('x'), { code: 'ENOTFOUND' }),
  );
const dropped = () =>
  new HttpError(
    "Network request for 'sendMessage' failed!",
    Object.assign(new Error('x'), { code: 'ECONNRESET' }),
  );

function startLine() {
  const clock = new SimulatedClock();
  const closing = new AbortController();
  const sent: string[] = [];
  const probes: Error[] = [];
  let settled = 0;
  const line = new ChatLine({
    chatId: 7,
    timers: clock,
    log: pino({ level: 'silent' }),
    onFramesOpen: () => {},
    onSettled: () => (settled += 1),
    probe: () => {
      const failure = probes.shift();
      sent.push(failure ? 'probe fails' : 'probe');
      return failure ? Promise.reject(failure) : Promise.resolve();
    },
    signal: closing.signal,
  });
  /** A message that meets these failures before Telegram takes it. */
  const message = (name: string, ...failures: Error[]): Delivery => ({
    chatRefused: (reason) => sent.push(`${name} is told: ${reason}`),
    step: () => {
      const failure = failures.shift();
      sent.push(failure ? `${name} fails` : name);
      return failure ? Promise.reject(failure) : Promise.resolve(true);
    },
  });
  /** One that is to be sent again so often after an unknown outcome. */
  const doubtful = (name: string, retries: number, ...failures: Error[]): Delivery => ({
    ...message(name, ...failures),
    outcomeUnknown: () => retries-- > 0,
  });
  return { line, clock, closing, sent, message, doubtful, probes, settled: () => settled };
}

/** Lets everything happen that needs no time. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

describe("a chat's line", () => {
  it('sends in the same tick when the chat is free, but not on the stack of who adds', async () => {
    const { line, sent, message } = startLine();
    line.add('s1', message('hello'));
    expect(sent).toEqual([]);
    await Promise.resolve();
    expect(sent).toEqual(['hello']);
  });

  it('keeps the order within a session, and lets sessions take turns', async () => {
    const { line, sent, message } = startLine();
    for (const name of ['a1', 'a2', 'a3']) line.add('a', message(name));
    for (const name of ['b1', 'b2']) line.add('b', message(name));
    await settle();
    expect(sent).toEqual(['a1', 'b1', 'a2', 'b2', 'a3']);
  });

  it('finishes the parts of one message before the next one begins', async () => {
    const { line, sent, message } = startLine();
    let parts = 0;
    line.add('a', {
      step: () => {
        sent.push(`part ${++parts}`);
        return Promise.resolve(parts === 3);
      },
    });
    line.add('b', message('other'));
    await settle();
    expect(sent).toEqual(['part 1', 'part 2', 'part 3', 'other']);
  });

  it('waits as long as Telegram asks, in all sessions of the chat, and drops nothing', async () => {
    const { line, sent, message, clock } = startLine();
    line.add('a', message('a1', tooFast(30), tooFast(137)));
    line.add('b', message('b1'));
    await settle();
    clock.increment(29_999);
    await settle();
    expect(sent).toEqual(['a1 fails']);
    clock.increment(1);
    await settle();
    expect(sent).toEqual(['a1 fails', 'a1 fails']);
    expect(line.problem).toContain('429');
    clock.increment(137_000);
    await settle();
    expect(sent).toEqual(['a1 fails', 'a1 fails', 'a1', 'b1']);
    expect(line.problem).toBeNull();
  });

  it('tries again ever more slowly while there is no network, without end', async () => {
    const { line, sent, message, clock } = startLine();
    line.add('a', message('a1', ...Array.from({ length: 9 }, offline)));
    const triedAt: number[] = [];
    for (let now = 0; triedAt.length < 10 && now < 600_000; now += 1_000) {
      await settle();
      if (sent.length > triedAt.length) triedAt.push(now / 1_000);
      clock.increment(1_000);
    }
    expect(triedAt).toEqual([0, 1, 3, 7, 15, 30, 60, 90, 120, 150]);
    expect(sent.at(-1)).toBe('a1');
  });

  it('sends once more what may have arrived, when Telegram can be reached; other sessions do not wait for it', async () => {
    const { line, sent, message, doubtful, clock } = startLine();
    line.add('a', doubtful('a1', 1, dropped()));
    line.add('a', message('a2'));
    line.add('b', message('b1'));
    await settle();
    expect(sent).toEqual(['a1 fails', 'b1']);
    clock.increment(1_000);
    await settle();
    expect(sent.slice(2)).toEqual(['probe', 'a1', 'a2']);
  });

  it('does not spend the one try more on a connection that is broken still', async () => {
    const { line, sent, doubtful, clock, probes } = startLine();
    probes.push(dropped(), offline(), refusal(502, 'Bad Gateway'), tooFast(60));
    line.add('a', doubtful('a1', 1, dropped()));
    await settle();
    for (const pauseMs of [1_000, 1_000, 2_000, 4_000]) {
      clock.increment(pauseMs);
      await settle();
      expect(sent.at(-1)).toBe('probe fails');
    }
    clock.increment(59_999);
    await settle();
    expect(line.problem).toContain('429');
    clock.increment(1);
    await settle();
    expect(sent.slice(-2)).toEqual(['probe', 'a1']);
    expect(line.problem).toBeNull();
  });

  it('gives up what may have arrived twice, and goes on with the next', async () => {
    const { line, sent, message, doubtful, clock } = startLine();
    line.add('a', doubtful('a1', 1, dropped(), dropped(), dropped()));
    line.add('a', message('a2'));
    await settle();
    clock.increment(1_000);
    await settle();
    expect(sent).toEqual(['a1 fails', 'probe', 'a1 fails', 'a2']);
    expect(line.waiting('a')).toBe(0);
  });

  it('repeats without end what does no harm twice', async () => {
    const { line, sent, message, clock } = startLine();
    line.add('a', message('edit', ...Array.from({ length: 5 }, dropped)));
    for (let minute = 0; minute < 5; minute += 1) {
      await settle();
      clock.increment(60_000);
    }
    await settle();
    expect(sent.at(-1)).toBe('edit');
  });

  it('keeps what a chat refuses, tells each session, tries seldom, and at once when somebody writes there', async () => {
    const { line, sent, message, clock } = startLine();
    const told = (name: string) => `${name} is told: sendMessage: 403 Forbidden: bot was blocked by the user`;
    line.add('a', message('a1', blocked(), blocked()));
    line.add('a', message('a2'));
    line.add('b', message('b1'));
    await settle();
    expect(line.problem).toContain('blocked by the user');
    expect(line.isSettled).toBe(true);
    line.add('c', message('c1'));
    clock.increment(599_999);
    await settle();
    expect(sent.splice(0)).toEqual(['a1 fails', told('a1'), told('b1'), told('c1')]);
    clock.increment(1);
    await settle();
    expect(sent.splice(0)).toEqual(['a1 fails', told('a1'), told('b1'), told('c1')]);
    line.noteSignOfLife();
    await settle();
    expect(sent).toEqual(['a1', 'b1', 'c1', 'a2']);
    expect(line.problem).toBeNull();
  });

  it('makes 30 tries in a week for a chat that is refused for ever', async () => {
    const { line, sent, message, clock } = startLine();
    line.add('a', message('a1', ...Array.from({ length: 1_000 }, blocked)));
    for (let minute = 0; minute < 7 * 24 * 60; minute += 5) {
      await settle();
      clock.increment(5 * 60_000);
    }
    expect(sent.filter((what) => what === 'a1 fails')).toHaveLength(30);
  });

  it('blames no chat for a token that was revoked, and tries it again', async () => {
    const { line, sent, message, clock } = startLine();
    line.add('a', message('a1', refusal(401, 'Unauthorized')));
    await settle();
    expect(sent).toEqual(['a1 fails']);
    expect(line.problem).toContain('401');
    clock.increment(600_000);
    await settle();
    expect(sent.at(-1)).toBe('a1');
  });

  it('does not take a message for a sign that Telegram wants no pause any more', async () => {
    const { line, sent, message } = startLine();
    line.add('a', message('a1', tooFast(30)));
    await settle();
    line.noteSignOfLife();
    await settle();
    expect(sent).toEqual(['a1 fails']);
  });

  it('goes on with the next when a delivery has a bug', async () => {
    const { line, sent, message } = startLine();
    line.add('a', message('a1', new TypeError('bug')));
    line.add('a', message('a2'));
    await settle();
    expect(sent).toEqual(['a1 fails', 'a2']);
  });

  it('takes out what is not wanted any more, unless it is under way', async () => {
    const { line, sent, message } = startLine();
    const [first, second, third] = ['a1', 'a2', 'a3'].map((name) => message(name));
    if (!first || !second || !third) throw new Error('three messages');
    for (const delivery of [first, second, third]) line.add('a', delivery);
    await Promise.resolve();
    expect([line.drop(first), line.drop(second)]).toEqual([false, true]);
    await settle();
    expect(sent).toEqual(['a1', 'a3']);
    expect(line.waiting('a')).toBe(0);
  });

  it('is settled once everything is delivered, and not while Telegram wants a pause', async () => {
    const { line, message, clock, settled } = startLine();
    line.add('a', message('a1', tooFast(5)));
    await settle();
    expect(line.isSettled).toBe(false);
    clock.increment(5_000);
    await settle();
    expect([line.isSettled, settled()]).toEqual([true, 2]);
  });

  it('sends nothing more once it is closed', async () => {
    const { line, sent, message, clock, closing } = startLine();
    line.add('a', message('a1', tooFast(5)));
    line.add('a', message('a2'));
    await settle();
    closing.abort();
    line.dispose();
    clock.increment(60_000);
    await settle();
    expect(sent).toEqual(['a1 fails']);
  });
});
