/** The table of living processes: one per session, whatever the actors do. */
import { describe, expect, it } from 'vitest';
import type { ClaudeEvent, ClaudeInput } from '../../../machines/session-events.ts';
import { Processes } from '../../../src/daemon/sessions/processes.ts';
import { createLog } from '../../../src/log/log.ts';
import { NO_TRUST } from '../../helpers/no-trust.ts';
import { SteerableClaude } from '../../helpers/steerable-claude.ts';

const input = (id: string): ClaudeInput => ({
  id,
  epoch: 1,
  workspace: '/work',
  model: null,
  effort: null,
  permissionMode: 'default',
  folderSettings: 'asTrusted',
  sessionRules: [],
  claudeSessionId: 'c1',
  conversationStarted: false,
});

function startTable() {
  const claude = new SteerableClaude();
  const gone: string[] = [];
  const lines: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const processes = new Processes(claude, log, (id) => gone.push(id));
  const heard: ClaudeEvent[] = [];
  const listener = {
    trust: NO_TRUST,
    event: (event: ClaudeEvent) => void heard.push(event),
    progress: () => undefined,
    offers: () => undefined,
    sendFiles: () => Promise.resolve({ refused: 'No.' }),
  };
  const start = (id = 's1') => processes.start(input(id), listener, () => Promise.resolve());
  return { claude, gone, lines, processes, heard, start };
}

describe('the table of processes', () => {
  it('knows a process from its start to its exit', () => {
    const { claude, gone, processes, start, heard } = startTable();
    start();
    expect([processes.isAlive('s1'), processes.isAlive('s2')]).toEqual([true, false]);
    claude.latest.exits();
    expect(processes.isAlive('s1')).toBe(false);
    expect(gone).toEqual(['s1']);
    expect(heard.map(({ type }) => type)).toEqual(['claude.exited']);
  });

  it('has forgotten it when the machine hears of the exit, so that the next one can start at once', () => {
    const { claude, processes } = startTable();
    const aliveAtExit: boolean[] = [];
    const listener = {
      trust: NO_TRUST,
      event: () => void aliveAtExit.push(processes.isAlive('s1')),
      progress: () => undefined,
      offers: () => undefined,
      sendFiles: () => Promise.resolve({ refused: 'No.' }),
    };
    processes.start(input('s1'), listener, () => Promise.resolve());
    claude.latest.exits();
    expect(aliveAtExit).toEqual([false]);
  });

  it('kills what its actor needs no longer, and leaves what has exited alone', async () => {
    const { claude, processes, start } = startTable();
    const first = start();
    first.release();
    await processes.allGone();
    expect(claude.latest.kills).toBe(1);
    const second = start();
    claude.latest.exits();
    second.release();
    await processes.allGone();
    expect(claude.latest.kills).toBe(0);
  });

  it('starts no second process on a session before the first has gone, and hands it what came meanwhile', async () => {
    const { claude, start, lines } = startTable();
    start();
    const second = start();
    second.send({ type: 'claude.stop' });
    expect(claude.started).toHaveLength(1);
    expect(lines.join('')).toContain('process.waitsForEarlierOne');
    claude.latest.exits();
    await expect.poll(() => claude.started.length).toBe(2);
    expect(claude.latest.received).toEqual([{ type: 'claude.stop' }]);
  });

  it('never starts a process that was released while it waited', async () => {
    const { claude, processes, start } = startTable();
    start();
    start().release();
    claude.latest.exits();
    await processes.allGone();
    await Promise.resolve();
    expect(claude.started).toHaveLength(1);
  });

  it('keeps a process that could not be killed, and with it the session closed to others', async () => {
    const { claude, processes, start, lines } = startTable();
    start();
    const { latest } = claude;
    latest.kill = () => Promise.reject(new Error('It does not die.'));
    const killing = processes.abandon('s1');
    await expect.poll(() => lines.join('')).toContain('process.killFailed');
    start();
    expect(claude.started).toHaveLength(1);
    latest.exits();
    await killing;
    await expect.poll(() => claude.started.length).toBe(2);
  });

  it('tells an actor that failed nothing more', async () => {
    const { claude, processes, start, heard } = startTable();
    start();
    await processes.abandon('s1');
    expect(claude.latest.kills).toBe(1);
    expect(heard).toEqual([]);
    await processes.abandon('s1');
    expect(claude.latest.kills).toBe(1);
  });

  it('kills all of them at once', async () => {
    const { claude, gone, processes, start } = startTable();
    start('s1');
    start('s2');
    await processes.killAll();
    expect(claude.started.map(({ kills }) => kills)).toEqual([1, 1]);
    expect(gone).toEqual(['s1', 's2']);
  });
});
