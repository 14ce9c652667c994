/** Lets the daemon come to rest after a round, with nothing in its way any more. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SessionView } from '../../machines/session-view.ts';
import { claudeProcesses, commandLine } from './claude-processes.ts';
import { readRecords } from './evidence.ts';
import { Nudges } from './nudges.ts';
import type { People } from './people.ts';
import type { World } from './world.ts';

const LOOK_MS = 40;
/** Far more than any pause that is left. */
const PATIENCE_MS = 60_000;
/** How long a process may take to be gone after its session said so, or to be noticed. */
const PROCESSES_MS = 10_000;

/**
 * Resolves with what did not come to rest; nothing if all is quiet: no update, message, answer or approval is on its
 * way, and no process lives but those of the sessions that say so. What was ordered to go wrong and has not yet, still
 * may on the way there; what then is left of it is called off.
 */
export async function comeToRest(world: World, people: People): Promise<string[]> {
  const { keeper, telegram, network } = world;
  const nudges = new Nudges(people, telegram);
  await network.plugIn();
  await settleDown(world, people, nudges);
  telegram.clearFaults();
  keeper.obey({ crash: null, disk: null });
  const restless = await settleDown(world, people, nudges);
  return [...restless, ...(await settles(PROCESSES_MS, () => strayProcesses(world)))];
}

async function settleDown(world: World, people: People, nudges: Nudges): Promise<string[]> {
  const { keeper, telegram } = world;
  return settles(PATIENCE_MS, async () => {
    await keeper.settled();
    await keeper.serving();
    people.declineTheRest();
    return [...(await whatIsOwed(world, nudges)), ...waitingUpdates(telegram)];
  });
}

/** Resolves with nothing as soon as nothing is left, or with what is left in the end. */
async function settles(withinMs: number, look: () => Promise<string[]>): Promise<string[]> {
  const deadline = performance.now() + withinMs;
  let left: string[];
  do {
    left = await look().catch((error: unknown) => [String(error)]);
    if (left.length === 0) return [];
    await sleep(LOOK_MS);
  } while (performance.now() < deadline);
  return left;
}

function waitingUpdates(telegram: World['telegram']): string[] {
  const count = telegram.pendingUpdates();
  return count === 0 ? [] : [`${String(count)} updates were not taken.`];
}

async function whatIsOwed({ keeper, dataDir }: World, nudges: Nudges): Promise<string[]> {
  const { daemon, sessions } = await keeper.status();
  if (daemon.telegram.state !== 'polling') return [`Polling is ${daemon.telegram.state}.`];
  const { replies, arriving, liveMessages } = await underWay(dataDir);
  const owed = [
    ...(replies === 0 ? [] : [`${String(replies)} replies to commands are owed.`]),
    ...(arriving === 0 ? [] : [`${String(arriving)} messages are on their way to their sessions.`]),
    ...(liveMessages === 0 ? [] : [`${String(liveMessages)} live messages stay.`]),
  ];
  const restless = sessions.flatMap((session) => {
    if (isHeld(session)) nudges.give(session);
    const isAtRest = ['live.idle', 'suspended.resting', 'suspended', 'terminated'].includes(session.phase);
    const { inbox, outbox, approvals } = session;
    return isAtRest && inbox === 0 && outbox === 0 && approvals === 0 ? [] : [describe(session)];
  });
  return [...owed, ...restless];
}

/**
 * What is in the records, and status does not tell: what the bot itself has to say, what waits for its files, and what a
 * turn left in a chat.
 */
async function underWay(
  dataDir: string,
): Promise<{ replies: number; arriving: number; liveMessages: number }> {
  const { chats, sessions } = await readRecords(dataDir);
  return {
    replies: chats.reduce((sum, { outbox }) => sum + outbox.length, 0),
    arriving: chats.reduce((sum, chat) => sum + chat.arriving.length, 0),
    liveMessages: sessions.filter(({ liveMessageId }) => liveMessageId !== null).length,
  };
}

/** Its messages wait until somebody writes again: the chat was told so, or has asked for it (`/suspend`). */
function isHeld({ phase, inbox, outbox }: SessionView): boolean {
  return /^(suspended|live\.idle|recovering\.failed)/.test(phase) && inbox > 0 && outbox === 0;
}

async function strayProcesses({ keeper, dataDir }: World): Promise<string[]> {
  const processes = await claudeProcesses(dataDir);
  const { sessions } = await keeper.status();
  return processes.flatMap((found) => {
    const session = sessions.find(({ id }) => id === found.sessionId);
    const isExpected = found.isRoot ? session?.pid === found.pid : session?.pid != null;
    if (isExpected) return [];
    return [
      `Process ${String(found.pid)} of session ${found.sessionId} lives (${commandLine(found.pid)}), and status ` +
        `names ${String(session?.pid ?? null)}.`,
    ];
  });
}

function describe({ id, phase, inbox, outbox, approvals }: SessionView): string {
  const counts = `inbox ${String(inbox)}, outbox ${String(outbox)}, approvals ${String(approvals)}`;
  return `Session ${id} is ${phase} with ${counts}.`;
}
