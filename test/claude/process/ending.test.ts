/** How a Claude process ends: when told to, when it does not want to, by a crash. Its tools never outlive it. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { DEFAULT_LADDER, Ending, type Ladder } from '../../../src/claude/process/ending.ts';
import { ProcessTree } from '../../../src/claude/process/process-tree.ts';
import { RealClaude, type Running } from '../../helpers/real-claude.ts';
import { until } from '../../helpers/until.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

const QUICK: Ladder = { closeMs: 100, termMs: 100, leftoversMs: 100 };

/** A turn whose tool runs for ever. */
async function runTool(real: RealClaude, command = 'tail -f /dev/null'): Promise<Running> {
  const running = await real.run({ permissionMode: 'bypassPermissions' });
  running.prompt(`run: ${command}`);
  await until(
    'the tool to run',
    () => real.alive(running.input),
    (pids) => pids.length >= 3,
  );
  return running;
}

describe('the end of a process', () => {
  it('is a clean exit when it was idle', async () => {
    await using real = await RealClaude.start();
    const running = await real.run();
    running.prompt('hello');
    await running.told.heard('claude.turnEnded');
    running.process.send({ type: 'claude.stop' });
    expect(await running.told.heard('claude.exited')).toMatchObject({ code: 0, signal: null });
    expect(await real.alive(running.input)).toEqual([]);
  });

  it('takes the tool at work with it', async () => {
    await using real = await RealClaude.start();
    const running = await runTool(real);
    running.process.send({ type: 'claude.stop' });
    await running.told.heard('claude.exited');
    expect(await real.alive(running.input)).toEqual([]);
  });

  it('takes a background task with it', async () => {
    await using real = await RealClaude.start();
    const running = await real.run({ permissionMode: 'bypassPermissions' });
    running.prompt('background: tail -f /dev/null');
    await running.told.heard('claude.turnEnded');
    expect((await real.alive(running.input)).length).toBeGreaterThan(1);
    running.process.send({ type: 'claude.stop' });
    await running.told.heard('claude.exited');
    expect(await real.alive(running.input)).toEqual([]);
  });

  it('takes what a tool sent away into a session and a process group of its own', async () => {
    await using real = await RealClaude.start();
    const running = await runTool(real, 'setsid --fork tail -f /dev/null; tail -f /dev/null');
    await until(
      'all of it',
      () => real.alive(running.input),
      (pids) => pids.length >= 4,
    );
    running.process.send({ type: 'claude.stop' });
    await running.told.heard('claude.exited');
    expect(await real.alive(running.input)).toEqual([]);
  });

  it('comes while an approval is open', async () => {
    await using real = await RealClaude.start();
    const running = await real.run();
    const uuid = running.prompt('write a.txt: words');
    const { approval } = await running.told.heard('claude.approvalRequested');
    running.process.send({ type: 'claude.stop' });
    running.process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'allow' } });
    await running.told.heard('claude.exited');
    expect(running.told.types.slice(2)).toEqual([
      'claude.turnStarted',
      'claude.approvalRequested',
      'claude.exited',
    ]);
    const { fates } = await real.claude.recover(real.recoveryOf(running.input, [uuid]));
    expect(fates).toMatchObject([{ fate: 'cutOff' }]);
  });

  it('in the midst of a tool leaves a turn that can be continued', async () => {
    await using real = await RealClaude.start();
    const running = await real.run({ permissionMode: 'bypassPermissions' });
    const uuid = running.prompt('run: tail -f /dev/null');
    await until(
      'the tool to run',
      () => real.alive(running.input),
      (pids) => pids.length >= 3,
    );
    running.process.send({ type: 'claude.stop' });
    await running.told.heard('claude.exited');
    const { fates } = await real.claude.recover(real.recoveryOf(running.input, [uuid]));
    expect(fates).toMatchObject([{ fate: 'cutOff' }]);
  });

  it('comes at once, for all of it, when it is killed', async () => {
    await using real = await RealClaude.start();
    const running = await runTool(real);
    await running.process.kill();
    expect(running.told.all('claude.exited')).toMatchObject([{ code: null, signal: 'SIGKILL' }]);
    expect(await real.alive(running.input)).toEqual([]);
  });

  it('is told as it was when Claude crashes, after the tool at work has ended too, even one that resists', async () => {
    await using real = await RealClaude.start({ ladder: QUICK });
    const running = await runTool(real, 'trap "" TERM; tail -f /dev/null');
    process.kill(running.identity.pid, 'SIGKILL');
    expect(await running.told.heard('claude.exited')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(await real.alive(running.input)).toEqual([]);
    expect(running.told.types.slice(2)).toEqual(['claude.turnStarted', 'claude.exited']);
  });

  it('is forced on a Claude that ignores both the end of its input and SIGTERM', async () => {
    await using real = await RealClaude.start({ command: fixture('ignores-sigterm.ts'), ladder: QUICK });
    const running = await real.run();
    running.process.send({ type: 'claude.stop' });
    expect(await running.told.heard('claude.exited')).toMatchObject({ code: null, signal: 'SIGKILL' });
    expect(running.told.types).toEqual(['claude.spawned', 'claude.ready', 'claude.exited']);
  });

  it('is forced on a Claude that can be heard no more', async () => {
    await using real = await RealClaude.start({ command: fixture('closes-stdout.ts'), ladder: QUICK });
    const running = real.begin();
    await running.told.heard('claude.exited');
    expect(running.told.types).toEqual(['claude.spawned', 'claude.failed', 'claude.exited']);
    expect(running.told.all('claude.failed')).toMatchObject([{ problem: 'startFailed' }]);
    expect(await real.alive(running.input)).toEqual([]);
  });

  it('comes when the SDK understands Claude no more', async () => {
    await using real = await RealClaude.start({ command: fixture('talks-garbage.ts') });
    const running = await real.run();
    running.prompt('stumble');
    await running.told.heard('claude.exited');
    expect(running.told.types.slice(2)).toEqual(['claude.exited']);
  });

  it('does not come for garbage on its output: that is let by', async () => {
    await using real = await RealClaude.start({ command: fixture('talks-garbage.ts') });
    const running = await real.run();
    running.prompt('hello');
    await running.told.heard('claude.turnEnded');
    running.process.send({ type: 'claude.stop' });
    await running.told.heard('claude.exited');
    expect(running.told.types).toEqual([
      'claude.spawned',
      'claude.ready',
      'claude.turnStarted',
      'claude.answered',
      'claude.turnEnded',
      'claude.exited',
    ]);
  });
});

describe('a process that has ended', () => {
  /** A tree that notes what it is sent, and whose listing takes until `listed` is called. */
  function slowTree() {
    const { promise, resolve: listed } = Promise.withResolvers<void>();
    const lookups: string[] = [];
    const list = async () => {
      lookups.push('list');
      await promise;
      return [];
    };
    const table = {
      list,
      startTimeOf: () => null,
      isRunning: () => false,
      residentBytes: () => Promise.resolve(0),
    };
    const tree = new ProcessTree({ table, isOurs: () => true, roots: [] });
    return { tree, listed, lookups };
  }
  const ended = { ladder: DEFAULT_LADDER, endInput: () => undefined, exited: Promise.resolve() };

  // A late look for leftovers found the next process of the same session, which has the same owner, and killed it.
  it('is not booked as such before the last signal to what is left of it has gone out', async () => {
    const { tree, listed } = slowTree();
    const ending = new Ending({ ...ended, tree });
    void ending.hurry();
    let isClosed = false;
    const closed = ending.close().then(() => (isClosed = true));
    await new Promise(setImmediate);
    expect(isClosed).toBe(false);
    listed();
    await closed;
  });

  it('is not looked for any more', async () => {
    const { tree, lookups } = slowTree();
    const ending = new Ending({ ...ended, tree });
    await ending.close();
    await ending.hurry();
    expect(lookups).toEqual([]);
  });
});
