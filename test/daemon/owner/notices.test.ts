/** The owner is told, once and in their own chat, of what only they can mend; whoever it happened to is told there. */
import { expect, it } from 'vitest';
import { TOLD_AGAIN_AFTER_MS } from '../../../machines/owner-notice.machine.ts';
import { historyOf, idOf } from '../../../src/daemon/owner/notices.ts';
import { createMemoryDisk } from '../../../src/store/memory-store.ts';
import { NOON } from '../../helpers/records.ts';
import { startTestDaemon, type TestDaemon } from '../../helpers/test-daemon.ts';

/** The first who is allowed, and others. */
const OWNER = 7;
const OWN = { chatId: OWNER, threadId: null };
const BEN = { chatId: 8, threadId: null };
const CLEO = { chatId: 100, threadId: null };
const DORA = { chatId: 101, threadId: null };

const told = ({ telegram }: TestDaemon) =>
  telegram.replied.map(({ chatId, reply }) => ({ chatId, text: reply.text.split(/, |\. /)[0] }));
const LOGGED_OUT = { chatId: OWNER, text: 'Claude Code is not logged in' };
const LOGGED_IN = { chatId: OWNER, text: 'Claude Code is logged in again.' };
const POLLER = { chatId: OWNER, text: "Another program fetches this bot's messages with the same token" };

async function logsOut(test: TestDaemon, words: string, address = BEN): Promise<void> {
  const before = test.claude.started.length;
  await test.writes(words, address);
  await expect.poll(() => test.claude.started.length).toBe(before + 1);
  await expect.poll(() => test.claude.latest.prompts.length).toBe(1);
  test.claude.latest.says({ type: 'claude.failed', problem: 'notLoggedIn', detail: '' });
  await expect.poll(() => test.telegram.told(address.chatId)).toContain('problem');
}

it('hears of a login that expired in the session of another, once, and that it is back', async () => {
  const test = await startTestDaemon();
  await logsOut(test, 'one');
  await expect.poll(() => told(test)).toEqual([LOGGED_OUT]);
  await logsOut(test, 'two', CLEO);
  await test.talks('three', 'works', DORA);
  await expect.poll(() => told(test)).toEqual([LOGGED_OUT, LOGGED_IN]);
});

it('hears nothing twice: what happened in their own chat was said there', async () => {
  const test = await startTestDaemon();
  await logsOut(test, 'mine', OWN);
  await test.talks('again', 'works', DORA);
  await test.daemon.stop();
  expect(told(test)).toEqual([]);
});

it('hears of it after a restart no second time, but that it is over', async () => {
  const first = await startTestDaemon();
  await logsOut(first, 'one');
  await expect.poll(() => told(first)).toEqual([LOGGED_OUT]);
  await first.daemon.stop();
  const second = await startTestDaemon({ disk: first.store.disk, at: first.now() + 60_000 });
  await logsOut(second, 'two', CLEO);
  await second.talks('three', 'works', DORA);
  await expect.poll(() => told(second)).toEqual([LOGGED_IN]);
});

it('gets it after a restart if Telegram had not taken it', async () => {
  const first = await startTestDaemon();
  first.telegram.isBlocked = true;
  first.sessions.noteConflict(true);
  await expect.poll(() => first.logged()).toContain('owner.told');
  await first.daemon.stop();
  const second = await startTestDaemon({ disk: first.store.disk, at: first.now() });
  await expect.poll(() => told(second)).toEqual([POLLER]);
});

it('hears of a session of another that crashes again and again', async () => {
  const test = await startTestDaemon();
  await test.writes('hello', BEN);
  for (let crashes = 1; crashes <= 4; crashes += 1) {
    await expect.poll(() => test.claude.started.length).toBe(crashes);
    await expect.poll(() => test.claude.latest.prompts.length).toBe(1);
    test.claude.latest.exits({ code: null, signal: 'SIGKILL' });
  }
  await expect.poll(() => test.telegram.told(BEN.chatId)).toContain('tooManyCrashes');
  await expect.poll(() => test.telegram.replied[0]?.reply.text).toContain("somebody's session in");
  expect(test.telegram.replied[0]?.chatId).toBe(OWNER);
});

it('is not flooded by another poller that comes and goes, and hears that it is gone', async () => {
  const test = await startTestDaemon();
  for (let times = 0; times < 5; times += 1) {
    test.sessions.noteConflict(true);
    test.sessions.noteConflict(false);
  }
  const gone = "No other program fetches this bot's messages any more: all of yours reach me again.";
  await expect.poll(() => told(test)).toEqual([POLLER, { chatId: OWNER, text: gone }]);
  test.pass(TOLD_AGAIN_AFTER_MS);
  test.sessions.noteConflict(true);
  await expect.poll(() => told(test)).toHaveLength(3);
});

it('is told of a trouble even if the disk refuses to keep that', async () => {
  const test = await startTestDaemon();
  test.store.chatRefusal = Object.assign(new Error('full'), { code: 'ENOSPC' });
  test.sessions.noteConflict(true);
  await expect.poll(() => told(test)).toEqual([POLLER]);
  test.store.chatRefusal = null;
});

it('hears of a record that can not be read, once over two starts', async () => {
  const disk = createMemoryDisk();
  disk.sessions.set('s1', '{"version":2');
  const first = await startTestDaemon({ disk });
  await expect
    .poll(() => first.telegram.replied.map(({ reply }) => reply.text))
    .toEqual([
      expect.stringMatching(
        /^What I kept of one session or chat can't be read\. It is on the host, in memory/,
      ),
    ]);
  await first.daemon.stop();
  disk.sessions.set('s2', '');
  const second = await startTestDaemon({ disk, at: first.now() + 1_000 });
  await second.daemon.stop();
  expect(told(second)).toEqual([]);
});

it('is nobody while nobody is allowed', async () => {
  const test = await startTestDaemon({ config: { allowedUsers: [] } });
  test.sessions.noteConflict(true);
  await test.daemon.stop();
  expect(told(test)).toEqual([]);
});

it('reads from the ids of what was told what it was and when, and takes no message for it', () => {
  const at = NOON + 5_999;
  const begun = idOf('poller', 'begun', at);
  const ids = [17, -17, -(2 ** 31), idOf('disk', 'begun', at + 60_000), begun];
  expect(Number.isSafeInteger(begun)).toBe(true);
  expect(historyOf(ids, 'poller')).toEqual({ toldAt: NOON + 5_000, isOpen: true });
  const over = [...ids, idOf('poller', 'over', at + 60_000)];
  expect(historyOf(over, 'poller')).toEqual({ toldAt: NOON + 5_000, isOpen: false });
  expect(historyOf([...over, idOf('poller', 'begun', at + 120_000)], 'poller').isOpen).toBe(true);
  expect(historyOf(ids, 'login')).toEqual({ toldAt: null, isOpen: false });
});

it('takes nothing else that the owner was told for it: who was let in, what the host ordered or sent', () => {
  const abouts = ['login', 'disk', 'poller', 'records', 'crashes'] as const;
  // Each of the codes that an id may end with.
  const codes = Array.from({ length: 16 }, (_, code) => code);
  const others = codes.flatMap((code) => [-(NOON + code), -(2 ** 48 - code)]);
  for (const about of abouts) expect(historyOf(others, about)).toEqual({ toldAt: null, isOpen: false });
});
