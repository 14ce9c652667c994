/** The machines as the live page is told of them, with the real machines. */
import { createActor, createMachine, fromCallback, fromPromise, SimulatedClock, waitFor } from 'xstate';
import { describe, expect, it } from 'vitest';
import { daemonMachine } from '../../../machines/daemon.machine.ts';
import { pollerMachine, type PollerEvent, type ReceiveInput } from '../../../machines/poller.machine.ts';
import { Machines, subjectOfSession } from '../../../src/watch/live/machines.ts';
import { startSession } from '../../helpers/session-actor.ts';

const NOW = Date.UTC(2026, 10, 25, 12);

function listening() {
  const told = { changed: [] as string[], stepped: [] as string[] };
  const machines = new Machines(
    {
      changed: (subject) => told.changed.push(subject),
      stepped: (subject, { event, to }) => told.stepped.push(`${subject} ${event} ${to}`),
    },
    () => NOW,
  );
  return { machines, told };
}

/** Its waits as delays and seconds from now. */
function waitsOf(machines: Machines, subject: string): [string, string, number][] {
  const { waits } = machines.state(subject);
  return waits.map(({ from, delay, endsAt }) => [from, delay, Math.round((endsAt - NOW) / 1_000)]);
}

function startPoller(machines: Machines) {
  const actors = {
    receive: fromCallback<PollerEvent, ReceiveInput>(() => undefined),
    handle: fromCallback<PollerEvent>(() => undefined),
    confirm: fromCallback<PollerEvent, { offset: number | null }>(() => undefined),
  };
  const poller = createActor(pollerMachine.provide({ actors }), {
    id: 'poller',
    input: { limits: {} },
    clock: new SimulatedClock(),
  });
  machines.follow(poller);
  poller.start();
  return poller;
}

const PROBLEM = { description: 'xyzzy, a secret', retryAfterMs: null, isConflict: false };

describe("the poller's machine", () => {
  it('is told in all its depth, with what led there, since when, and what time will do', () => {
    const { machines, told } = listening();
    const poller = startPoller(machines);
    poller.send({ type: 'poll.received', count: 0, at: NOW });
    expect(machines.state('poller')).toMatchObject({
      chart: 'poller',
      phase: 'running.polling.receiving',
      since: NOW,
    });
    expect(waitsOf(machines, 'poller')).toEqual([['running.polling.receiving', 'watchdog', 120]]);
    for (let failure = 0; failure < 3; failure += 1)
      poller.send({ type: 'poll.failed', problem: PROBLEM, at: NOW });
    expect(waitsOf(machines, 'poller')).toEqual([['running.backingOff.waiting', 'backoff', 4]]);
    poller.send({ type: 'poll.failed', problem: { ...PROBLEM, isConflict: true }, at: NOW });
    expect(waitsOf(machines, 'poller')).toEqual([['running.displaced.waiting', 'displaced', 30]]);
    expect(told.stepped).toEqual([
      'poller xstate.init running.starting',
      'poller poll.received running.polling.receiving',
      'poller poll.failed running.backingOff.waiting',
      'poller poll.failed running.displaced.waiting',
    ]);
    expect(JSON.stringify([machines.steps('poller'), machines.state('poller')])).not.toContain('xyzzy');
  });

  it('is known by its newest steps only, however long it runs', () => {
    const { machines } = listening();
    const poller = startPoller(machines);
    for (let round = 0; round < 300; round += 1) {
      poller.send({ type: 'poll.received', count: 1, at: NOW });
      poller.send({ type: 'batch.handled', offset: round });
    }
    expect(machines.steps('poller')).toHaveLength(200);
    expect(machines.steps('poller').at(-1)).toMatchObject({ event: 'batch.handled', by: 'daemon' });
  });
});

it("the daemon's steps of a stop count down, and one that has stopped is still there to be seen", async () => {
  const { machines } = listening();
  const lasts = fromPromise<void>(() => new Promise(() => undefined));
  const actors = { finishTurns: lasts, stopProcesses: lasts, killProcesses: lasts, close: lasts };
  const logic = daemonMachine.provide({ actors: { ...actors, start: fromPromise(() => Promise.resolve()) } });
  const clock = new SimulatedClock();
  const daemon = createActor(logic, { id: 'daemon', input: { drainMs: 300_000 }, clock });
  machines.follow(daemon);
  expect([machines.standing, machines.state('daemon').phase]).toEqual([['daemon'], null]);
  daemon.start();
  await waitFor(daemon, (snapshot) => snapshot.matches('serving'));
  daemon.send({ type: 'daemon.stopRequested', at: NOW });
  expect(waitsOf(machines, 'daemon')).toEqual([['draining.turns', 'drainTimeout', 300]]);
  clock.increment(300_000);
  expect(waitsOf(machines, 'daemon')).toEqual([['draining.processes', 'stopTimeout', 30]]);
  daemon.send({ type: 'daemon.stopNowRequested' });
  expect(waitsOf(machines, 'daemon')).toEqual([['draining.killing', 'killTimeout', 10]]);
  clock.increment(10_000);
  clock.increment(15_000);
  expect(machines.state('daemon')).toMatchObject({ phase: 'stopped', waits: [] });
  expect(machines.steps('daemon').map(({ event }) => event.replace(/\.0\..*/, ''))).toEqual([
    'xstate.init',
    'xstate.done.actor',
    'daemon.stopRequested',
    'xstate.after.drainTimeout.daemon.draining.turns',
    'daemon.stopNowRequested',
    'xstate.after.killTimeout.daemon.draining.killing',
    'xstate.after.closeTimeout.daemon.draining.closing',
  ]);
});

describe("a session's machine", () => {
  it('costs nothing until somebody looks at it, and then tells what time will do', () => {
    const { machines, told } = listening();
    const session = startSession();
    machines.follow(session.actor);
    const subject = subjectOfSession(session.record().id);
    session.message('m1');
    expect(told.changed).toEqual([]);
    const end = machines.lookAt(session.record().id);
    expect(waitsOf(machines, subject)).toEqual([['live.active.starting', 'startTimeout', 60]]);
    const before = told.changed.length;
    session.becomesReady();
    expect(told.changed.length).toBeGreaterThan(before);
    expect(waitsOf(machines, subject)).toEqual([['live.active.working', 'silence', 1_800]]);
    session.answers();
    expect(waitsOf(machines, subject)).toEqual([['live.idle', 'idleTimeout', 600]]);
    end();
    const after = told.changed.length;
    session.message('m2');
    expect(told.changed).toHaveLength(after);
  });

  it('that ends while somebody looks is told to have ended, and the next one is looked at in its place', () => {
    const { machines, told } = listening();
    const first = startSession();
    const { id } = first.record();
    machines.follow(first.actor);
    machines.lookAt(id);
    first.actor.stop();
    expect(machines.state(subjectOfSession(id)).phase).toBeNull();
    const second = startSession();
    machines.follow(second.actor);
    const before = told.changed.length;
    second.message('m1');
    expect(told.changed.length).toBeGreaterThan(before);
    expect(machines.state(subjectOfSession(id)).phase).toBe('live.active.starting');
  });
});

it('a machine that is in several states at once is told in all of them', () => {
  const { machines } = listening();
  const both = createMachine({
    id: 'both',
    initial: 'on',
    states: {
      on: {
        type: 'parallel',
        states: {
          left: { initial: 'up', states: { up: { after: { 5_000: 'down' } }, down: {} } },
          right: { initial: 'red', states: { red: {} } },
        },
      },
    },
  });
  const actor = createActor(both, { id: 'both', clock: new SimulatedClock() });
  machines.follow(actor);
  actor.start();
  expect(machines.state('both').phase).toBe('on.left.up,on.right.red');
  expect(waitsOf(machines, 'both')).toEqual([['on.left.up', '5000', 5]]);
});
