/** Whatever Telegram, or who claims to be it, sends: nothing breaks, strangers get nothing, and good updates act once. */
import fc from 'fast-check';
import { Api } from 'grammy';
import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Batches } from '../../src/telegram/receive/batch.ts';
import { createIncoming } from '../../src/telegram/receive/incoming.ts';
import { Lines } from '../../src/telegram/send/lines.ts';
import { uuidOf } from '../../src/uuid.ts';
import { anApproval } from '../helpers/records.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';
import { damagedUpdate, goodUpdate, strangersUpdate, type People } from '../helpers/arbitraries/updates.ts';
import { hostileText } from '../helpers/arbitraries/text.ts';
import { fastTimers } from '../helpers/fast-timers.ts';
import { steerableSessions } from '../helpers/steerable-sessions.ts';

const ME = 7;
const APPROVAL = 'an-open-approval';
const PEOPLE: People = {
  allowed: ME,
  stranger: 666,
  group: -100,
  buttons: [`ay:${APPROVAL}`, `as:${APPROVAL}`, `an:${APPROVAL}`, 's:s1', 'cr:1:s1', 'cw:1:s1'],
};
/** Message ids that no other update has. */
const FIRST = 1_234_567_891;
const LAST = 1_234_567_892;
const BOT = { id: 1, hasTopics: false, username: 'hiber_bot' };

/** Telegram's side from a batch of updates on; a bot as after a start, without the network. */
function startReceiving() {
  const sessions = steerableSessions();
  sessions.openApprovals.set(APPROVAL, anApproval(APPROVAL));
  sessions.openChoices.add(1);
  const calls: string[] = [];
  const logged: string[] = [];
  const api = new Api('1:token');
  api.config.use((_, method) => {
    calls.push(method);
    // What every method that is called here may answer with.
    return Promise.resolve({ ok: true, result: { message_id: 1 } as never });
  });
  const log = pino({ level: 'trace' }, { write: (line: string) => logged.push(line) });
  const { signal } = new AbortController();
  const lines = new Lines({
    timers: fastTimers(1_000),
    log,
    signal,
    probe: () => Promise.resolve(),
    onFramesOpen: () => {},
    onSettled: () => {},
  });
  const incoming = createIncoming({
    api,
    lineOf: (chatId) => lines.of(chatId),
    sessions,
    strangers: api,
    migrate: async (from, to) => void (await sessions.migrate(from, to)),
    refuse: () => {},
    bot: () => Promise.resolve(BOT),
    now: () => 1_000,
    log,
    signal,
    conflict: () => null,
    turnOfDraft: () => null,
  });
  const batches = new Batches({ ...incoming, log });
  return {
    sessions,
    calls,
    logged,
    /** From JSON, as updates come. Resolves when everything that they bring about has happened. */
    take: async (updates: readonly unknown[]) => {
      await batches.handle(JSON.parse(JSON.stringify(updates)) as unknown[]);
      await lines.settled();
    },
  };
}

/** With an id, as Telegram gives one to each; what is no object has none. */
function numbered(updates: readonly unknown[]): unknown[] {
  return updates.map((update, index) =>
    typeof update === 'object' && update !== null && !Array.isArray(update)
      ? { update_id: 100 + index, ...update }
      : update,
  );
}

describe('updates from strangers', () => {
  it(
    'have no effect, get no answer and leave nothing in the log, whatever they are',
    { timeout: HOSTILE_TIMEOUT_MS },
    async () => {
      const bot = startReceiving();
      await fc.assert(
        fc.asyncProperty(
          fc.array(strangersUpdate(PEOPLE), { minLength: 1, maxLength: 3 }),
          async (updates) => {
            await bot.take(numbered(updates));
            expect(bot.sessions.accepted).toEqual([]);
            expect(bot.sessions.calls).toEqual([]);
            expect(bot.sessions.openApprovals.size).toBe(1);
            expect(bot.sessions.openChoices.size).toBe(1);
            expect(bot.calls).toEqual([]);
            expect(bot.logged).toEqual([]);
          },
        ),
        { numRuns: HOSTILE_RUNS },
      );
    },
  );
});

describe('good updates among bad ones', () => {
  const bad = fc.oneof(damagedUpdate(PEOPLE), strangersUpdate(PEOPLE));
  const words = hostileText.filter((text) => text.trim() !== '' && !text.trim().startsWith('/'));

  it(
    'are taken once each and in order, also if all comes again, and nothing throws',
    { timeout: HOSTILE_TIMEOUT_MS },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(bad, { maxLength: 4 }), words, words, async (hostile, first, last) => {
          const bot = startReceiving();
          const batch = [goodUpdate(ME, FIRST, first), ...hostile, goodUpdate(ME, LAST, last)];
          await bot.take(numbered(batch));
          await bot.take(numbered(batch));
          const mine = bot.sessions.accepted.filter(
            ({ messageId }) => messageId === FIRST || messageId === LAST,
          );
          expect(mine.map(({ uuid }) => uuid)).toEqual([uuidOf(1, ME, FIRST), uuidOf(1, ME, LAST)]);
          expect(mine.map(({ text }) => text)).toEqual([first, last]);
          expect(bot.logged.join('')).not.toMatch(/passedOver|dropped/);
        }),
        { numRuns: HOSTILE_RUNS },
      );
    },
  );
});
