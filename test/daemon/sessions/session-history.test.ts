/** The history of a session, as the whole daemon writes it: every state with what led there, and no word that was said. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { describeTimeline } from '../../../src/cli/timeline-text.ts';
import { openHistory } from '../../../src/store/history-files.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { startTestDaemon } from '../../helpers/test-daemon.ts';

const SECRET = 'the-secret-of-the-garden';

async function withHistory() {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'tmp'));
  const history = openHistory({ dataDir: folder, log: { warn: () => undefined } });
  const test = await startTestDaemon({ history });
  await test.talks(`hello ${SECRET}`, `Hello ${SECRET}.`);
  const { id } = await test.current();
  const text = () => readFileSync(join(folder, 'history', `${id}.jsonl`), 'utf8');
  return { test, history, id, text };
}

it('tells each state of a turn, its idle timeout, and who asked for what', async () => {
  const { test, history, id } = await withHistory();
  test.pass(600_000);
  await expect.poll(() => test.phase(id)).toBe('suspended');
  await test.daemon.desk.order(id, 'wake');
  await test.daemon.desk.order(id, 'end');
  const entries = await history.read(id);
  const steps = entries.filter(({ from, to }) => from !== to).map(({ event, by, to }) => [event, by, to]);
  expect(steps).toEqual([
    ['xstate.init', 'daemon', 'suspended.resting'],
    ['user.message', 'chat', 'awaitingRoom.forMessage.untold'],
    ['room.granted', 'daemon', 'live.active.starting'],
    ['claude.ready', 'claude', 'live.active.working'],
    ['claude.turnEnded', 'claude', 'live.idle'],
    ['xstate.after.idleTimeout.session.live.idle', 'timer', 'live.stopping.suspending'],
    ['claude.exited', 'claude', 'suspended.resting'],
    ['xstate.init', 'daemon', 'suspended.resting'],
    ['user.wake', 'commandLine', 'awaitingRoom.forWake'],
    ['room.granted', 'daemon', 'live.active.starting'],
    ['claude.ready', 'claude', 'live.idle'],
    ['user.end', 'commandLine', 'live.stopping.terminating'],
    ['claude.exited', 'claude', 'terminated'],
  ]);
  // Each step begins where the one before it ended, so that it can be played again on the chart.
  for (const [index, { from, event }] of entries.entries()) {
    if (event !== 'xstate.init') expect(from).toBe(entries[index - 1]?.to);
  }
  expect(entries.flatMap(({ end }) => end?.reason ?? [])).toEqual(['idle', 'user']);
  const told = describeTimeline(entries, Infinity, test.now());
  expect(told).toMatch(/ {2}10 min +idle +its turn was over\n/);
  expect(told).toMatch(/ +suspended\.resting +its process ended \(the idle timeout was over\)\n/);
  expect(told).toMatch(/ +awaitingRoom\.forWake +asked to wake \(command line\)\n/);
  expect(describeTimeline(entries, 2, test.now())).toContain('(11 earlier: --timeline)');
});

it('holds no word of what was said', async () => {
  const { test, history, id, text } = await withHistory();
  await test.sessions.rename(7, id, SECRET, test.now());
  await test.writes(`more ${SECRET}`);
  await test.prompted(2);
  const approval = {
    id: SECRET,
    toolName: SECRET,
    input: { command: SECRET },
    suggestion: 'rules',
    awaits: 'tap',
  } as const;
  test.claude.latest.says({
    type: 'claude.approvalRequested',
    approval: {
      ...approval,
      subject: { type: 'tool' },
      messageId: null,
      request: { state: 'open', id: SECRET },
    },
  });
  test.claude.latest.exits({ code: 1, signal: null });
  await history.read(id);
  expect(text()).toContain('"claude.approvalRequested"');
  expect(text()).toContain('"reason":"crashed"');
  expect(text()).not.toContain(SECRET);
});

it('says so if nothing is known', () => {
  expect(describeTimeline([], 10, 0)).toContain('Nothing is known');
});
