/** The inspector over its real relay, with real actors: what viewers see, and what they never do. */
import { networkInterfaces } from 'node:os';
import { afterEach, beforeEach, expect, it } from 'vitest';
import {
  assign,
  createActor,
  createMachine,
  fromCallback,
  fromPromise,
  sendTo,
  setup,
  spawnChild,
  type AnyActor,
} from 'xstate';
import type {
  ClaudeCommand,
  ClaudeEvent,
  ClaudeInput,
  Recovery,
  RecoveryInput,
  RoomEvent,
  RoomInput,
} from '../../../machines/session-events.ts';
import { sessionMachine } from '../../../machines/session.machine.ts';
import { createInspector, type Inspector, type Opened } from '../../../src/watch/inspector/inspector.ts';
import { framesUrl, knownFrom, watch, type Frame } from '../../helpers/inspector-viewer.ts';
import { anApproval, aRecord, NOON, PROCESS } from '../../helpers/records.ts';

const SECRET = 'plan-the-surprise';

let inspector: Inspector;
let opened: Opened;
const warnings: unknown[] = [];
const actors: AnyActor[] = [];
const subscriptions = new WeakMap<AnyActor, number>();

beforeEach(async () => {
  inspector = createInspector({ log: { warn: (fields: object) => void warnings.push(fields) } });
  opened = await inspector.open();
});

afterEach(async () => {
  for (const actor of actors.splice(0)) actor.stop();
  await inspector.close();
  expect(warnings).toEqual([]);
});

const counter = createMachine({
  id: 'counter',
  initial: 'low',
  states: { low: { on: { up: 'high' } }, high: { on: { up: 'high', down: 'low' } } },
});

function startCounter(id = 'counter') {
  return followed(createActor(counter, { id })).start();
}

function followed<T extends AnyActor>(actor: T): T {
  actor.subscribe({ error: () => {} });
  countSubscriptions(actor);
  inspector.follow(actor);
  actors.push(actor);
  return actor;
}

/** How many look at the actor's system now. */
function subscriptionsOf(actor: AnyActor): number {
  return subscriptions.get(actor) ?? 0;
}

/** XState tells nobody how many there are. */
function countSubscriptions(actor: AnyActor): void {
  const { system } = actor;
  const subscribe = system.inspect.bind(system);
  const note = (change: number) => subscriptions.set(actor, subscriptionsOf(actor) + change);
  system.inspect = (observer) => {
    const subscription = subscribe(observer);
    note(1);
    return {
      unsubscribe: () => {
        note(-1);
        subscription.unsubscribe();
      },
    };
  };
}

function values(frames: Frame[], sessionId: string): unknown[] {
  return frames.filter((frame) => frame.sessionId === sessionId).map((frame) => frame.snapshot?.value);
}

/** A session that goes through a day, with the secret in every place that people or Claude can write to. */
function liveThroughADay(): void {
  let tell: (event: ClaudeEvent) => void = () => {};
  const claude = fromCallback<ClaudeCommand, ClaudeInput>(({ sendBack }) => {
    tell = sendBack;
  });
  const recover = fromPromise<Recovery, RecoveryInput>(() => Promise.reject(new Error(SECRET)));
  const room = fromCallback<RoomEvent, RoomInput>(({ sendBack }) =>
    sendBack({ type: 'room.granted', at: NOON }),
  );
  const record = aRecord({
    name: SECRET,
    workspace: `/home/anna/${SECRET}`,
    model: SECRET,
    sessionRules: [{ rule: SECRET }],
    handled: [SECRET],
  });
  const actor = followed(
    createActor(sessionMachine.provide({ actors: { claude, recover, room } }), {
      id: 'session-s1',
      input: { record, at: NOON },
    }),
  );
  actor.start();
  const at = NOON;
  actor.send({ type: 'user.message', uuid: 'u1', messageId: 1, text: SECRET, at });
  tell({ type: 'claude.spawned', process: { ...PROCESS, startTime: SECRET }, at });
  tell({ type: 'claude.ready', at });
  tell({ type: 'claude.turnStarted', at });
  const approval = anApproval(SECRET, { toolName: SECRET, input: { command: SECRET } });
  tell({ type: 'claude.approvalRequested', approval, at });
  actor.send({ type: 'user.approvalTapped', id: SECRET, tap: 'allow', at });
  tell({ type: 'claude.answered', markdown: SECRET, answers: [], at });
  actor.send({ type: 'user.renamed', name: SECRET, at });
  tell({ type: 'claude.turnEnded', at });
  tell({ type: 'claude.failed', problem: 'startFailed', detail: SECRET, at });
  tell({ type: 'claude.exited', code: 1, signal: null, at });
}

/** A machine with the secret in every place that XState has for data. */
async function runLeakyMachine(): Promise<void> {
  const child = fromPromise<string, string>(() => Promise.resolve(SECRET));
  const failing = fromPromise<string, string>(() => Promise.reject(new Error(SECRET)));
  const leaky = setup({
    types: { context: {} as { secret: string }, input: {} as string },
    actors: { child, failing },
    actions: { act: (_, _params: { secret: string }) => {} },
    guards: { check: (_, _params: { secret: string }) => true },
  }).createMachine({
    id: 'leaky',
    description: SECRET,
    context: { secret: SECRET },
    entry: { type: 'act', params: { secret: SECRET } },
    initial: 'first',
    states: {
      first: {
        meta: { secret: SECRET },
        description: SECRET,
        invoke: {
          src: 'child',
          input: SECRET,
          onDone: { target: 'second', actions: assign({ secret: ({ event }) => event.output }) },
        },
      },
      second: { invoke: { src: 'failing', input: SECRET, onError: 'third' } },
      third: { on: { go: { target: 'over', guard: { type: 'check', params: { secret: SECRET } } } } },
      over: { type: 'final' },
    },
    output: SECRET,
  });
  const actor = followed(createActor(leaky, { input: SECRET })).start();
  await expect.poll(() => actor.getSnapshot().value).toBe('third');
  actor.send({ type: 'go', [SECRET]: SECRET });
}

it('shows the states and events of a session, and nothing that people or Claude wrote', async () => {
  const viewer = await watch(framesUrl(opened.url));

  liveThroughADay();
  await runLeakyMachine();
  const late = await watch(framesUrl(opened.url));

  const isOver = (frame: Frame) => frame.snapshot?.value === 'over';
  await expect.poll(() => viewer.frames.some(isOver)).toBe(true);
  await expect.poll(() => late.frames.length).toBeGreaterThan(1);
  for (const text of [viewer.text, late.text]) expect(text).not.toContain(SECRET);

  const session = viewer.frames.find((frame) => frame.name === 'session-s1')?.sessionId ?? '';
  expect(values(viewer.frames, session)).toContainEqual({ live: { active: 'working' } });
  expect(viewer.frames.map((frame) => frame.event?.type)).toContain('claude.approvalRequested');
  const contexts = viewer.frames.map((frame) => frame.snapshot?.context);
  expect(contexts).toContainEqual({
    id: 's1',
    state: 'active',
    idleTimeoutMs: 600_000,
    lastActivityAt: NOON,
    inbox: 1,
    outbox: 1,
    approvals: 1,
  });
  const leaky = viewer.frames.find((frame) => frame.name === 'leaky');
  expect(leaky?.definition).toContain('"guard":"check"');
});

it('hides a name that can not have been written in the code', async () => {
  const viewer = await watch(framesUrl(opened.url));
  const actor = startCounter();
  actor.send({ type: `told you: ${SECRET}` });
  await expect.poll(() => viewer.frames.map((frame) => frame.event?.type)).toContain('(hidden)');
  expect(viewer.text).not.toContain(SECRET);
});

it('draws the whole chart of a session', async () => {
  const viewer = await watch(framesUrl(opened.url));
  liveThroughADay();
  const definition = () => viewer.frames.find((frame) => frame.name === 'session-s1')?.definition ?? '{}';
  await expect.poll(definition).not.toBe('{}');
  const chart = JSON.parse(definition()) as { id: string; states: Record<string, { states?: object }> };
  // Each target by id (`#session.live`) must find its machine.
  expect(chart.id).toBe(sessionMachine.id);
  expect(new Set(Object.keys(chart.states))).toEqual(
    new Set(Object.keys(sessionMachine.config.states ?? {})),
  );
  for (const gap of ['(hidden)', '[Object]', '[Array]']) expect(definition()).not.toContain(gap);
});

it('introduces every live actor to a viewer that comes late, before anything else, and no dead one', async () => {
  const [first, second, third] = [startCounter(), startCounter(), startCounter()];
  second.send({ type: 'up' });
  third.stop();
  const failing = followed(
    createActor(
      createMachine({
        on: {
          go: {
            actions: () => {
              throw new Error('a bug');
            },
          },
        },
      }),
    ),
  );
  failing.start().send({ type: 'go' });

  const viewer = await watch(framesUrl(opened.url));
  await expect.poll(() => viewer.frames.length).toBe(3);
  first.send({ type: 'up' });
  await expect.poll(() => viewer.frames.length).toBe(5);

  expect(viewer.frames.map(({ type, sessionId }) => [type, sessionId])).toEqual([
    ['hibernaut.start', undefined],
    ['@xstate.actor', first.sessionId],
    ['@xstate.actor', second.sessionId],
    ['@xstate.event', first.sessionId],
    ['@xstate.snapshot', first.sessionId],
  ]);
  expect(values(viewer.frames, second.sessionId)).toEqual(['high']);
  expect(viewer.frames[1]).toMatchObject({ name: 'counter', rootId: first.sessionId, _version: '0.7.2' });
});

it('attaches to actors that run already while somebody watches, and to nothing else', async () => {
  const actor = startCounter();
  actor.send({ type: 'up' });
  expect(subscriptionsOf(actor)).toBe(0);

  const [first, second] = [await watch(framesUrl(opened.url)), await watch(framesUrl(opened.url))];
  actor.send({ type: 'down' });
  for (const { frames } of [first, second])
    await expect.poll(() => values(frames, actor.sessionId)).toEqual(['high', undefined, 'low']);
  const later = startCounter();
  expect([actor, later].map(subscriptionsOf)).toEqual([1, 1]);
  await expect.poll(() => values(first.frames, later.sessionId)).toContain('low');

  first.socket.close();
  await expect.poll(() => opened.viewers).toBe(1);
  expect([actor, later].map(subscriptionsOf)).toEqual([1, 1]);
  second.socket.terminate();
  await expect.poll(() => [actor, later].map(subscriptionsOf)).toEqual([0, 0]);
});

it('shows one session to whom only that was opened, also once it wakes, and each its own through one server', async () => {
  startCounter('s1');
  const one = await inspector.open({ scope: 's2' });
  const viewer = await watch(framesUrl(one.url));
  const ofAll = await watch(framesUrl(opened.url));
  expect(new URL(one.url).port).toBe(new URL(opened.url).port);
  await expect.poll(() => viewer.frames.map(({ type }) => type)).toEqual(['hibernaut.start']);

  const woken = startCounter('s2');
  startCounter('s1').send({ type: 'up' });
  woken.send({ type: 'up' });
  await expect.poll(() => values(viewer.frames, woken.sessionId).at(-1)).toBe('high');
  expect(new Set(viewer.frames.slice(1).map(({ sessionId }) => sessionId))).toEqual(
    new Set([woken.sessionId]),
  );
  await expect.poll(() => values(ofAll.frames, woken.sessionId).at(-1)).toBe('high');

  ofAll.socket.close();
  await expect.poll(() => opened.viewers).toBe(0);
  expect(actors.map(subscriptionsOf)).toEqual([0, 1, 0]);
});

it('takes an address back with its viewers, ends the server with the last, and opens the same again', async () => {
  const other = await inspector.open();
  const [kept, cut] = [await watch(framesUrl(opened.url)), await watch(framesUrl(other.url))];
  await other.close();
  await expect.poll(() => cut.socket.readyState).toBe(WebSocket.CLOSED);
  await expect(watch(framesUrl(other.url))).rejects.toThrow('403');
  expect(kept.socket.readyState).toBe(WebSocket.OPEN);

  await opened.close();
  await expect(watch(framesUrl(opened.url))).rejects.toThrow('ECONNREFUSED');
  const again = await inspector.open({ again: opened.url });
  expect(again.url).toBe(opened.url);
  await watch(framesUrl(again.url));
  expect((await inspector.open({ again: opened.url })).url).not.toBe(again.url);
});

it('keeps nothing of actors that have ended', async () => {
  const viewer = await watch(framesUrl(opened.url));
  const actor = startCounter();
  actor.stop();
  const isStopped = ({ snapshot }: Frame): boolean => snapshot?.status === 'stopped';
  await expect.poll(() => viewer.frames.some(isStopped)).toBe(true);
  expect(subscriptionsOf(actor)).toBe(0);
});

it('lets nobody in without the token, from another site, or under another name', async () => {
  const url = framesUrl(opened.url);
  const { host, origin, port } = new URL(opened.url);
  for (const refused of [
    watch(framesUrl(opened.url, '')),
    watch(framesUrl(opened.url, 'x'.repeat(32))),
    watch(`ws://${host}/frames`),
    watch(url.replace('/frames', '/other')),
    watch(url, { origin: 'https://evil.example' }),
    watch(url, { origin: 'null' }),
    watch(url, { origin: `http://localhost:${port}` }),
    watch(url, { headers: { host: 'evil.example' } }),
    watch(url, { headers: { host: `evil.example:${port}` }, origin: `http://evil.example:${port}` }),
  ]) {
    await expect(refused).rejects.toThrow('403');
  }
  expect((await watch(url, { origin })).socket.readyState).toBe(WebSocket.OPEN);
});

it('is not reachable from the network', async () => {
  expect(new URL(opened.url).hostname).toBe('127.0.0.1');
  const addresses = Object.values(networkInterfaces())
    .flatMap((all) => all ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4');
  for (const { address } of addresses) {
    await expect(fetch(`http://${address}:${new URL(opened.url).port}/`)).rejects.toThrow();
  }
});

it('does not listen to viewers, and cuts off one that talks much', async () => {
  const talker = await watch(framesUrl(opened.url));
  const quiet = await watch(framesUrl(opened.url));
  talker.socket.send(JSON.stringify({ type: '@xstate.event', event: { type: 'up' } }));
  talker.socket.send('x'.repeat(10_000));
  await expect.poll(() => talker.socket.readyState).toBe(WebSocket.CLOSED);

  const actor = startCounter();
  await expect.poll(() => values(quiet.frames, actor.sessionId)).toContain('low');
  expect(quiet.frames.map((frame) => frame.type)).not.toContain('@xstate.event:up');
  expect(actor.getSnapshot().value).toBe('low');
});

it('has room for some viewers, not for any number', async () => {
  const url = framesUrl(opened.url);
  const viewers = await Promise.all(Array.from({ length: 16 }, () => watch(url)));
  await expect(watch(url)).rejects.toThrow('503');
  viewers[0]?.socket.close();
  await expect.poll(() => watch(url).then(() => 'in', String)).toBe('in');
});

it('makes so many frames of a rush and no more, says that there was more, and then shows what each has become', async () => {
  const ACTORS = 1_000;
  const EVENTS_EACH = 20;
  const MOST_FRAMES = 1_000;
  const crowd = Array.from({ length: ACTORS }, () => startCounter());
  const viewer = await watch(framesUrl(opened.url));
  await expect.poll(() => knownFrom(viewer.frames).size).toBe(ACTORS);
  const before = viewer.frames.length;

  for (let event = 0; event < EVENTS_EACH; event += 1) for (const actor of crowd) actor.send({ type: 'up' });
  const [last] = crowd;
  last?.send({ type: 'down' });
  expect(crowd.map(subscriptionsOf).filter((count) => count > 0).length).toBeLessThan(MOST_FRAMES / 2);

  const wrong = () =>
    crowd.filter(
      (actor) => knownFrom(viewer.frames).get(actor.sessionId)?.value !== actor.getSnapshot().value,
    ).length;
  await expect.poll(wrong).toBe(0);
  const made = viewer.frames.slice(before);
  // The rush itself, and then a turn for each.
  expect(made.length).toBeLessThanOrEqual(MOST_FRAMES + ACTORS);
  expect(made.at(-1)).toMatchObject({ type: '@xstate.snapshot', event: { type: 'hibernaut.unseen' } });

  await expect.poll(() => crowd.map(subscriptionsOf)).toEqual(Array(ACTORS).fill(1));
  last?.send({ type: 'up' });
  await expect.poll(() => viewer.frames.at(-1)).toMatchObject({ event: { type: 'up' } });
});

it('shows every event of the session that somebody follows by itself, also one who comes in the middle of a rush', async () => {
  const all = await watch(framesUrl(opened.url));
  const [loud, session] = [startCounter(), startCounter('s1')];
  await expect.poll(() => knownFrom(all.frames).size).toBe(2);
  const rush = (actor: typeof loud, events: number): void => {
    for (let event = 0; event < events; event += 1) actor.send({ type: event % 2 === 0 ? 'up' : 'down' });
  };
  rush(loud, 1_000);
  rush(session, 1_000);
  expect([loud, session].map(subscriptionsOf)).toEqual([0, 0]);

  const one = await watch(framesUrl((await inspector.open({ scope: 's1' })).url));
  await expect.poll(() => one.frames.length).toBe(2);
  expect(subscriptionsOf(session)).toBe(1);
  rush(session, 1_500);
  const events = () => one.frames.filter(({ type }) => type === '@xstate.event');
  await expect.poll(() => events().length).toBe(1_500);
});

it('shows what failed, which XState tells nobody about, and what that had started', async () => {
  const fails = { on: { fail: { actions: () => throwABug() } } };
  const throwABug = () => {
    throw new Error('a bug');
  };
  const family = setup({ actors: { child: createMachine({ id: 'child', ...fails }) } }).createMachine({
    entry: [spawnChild('child', { id: 'first' }), spawnChild('child', { id: 'second' })],
    on: { ...fails.on, failFirst: { actions: sendTo('first', { type: 'fail' }) }, '*': {} },
  });
  const viewer = await watch(framesUrl(opened.url));
  const parent = followed(createActor(family)).start();
  for (const child of Object.values(parent.getSnapshot().children)) child?.subscribe({ error: () => {} });
  const statuses = () => [...knownFrom(viewer.frames).values()].map(({ status }) => status);
  await expect.poll(statuses).toEqual(['active', 'active', 'active']);
  parent.send({ type: 'failFirst' });
  await expect.poll(statuses).toEqual(['active', 'error', 'active']);
  parent.send({ type: 'fail' });
  await expect.poll(statuses).toEqual(['error', 'error', 'stopped']);
  const late = await watch(framesUrl(opened.url));
  startCounter();
  await expect.poll(() => [...knownFrom(late.frames).values()].map(({ value }) => value)).toEqual(['low']);
});

it('drops what a viewer that does not read can not take, and shows it the truth when it reads again', async () => {
  const one = await inspector.open({ scope: 's1' });
  const viewer = await watch(framesUrl(one.url));
  const actor = startCounter('s1');
  await expect.poll(() => values(viewer.frames, actor.sessionId)).toContain('low');
  viewer.socket.pause();

  // In one go: how much the kernel would take in between is its own affair.
  const SENT = 20_000;
  for (let i = 0; i < SENT; i++) actor.send({ type: i % 2 === 0 ? 'up' : 'down' });
  actor.send({ type: 'up' });
  viewer.socket.resume();

  await expect.poll(() => values(viewer.frames, actor.sessionId).at(-1), { timeout: 20_000 }).toBe('high');
  expect(viewer.frames.length).toBeLessThan(SENT);
  expect(viewer.frames.filter((frame) => frame.type === 'hibernaut.start').length).toBeGreaterThan(1);
});

it('never makes an actor fail', async () => {
  const viewer = await watch(framesUrl(opened.url));
  const hostile = Object.defineProperty(createActor(counter), 'logic', {
    get: () => {
      throw new Error('hostile');
    },
  });
  expect(() => inspector.follow(hostile)).not.toThrow();
  expect(warnings.splice(0)).toHaveLength(1);
  const other = startCounter();
  await expect.poll(() => values(viewer.frames, other.sessionId)).toContain('low');
});

it('cuts off its viewers when it closes', async () => {
  const viewer = await watch(framesUrl(opened.url));
  await inspector.close();
  await expect.poll(() => viewer.socket.readyState).toBe(WebSocket.CLOSED);
});

it('serves a page that runs no code but its own and asks for nothing from elsewhere by itself', async () => {
  const response = await fetch(opened.url);
  const policy = response.headers.get('content-security-policy') ?? '';
  expect(policy).toMatch(/default-src 'none'; script-src 'sha256-[^']+'; style-src 'sha256-[^']+';/);
  expect(policy).not.toContain('unsafe');
  const html = await response.text();
  expect(html).not.toMatch(/<(?:script|link|img|iframe)[^>]+(?:src|href)=/);
  expect((await fetch(new URL('/frames', opened.url))).status).toBe(404);
});
