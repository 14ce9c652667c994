/** A long random walk with a process that behaves like Claude Code: whatever people, crashes and daemons do, the books balance. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isKnown } from '../../machines/session-inbox.ts';
import { anApproval, anUntrustedFolder, PROCESS } from '../helpers/records.ts';
import { SESSION_IN, startSession, type TestSession } from '../helpers/session-actor.ts';

/** What the real process would be doing; the steps below are only taken where Claude Code could take them. */
interface World {
  session: TestSession;
  /** Of the process: none before the spawn and after the exit. */
  process: 'none' | 'spawned' | 'idle' | 'turn';
  backgroundTasks: number;
  /** Whether the folder brings programs along that nobody has trusted. */
  isUntrusted: boolean;
  /** Prompts that are in the conversation, by uuid: what a transcript would say. A turn may take in several. */
  transcript: Map<string, { turn: number; fate: 'cutOff' | 'answered' }>;
  turn: number;
  /** Prompts that Claude has not taken yet. */
  queue: string[];
  accepted: string[];
  /** Requests for leave that the process has made and that are not answered. */
  asking: Set<string>;
  /** How many requests there were. */
  requests: number;
  seenCommands: number;
  seenSpawns: number;
  phases: Set<string>;
}

type Step = (world: World, seed: number) => void | Promise<void>;

const STEPS: Record<string, Step> = {
  message: (world) => {
    const uuid = `m${String(world.accepted.length + 1)}`;
    world.accepted.push(uuid);
    world.session.message(uuid);
  },
  'message again': ({ session, accepted }, seed) => {
    const uuid = accepted[seed % Math.max(1, accepted.length)];
    if (uuid) session.message(uuid);
  },
  edit: ({ session, accepted }, seed) => {
    const messageId = 1 + (seed % Math.max(1, accepted.length));
    const newUuid = `m${String(messageId)}-edit-${String(seed)}`;
    session.send({ type: 'user.edited', messageId, newUuid, text: newUuid });
  },
  'take back': ({ session, accepted }, seed) =>
    session.send({ type: 'user.withdrew', messageId: 1 + (seed % Math.max(1, accepted.length)) }),
  'steer or queue': ({ session }, seed) =>
    session.send({ type: 'user.whileWorkingChanged', whileWorking: seed % 3 === 0 ? 'queue' : 'steer' }),
  interrupt: ({ session }) => session.send({ type: 'user.interrupt' }),
  suspend: ({ session }) => session.send({ type: 'user.suspend' }),
  wake: ({ session }) => session.send({ type: 'user.wake' }),
  evict: ({ session }) => session.send({ type: 'daemon.evict' }),
  timeout: ({ session }, seed) =>
    session.send({ type: 'user.timeoutChanged', idleTimeoutMs: seed % 3 === 0 ? null : 1_000 + seed }),
  'time passes': ({ session }, seed) => session.pass([700, 700_000, 1_800_000][seed % 3] ?? 0),
  approve: ({ session }) => {
    const approval = session.record().approvals[0];
    if (approval) session.send({ type: 'user.approvalTapped', id: approval.id, tap: 'allow' });
  },
  'the folder changes': (world, seed) => {
    world.isUntrusted = seed % 2 === 0;
    if (!world.isUntrusted) world.session.send({ type: 'daemon.folderTrusted' });
  },
  'decides what was asked': (world, seed) => {
    const { session } = world;
    const about = session.record().choices[0]?.about;
    if (about?.type === 'trust') {
      if (seed % 3 !== 1) world.isUntrusted = false;
      session.send({ type: seed % 3 === 1 ? 'user.withoutSettings' : 'user.trust' });
    } else if (about?.type === 'cutOff') {
      session.send({ type: seed % 3 === 1 ? 'user.drop' : 'user.continue', uuid: about.uuid });
    } else if (about) {
      session.send({ type: seed % 3 === 1 ? 'user.keepWaiting' : 'user.restart' });
    }
  },
  'the desk asks': ({ session }, seed) => {
    if (seed % 2 === 0) session.deskAsks();
  },
  'the phone takes it back': ({ session }) => session.send({ type: 'user.detach' }),
  'the desk is through': ({ session }) => {
    if (session.phase().startsWith('suspended.attached')) session.deskIsThrough();
  },
  'Telegram refuses the chat': ({ session }) =>
    session.send({ type: 'telegram.chatRefused', reason: 'blocked' }),
  'Telegram gives no answer': ({ session }) => {
    const [item] = session.record().outbox;
    if (item) session.send({ type: 'telegram.outcomeUnknown', outboxId: item.id });
  },
  'is ready': (world) => {
    if (world.process !== 'spawned') return;
    world.process = 'idle';
    world.session.says({ type: 'claude.ready' });
  },
  'takes up work by itself': (world) => {
    if (world.process !== 'idle') return;
    world.process = 'turn';
    world.turn += 1;
    world.session.says({ type: 'claude.turnStarted' });
  },
  'takes in what was sent meanwhile': (world) => {
    if (world.process === 'turn') takeNext(world);
  },
  'asks leave': (world, seed) => {
    const { session, process, backgroundTasks, asking } = world;
    if (process !== 'turn' && (process !== 'idle' || backgroundTasks === 0)) return;
    const id = `a${String((world.requests += 1))}`;
    asking.add(id);
    const input = { command: `ls ${String(seed % 2)}` };
    session.says({ type: 'claude.approvalRequested', approval: anApproval(id, { input }) });
  },
  'background tasks change': (world, seed) => {
    if (world.process !== 'idle' && world.process !== 'turn') return;
    world.backgroundTasks = seed % 3;
    world.session.says({ type: 'claude.backgroundTasksChanged', count: world.backgroundTasks });
  },
  'answers and ends the turn': (world) => {
    if (world.process !== 'turn') return;
    world.session.says({ type: 'claude.answered', markdown: 'x', answers: answerOpenPrompts(world) });
    world.turn += 1;
    if (takeNext(world)) return;
    world.process = 'idle';
    world.session.says({ type: 'claude.turnEnded' });
  },
  crashes: (world) => {
    if (world.process === 'none') return;
    exit(world, { code: null, signal: 'SIGKILL' });
  },
  'finds the transcript': async (world) => {
    const { session } = world;
    if (session.phase() !== 'recovering.looking') return;
    const recovery = session.recoveries.at(-1);
    recovery?.finds(
      recovery.input.uuids.map((uuid, index, uuids) => {
        const { turn, fate } = world.transcript.get(uuid) ?? { turn: null, fate: 'absent' };
        const turnOf = uuids.slice(0, index).find((other) => world.transcript.get(other)?.turn === turn);
        if (turn !== null && turnOf !== undefined) return { uuid, fate: 'joined', turnOf };
        if (fate === 'answered') return { uuid, fate, markdown: 'x' };
        return fate === 'cutOff' ? { uuid, fate, continuationUuid: `${uuid}+` } : { uuid, fate };
      }),
    );
    await expect.poll(session.phase, { interval: 1 }).not.toBe('recovering.looking');
  },
  'is ended': ({ session }, seed) => {
    if (seed % 4 === 0) session.send({ type: 'user.end' });
  },
  'the house fills, or empties': ({ session }, seed) => {
    session.house.isFull = seed % 2 === 0;
    if (!session.house.isFull) session.asked.at(-1)?.grants();
  },
  'gets room': ({ session }) => session.asked.at(-1)?.grants(),
  'is told that there is no room': ({ session }, seed) => {
    if (session.phase() === 'awaitingRoom.forRestore') session.asked.at(-1)?.refuses();
    else session.asked.at(-1)?.isFull({ waitingForPeople: seed % 4 });
  },
  'the daemon drains': ({ session }) => session.send({ type: 'daemon.drain' }),
  'the daemon stops, and the next one starts': (world, seed) => {
    world.session.send({ type: 'daemon.stop' });
    world.phases.add(world.session.phase());
    react(world);
    world.phases.add(world.session.phase());
    void STEPS['the daemon dies']?.(world, seed);
  },
  'the daemon dies': (world, seed) => {
    // Its process is an orphan now, which the next daemon ends before anything else.
    world.process = 'none';
    world.queue = [];
    world.asking.clear();
    world.backgroundTasks = 0;
    const isFull = seed % 4 === 0;
    world.session = world.session.restarted(5_000, {}, isFull);
    world.seenCommands = 0;
    world.seenSpawns = 0;
  },
};

/** What a real day brings most, so that walks get far; everything else has weight 1. */
const OFTEN: Record<string, number> = {
  message: 4,
  'is ready': 6,
  'answers and ends the turn': 4,
  'takes in what was sent meanwhile': 3,
  'asks leave': 3,
  'background tasks change': 3,
  interrupt: 3,
  'finds the transcript': 3,
  'is told that there is no room': 3,
};

const aStep = fc.tuple(
  fc.oneof(...Object.keys(STEPS).map((step) => ({ weight: OFTEN[step] ?? 1, arbitrary: fc.constant(step) }))),
  fc.nat(1_000),
);

/** The uuids of those that the running turn has taken. */
function answerOpenPrompts({ transcript, turn }: World): string[] {
  const open = [...transcript].filter(([, prompt]) => prompt.turn === turn && prompt.fate === 'cutOff');
  for (const [uuid] of open) transcript.set(uuid, { turn, fate: 'answered' });
  return open.map(([uuid]) => uuid);
}

/** The next of those that were sent goes into the turn. Whether there was one. */
function takeNext(world: World): boolean {
  const uuid = world.queue.shift();
  if (uuid === undefined) return false;
  expect(world.transcript.has(uuid), `prompt ${uuid} is new to the conversation`).toBe(false);
  world.transcript.set(uuid, { turn: world.turn, fate: 'cutOff' });
  world.session.says({ type: 'claude.promptTaken', uuid });
  return true;
}

function exit(world: World, how: { code: number | null; signal: string | null }): void {
  world.process = 'none';
  world.queue = [];
  world.asking.clear();
  world.backgroundTasks = 0;
  world.session.says({ type: 'claude.exited', ...how });
}

/** The process reacts to what the session told it since the last step. */
function react(world: World): void {
  const { session } = world;
  if (session.spawned.length > world.seenSpawns) {
    expect(session.spawned.length - world.seenSpawns, 'one spawn at a time').toBe(1);
    expect(world.process, 'no second process beside a live one').toBe('none');
    world.seenSpawns = session.spawned.length;
    if (world.isUntrusted && session.spawned.at(-1)?.folderSettings === 'asTrusted') {
      return session.says({
        type: 'claude.exited',
        code: null,
        signal: null,
        untrusted: anUntrustedFolder(),
      });
    }
    world.process = 'spawned';
    session.says({ type: 'claude.spawned', process: PROCESS });
  }
  while (world.seenCommands < session.received.length) {
    const command = session.received[world.seenCommands++];
    if (!command || world.process === 'none') continue;
    if (command.type === 'claude.answerApproval') {
      expect(world.asking.delete(command.id), 'one answer to what the process asks').toBe(true);
    }
    if (command.type === 'claude.prompt') {
      world.queue.push(command.uuid);
      if (world.process === 'turn') continue;
      world.process = 'turn';
      world.turn += 1;
      session.says({ type: 'claude.turnStarted' });
      takeNext(world);
    }
    if (command.type === 'claude.withdraw' && world.queue.includes(command.uuid)) {
      world.queue = world.queue.filter((uuid) => uuid !== command.uuid);
      session.says({ type: 'claude.promptWithdrawn', uuid: command.uuid });
    }
    if (command.type === 'claude.interrupt' && world.process === 'turn') {
      world.process = 'idle';
      world.queue = [];
      session.says({ type: 'claude.turnEnded' });
    }
    if (command.type === 'claude.stop') exit(world, { code: 0, signal: null });
  }
}

function expectBalanced(world: World): void {
  const { session, accepted, process } = world;
  expect(session.errors).toEqual([]);
  const record = session.record();
  for (const uuid of accepted) expect(isKnown(record, uuid)).toBe(true);
  if (process !== 'none') expect(record.process).toEqual(PROCESS);
  // What an earlier daemon left is in the record until it is known to be gone, over a drain too.
  const mayBeLeft = /^(recovering|suspended\.drained|terminated)/.test(session.phase());
  if (process === 'none' && !mayBeLeft) expect(record.process).toBeNull();
  if (record.desk && record.state === 'suspended') expect(process, 'the desk has it alone').toBe('none');
  if (record.state === 'idle') expect(world.backgroundTasks).toBe(0);
  const mayBeAsked = /^(suspended\.(drained|awaitingTrust)|recovering|awaitingRoom|live)/.test(
    session.phase(),
  );
  if (!mayBeAsked) expect(record.approvals, 'nobody is asked for nothing').toEqual([]);
}

/** Nothing hangs: when the world calms down, every message has been answered or reported. */
async function calmDown(world: World): Promise<void> {
  world.session.house.isFull = false;
  react(world);
  for (let round = 0; round < 80; round++) {
    // Where a daemon drains, another one follows; a turn that runs then is the last of its process.
    if (/drain/.test(world.session.phase())) await STEPS['the daemon dies']?.(world, 1);
    for (const step of [
      'gets room',
      'the desk is through',
      'finds the transcript',
      'decides what was asked',
      'is ready',
      'approve',
      'answers and ends the turn',
    ]) {
      await STEPS[step]?.(world, 0);
      react(world);
    }
    if (world.backgroundTasks > 0) {
      await STEPS['background tasks change']?.(world, 0);
      react(world);
    }
  }
  expect(world.session.record().choices).toEqual([]);
  const waiting = world.session.record().inbox.filter(({ state }) => state !== 'held');
  const gaveUp = world.session.notices().some(({ type }) => type === 'tooManyCrashes');
  if (!gaveUp) expect(waiting).toEqual([]);
}

describe('a random walk', () => {
  it('loses no message, prompts none twice, never has two processes, and visits every state', async () => {
    const phases = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(aStep, { minLength: 10, maxLength: 60 }), async (steps) => {
        const world: World = {
          session: startSession(),
          process: 'none',
          backgroundTasks: 0,
          isUntrusted: false,
          transcript: new Map(),
          turn: 0,
          queue: [],
          accepted: [],
          asking: new Set(),
          requests: 0,
          seenCommands: 0,
          seenSpawns: 0,
          phases,
        };
        for (const [name, seed] of steps) {
          await STEPS[name]?.(world, seed);
          phases.add(world.session.phase());
          react(world);
          phases.add(world.session.phase());
          expectBalanced(world);
        }
        await calmDown(world);
        expectBalanced(world);
      }),
      { numRuns: 1_000 },
    );
    // A transcript that can't be read is looked up in tests of its own.
    const expected = Object.keys(SESSION_IN).filter((state) => state !== 'recovering.failed');
    expect([...phases].sort()).toEqual(expect.arrayContaining(expected));
  });
});
