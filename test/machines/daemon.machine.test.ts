/** The daemon's states, with each step under the test's control. */
import { createActor, fromPromise, SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import { daemonMachine, daemonStateOf, type DaemonStep } from '../../machines/daemon.machine.ts';

function startMachine(drainMs = 10_000) {
  const clock = new SimulatedClock();
  const begun: DaemonStep[] = [];
  const reported: string[] = [];
  const open = new Map<DaemonStep, PromiseWithResolvers<void>>();
  const step = (name: DaemonStep) =>
    fromPromise<void>(() => {
      begun.push(name);
      const end = Promise.withResolvers<void>();
      open.set(name, end);
      return end.promise;
    });
  const machine = daemonMachine.provide({
    actors: {
      start: step('start'),
      finishTurns: step('finishTurns'),
      stopProcesses: step('stopProcesses'),
      killProcesses: step('killProcesses'),
      close: step('close'),
    },
    actions: {
      reportFailedStep: (_, params) => reported.push(`${params.step} failed`),
      reportSlowStep: (_, params) => reported.push(`${params.step} slow`),
    },
  });
  const actor = createActor(machine, { input: { drainMs }, clock }).start();
  const state = () => daemonStateOf(actor.getSnapshot());
  return {
    actor,
    begun,
    reported,
    state,
    pass: (ms: number) => clock.increment(ms),
    ends: async (name: DaemonStep) => {
      open.get(name)?.resolve();
      await Promise.resolve();
      await Promise.resolve();
    },
    fails: async (name: DaemonStep, error: Error) => {
      open.get(name)?.reject(error);
      await Promise.resolve();
      await Promise.resolve();
    },
    stop: (drainMs?: number) =>
      actor.send({
        type: 'daemon.stopRequested',
        at: 1_000 + clock.now(),
        ...(drainMs !== undefined && { drainMs }),
      }),
    drainEndsAt: () => actor.getSnapshot().context.drainEndsAt,
    stopNow: () => actor.send({ type: 'daemon.stopNowRequested' }),
  };
}

async function serving(drainMs?: number) {
  const daemon = startMachine(drainMs);
  await daemon.ends('start');
  return daemon;
}

describe('the daemon machine', () => {
  it('serves once it has started, and takes each step of a stop after the one before', async () => {
    const daemon = startMachine();
    expect(daemon.state()).toBe('starting');
    await daemon.ends('start');
    expect(daemon.state()).toBe('serving');
    daemon.stop();
    expect(daemon.state()).toBe('draining');
    await daemon.ends('finishTurns');
    await daemon.ends('stopProcesses');
    await daemon.ends('close');
    expect(daemon.state()).toBe('stopped');
    expect(daemon.begun).toEqual(['start', 'finishTurns', 'stopProcesses', 'close']);
    expect(daemon.reported).toEqual([]);
  });

  it('waits for running turns as long as it may, and no longer', async () => {
    const daemon = await serving(10_000);
    daemon.stop();
    daemon.pass(9_999);
    expect(daemon.begun.at(-1)).toBe('finishTurns');
    daemon.pass(1);
    expect(daemon.begun.at(-1)).toBe('stopProcesses');
    expect(daemon.reported).toEqual(['finishTurns slow']);
  });

  it('kills processes that do not stop within 30 s', async () => {
    const daemon = await serving();
    daemon.stop();
    await daemon.ends('finishTurns');
    daemon.pass(29_999);
    expect(daemon.begun.at(-1)).toBe('stopProcesses');
    daemon.pass(1);
    expect(daemon.begun.at(-1)).toBe('killProcesses');
  });

  it('closes even if a process cannot be killed within 10 s', async () => {
    const daemon = await serving();
    daemon.stopNow();
    daemon.pass(9_999);
    expect(daemon.begun.at(-1)).toBe('killProcesses');
    daemon.pass(1);
    expect(daemon.begun.at(-1)).toBe('close');
  });

  it('stops even if closing takes for ever', async () => {
    const daemon = await serving();
    daemon.stopNow();
    await daemon.ends('killProcesses');
    daemon.pass(14_999);
    expect(daemon.state()).toBe('draining');
    daemon.pass(1);
    expect(daemon.state()).toBe('stopped');
  });

  it.each(['finishTurns', 'stopProcesses'] as const)(
    'kills at once when asked again during %s',
    async (step) => {
      const daemon = await serving();
      daemon.stop();
      if (step === 'stopProcesses') await daemon.ends('finishTurns');
      expect(daemon.begun.at(-1)).toBe(step);
      daemon.stopNow();
      expect(daemon.begun.at(-1)).toBe('killProcesses');
    },
  );

  it('takes a second ordinary stop for the first one', async () => {
    const daemon = await serving();
    daemon.stop();
    daemon.stop();
    expect(daemon.begun).toEqual(['start', 'finishTurns']);
  });

  it('keeps why it could not start, and puts everything away', async () => {
    const daemon = startMachine();
    const error = new Error('The token is wrong.');
    await daemon.fails('start', error);
    await daemon.ends('stopProcesses');
    await daemon.ends('close');
    expect(daemon.state()).toBe('stopped');
    expect(daemon.actor.getSnapshot().context.failure).toEqual({ error });
  });

  it('goes on with the stop when a step of it fails, and reports it', async () => {
    const daemon = await serving();
    daemon.stop();
    await daemon.fails('finishTurns', new Error('no'));
    await daemon.fails('stopProcesses', new Error('no'));
    await daemon.fails('killProcesses', new Error('no'));
    await daemon.fails('close', new Error('no'));
    expect(daemon.state()).toBe('stopped');
    expect(daemon.begun).toEqual(['start', 'finishTurns', 'stopProcesses', 'killProcesses', 'close']);
    expect(daemon.reported).toEqual([
      'finishTurns failed',
      'stopProcesses failed',
      'killProcesses failed',
      'close failed',
    ]);
  });

  it('can be stopped while it starts', () => {
    const daemon = startMachine();
    daemon.stop();
    expect(daemon.state()).toBe('draining');
    expect(daemon.begun).toEqual(['start', 'finishTurns']);
  });

  it('waits for turns as long as it is told at the stop, and anew when it is told again', async () => {
    const daemon = await serving(10_000);
    daemon.stop(60_000);
    expect(daemon.drainEndsAt()).toBe(61_000);
    daemon.pass(59_999);
    expect(daemon.begun.at(-1)).toBe('finishTurns');
    daemon.stop(5_000);
    expect(daemon.drainEndsAt()).toBe(65_999);
    daemon.pass(4_999);
    expect(daemon.begun.at(-1)).toBe('finishTurns');
    daemon.pass(1);
    expect(daemon.begun.at(-1)).toBe('stopProcesses');
    expect(daemon.reported).toEqual(['finishTurns slow']);
  });
});
