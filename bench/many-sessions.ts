/** What sessions at rest cost: a start, memory, a message to one of them, and what a person asks of them all, by their number. */
import { mkdir, readdir, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { callControl } from '../src/control/call.ts';
import { openLowdbStore } from '../src/store/lowdb-store.ts';
import { aChat, aRecord } from '../test/helpers/records.ts';
import { until } from '../test/helpers/until.ts';
import { makePlace, startMeasured, type DaemonPlace, type MeasuredDaemon } from './daemon.ts';
import { report } from './report.ts';
import { medianOf, spreadOf } from './spread.ts';

const ANNA = 101;
/** A forum each, with a topic for each session. */
const SESSIONS_PER_CHAT = 100;
/** When they were last used, ms since the epoch. */
const LONG_AGO_MS = 1_600_000_000_000;
const STARTS = 3;
/** After that long without anything to do, memory is measured. */
const REST_MS = 3_000;
/** Three of what people ask read all sessions. */
const ANSWER_WITHIN_MS = 300_000;
/** How often the daemon is asked whether it still answers. */
const PING_MS = 5;

export interface Options {
  counts: readonly number[];
  messages: number;
  restMs?: number;
}

export interface SessionsMeasured {
  sessions: number;
  /** Per start. */
  bootMs: number[];
  bootCpuMs: number[];
  bootReadCalls: number[];
  /** To list the folder of the records, ms. */
  listMs: number;
  /** After it has rested. */
  residentBytes: number;
  /** Per message to a random session; of the daemon alone, until the answer is in the chat. */
  messages: { ms: number[]; cpuMs: number[]; readCalls: number[]; writeCalls: number[] };
  /** What people ask, by its name. */
  asked: Record<string, { ms: number; cpuMs: number; longestWaitMs: number }>;
}

const chatOf = (index: number) => -1_000 - Math.floor(index / SESSIONS_PER_CHAT);
const threadOf = (index: number) => 10 + (index % SESSIONS_PER_CHAT);
const idOf = (index: number) => `many${String(index)}`;
const conversationOf = (index: number) => `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`;

/** As daemons leave them, but for the time that it takes to make so many one by one. */
export async function writeSessions(dataDir: string, workspace: string, sessions: number): Promise<void> {
  const store = await openLowdbStore({ dataDir });
  // Its indexes are whole.
  await Promise.all([store.unquietSessions(), store.unquietChats()]);
  await store.close();
  for (let first = 0; first < sessions; first += SESSIONS_PER_CHAT) {
    const indexes = Array.from(
      { length: Math.min(SESSIONS_PER_CHAT, sessions - first) },
      (_, i) => first + i,
    );
    await Promise.all(
      indexes.map(async (index) => {
        const record = recordOf(index, workspace);
        const path = join(dataDir, 'sessions', `${record.id}.json`);
        await writeFile(path, `${JSON.stringify(record)}\n`);
        await utimes(path, new Date(LONG_AGO_MS), new Date(LONG_AGO_MS));
        await writeFile(join(dataDir, 'conversations', `c.${record.claudeSessionId}.${record.id}`), '');
      }),
    );
    const chat = aChat({
      chatId: chatOf(first),
      sessions: indexes.map((index) => ({ id: idOf(index), threadId: threadOf(index), createdBy: 1 })),
      current: Object.fromEntries(indexes.map((index) => [String(threadOf(index)), idOf(index)])),
    });
    await writeFile(join(dataDir, 'chats', `${String(chat.chatId)}.json`), `${JSON.stringify(chat)}\n`);
  }
}

function recordOf(index: number, workspace: string) {
  return aRecord({
    id: idOf(index),
    name: `session ${String(index)}`,
    namedBy: 'person',
    chatId: chatOf(index),
    threadId: threadOf(index),
    claudeSessionId: conversationOf(index),
    workspace,
    idleTimeoutMs: 1_000,
    createdAt: LONG_AGO_MS + index,
    lastActivityAt: LONG_AGO_MS + index,
  });
}

/** All counts in one run, so that they can be compared. */
export async function measureManySessions(options: Options): Promise<SessionsMeasured[]> {
  const measured: SessionsMeasured[] = [];
  for (const sessions of options.counts) measured.push(await measureOne(sessions, options));
  return measured;
}

async function measureOne(
  sessions: number,
  { messages, restMs = REST_MS }: Options,
): Promise<SessionsMeasured> {
  const place = await makePlace(ANNA);
  try {
    await mkdir(place.dataDir, { mode: 0o700 });
    await writeSessions(place.dataDir, place.workspace, sessions);
    const starts = [];
    for (let start = 1; start < STARTS; start += 1) {
      const daemon = await startMeasured(place);
      starts.push(daemon);
      await daemon.stop();
    }
    const daemon = await startMeasured(place);
    try {
      starts.push(daemon);
      await wait(restMs);
      const { residentBytes } = await daemon.counted();
      return {
        sessions,
        bootMs: starts.map(({ bootMs }) => bootMs),
        bootCpuMs: starts.map(({ boot }) => boot.cpuMs),
        bootReadCalls: starts.map(({ boot }) => boot.readCalls),
        listMs: await timed(() => readdir(join(place.dataDir, 'sessions'))),
        residentBytes,
        messages: await writeToRandom(place, daemon, sessions, messages),
        // Of one that has a conversation now.
        asked: await askAll(place, daemon, randomOf(sessions, messages, 0)),
      };
    } finally {
      await daemon.stop();
    }
  } finally {
    await place.close();
  }
}

async function timed(act: () => Promise<unknown>): Promise<number> {
  const since = performance.now();
  await act();
  return performance.now() - since;
}

/** Each message wakes a session that nobody used before; the next one waits until it sleeps again. */
async function writeToRandom(
  { telegram, dataDir }: DaemonPlace,
  daemon: MeasuredDaemon,
  sessions: number,
  messages: number,
): Promise<SessionsMeasured['messages']> {
  const taken: SessionsMeasured['messages'] = { ms: [], cpuMs: [], readCalls: [], writeCalls: [] };
  for (let message = 0; message < messages; message += 1) {
    const index = randomOf(sessions, messages, message);
    const address = { chatId: chatOf(index), threadId: threadOf(index) };
    const before = await daemon.counted();
    const since = performance.now();
    const asked = telegram.sendText({ ...address, userId: ANNA, text: `m${String(message)}` });
    await telegram.waitForMessage(
      address.chatId,
      (each) => each.reply_to_message?.message_id === asked.message_id && each.from?.is_bot === true,
      120_000,
    );
    taken.ms.push(performance.now() - since);
    const after = await daemon.counted();
    taken.cpuMs.push(after.cpuMs - before.cpuMs);
    taken.readCalls.push(after.readCalls - before.readCalls);
    taken.writeCalls.push(after.writeCalls - before.writeCalls);
    await until(
      'the session to sleep',
      () =>
        callControl(dataDir, 'session', { session: idOf(index) }) as Promise<{ session: { state: string } }>,
      ({ session }) => session.state === 'suspended',
    );
  }
  return taken;
}

/** Far apart, and the same share of the whole for each count. */
function randomOf(sessions: number, messages: number, message: number): number {
  return Math.floor((sessions * (message + 0.5)) / messages);
}

/** What people ask, one after another, while somebody else wants to know whether the daemon still answers. */
async function askAll(
  place: DaemonPlace,
  daemon: MeasuredDaemon,
  one: number,
): Promise<SessionsMeasured['asked']> {
  const { telegram, dataDir } = place;
  const here = { chatId: chatOf(one), threadId: threadOf(one), userId: ANNA };
  const command = (text: string) => async () => {
    const asked = telegram.sendText({ ...here, text });
    await telegram.waitForMessage(
      here.chatId,
      (each) => each.message_id > asked.message_id && each.from?.is_bot === true,
      300_000,
    );
  };
  const asks: Record<string, () => Promise<unknown>> = {
    '/status': command('/status'),
    '/sessions': command('/sessions'),
    '/resume': command(`/resume ${conversationOf(one)}`),
    'hibernaut status': () => callControl(dataDir, 'status', undefined, ANSWER_WITHIN_MS),
    'hibernaut sessions': () => callControl(dataDir, 'sessions', undefined, ANSWER_WITHIN_MS),
    'hibernaut session <id>': () => callControl(dataDir, 'session', { session: idOf(one) }),
    'hibernaut session <name>': () =>
      callControl(dataDir, 'session', { session: `session ${String(one)}` }, ANSWER_WITHIN_MS),
    'GET /metrics': async () => (await fetch(`${daemon.httpUrl}/metrics`)).text(),
  };
  const asked: SessionsMeasured['asked'] = {};
  for (const [name, ask] of Object.entries(asks)) {
    const before = await daemon.counted();
    const pinging = new AbortController();
    const longest = longestWait(`${daemon.httpUrl}/healthz`, pinging.signal);
    const ms = await timed(ask);
    pinging.abort();
    const longestWaitMs = await longest;
    const { cpuMs } = await daemon.counted();
    asked[name] = { ms, cpuMs: cpuMs - before.cpuMs, longestWaitMs };
  }
  return asked;
}

/** How long the daemon took at most to answer something that costs nothing. */
async function longestWait(url: string, signal: AbortSignal): Promise<number> {
  let longest = 0;
  while (!signal.aborted) {
    // A connection that the server closes just now is no answer, and says nothing of how long one takes.
    const look = fetch(url).then((answer) => answer.text());
    longest = Math.max(longest, await timed(() => look.catch(() => undefined)));
    await wait(PING_MS);
  }
  return longest;
}

const megabytes = (bytes: number) => bytes / 1_000_000;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '100,10000,100000' },
      messages: { type: 'string', default: '20' },
      small: { type: 'boolean', default: false },
    },
  });
  const counts = values.small ? [20, 2_000] : values.sessions.split(',').map(Number);
  const messages = values.small ? 2 : Number(values.messages);
  const measured = await measureManySessions({ counts, messages });
  const [few] = measured;
  const many = measured.at(-1);
  if (!few || !many) throw new Error('Nothing was measured: say how many sessions with --sessions.');
  report({
    name: 'many-sessions',
    options: { counts, messages, sessionsPerChat: SESSIONS_PER_CHAT },
    rows: Object.fromEntries(measured.map((one) => [`${String(one.sessions)} sessions`, rowOf(one)])),
    findings: [
      `With ${String(many.sessions)} sessions a start takes ${ratio(many.bootMs, few.bootMs)} times as long as with ` +
        `${String(few.sessions)}, and ${ratio(many.bootCpuMs, few.bootCpuMs)} times the CPU (goal: 1.2 and what a listing costs).`,
      `It rests at ${megabytes(many.residentBytes).toFixed(0)} MB, ${(many.residentBytes / few.residentBytes).toFixed(2)} times as much (goal: 1.2, under 100 MB).`,
      `A message to one of them costs ${ratio(many.messages.cpuMs, few.messages.cpuMs)} times the CPU (goal: 1.3).`,
      ...measured.flatMap(({ sessions, asked }) =>
        Object.entries(asked).map(
          ([name, { ms, cpuMs, longestWaitMs }]) =>
            `${String(sessions)}: ${name} takes ${ms.toFixed(0)} ms, ${String(cpuMs)} of CPU; others waited ${longestWaitMs.toFixed(0)} ms at most.`,
        ),
      ),
    ],
  });
}

function ratio(many: readonly number[], few: readonly number[]): string {
  return (medianOf(many) / medianOf(few)).toFixed(2);
}

function rowOf({ bootMs, bootCpuMs, bootReadCalls, listMs, residentBytes, messages }: SessionsMeasured) {
  return {
    'boot, ms': medianOf(bootMs),
    'of CPU': medianOf(bootCpuMs),
    reads: medianOf(bootReadCalls),
    'listing, ms': listMs,
    'at rest, MB': megabytes(residentBytes),
    'message, ms': medianOf(messages.ms),
    p90: spreadOf(messages.ms).p90,
    'of CPU, ms': medianOf(messages.cpuMs),
    'read calls': medianOf(messages.readCalls),
    'write calls': medianOf(messages.writeCalls),
  };
}
