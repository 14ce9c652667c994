/** What a turn costs in calls of Telegram, in fsyncs and in bytes written, by the kind of turn; counted, not timed. */
import { setTimeout as sleep } from 'node:timers/promises';
import { ANNA, startProgram, type Program } from '../test/helpers/program.ts';
import { isAsking } from '../test/helpers/asking.ts';
import type { FileCalls } from './bytes-and-calls/count-file-calls.ts';
import { INSPECTED, lookInside, type Inside } from './inside.ts';
import { report, type Row } from './report.ts';

const COUNTING = `--import=${new URL('bytes-and-calls/count-file-calls.ts', import.meta.url).href}`;
/** Reactions settle, histories are written, the live message is put away. */
const AFTERMATH_MS = 4_000;

export interface Cost {
  /** By method. */
  telegram: Record<string, number>;
  disk: FileCalls;
}

const TURNS: Record<string, (program: Program) => Promise<unknown>> = {
  'a short answer': (program) => program.ask('good morning', /^You said: good morning/),
  'an answer that streams for 6 s': (program) => program.ask('slow 120', /word120$/),
  'a tool that needs no leave': (program) => program.ask('run: pwd', /^Done/),
  'a tool that is allowed': async (program) => {
    const { message_id: after } = program.telegram.sendText({ chatId: ANNA, text: 'run: touch it.txt' });
    const asking = await program.telegram.waitForMessage(
      ANNA,
      (message) => message.message_id > after && isAsking(message),
    );
    await program.telegram.press({ chatId: ANNA, messageId: asking.message_id, button: 'Allow' });
    await program.telegram.waitForMessage(
      ANNA,
      ({ message_id, text }) => message_id > after && /^Done/.test(text ?? ''),
    );
  },
  'a wake and a short answer': async (program) => {
    await program.ask('good night', /^You said: good night/);
  },
};

/** What each kind of turn costs in one session, which was used before. */
export async function measureBytesAndCalls(): Promise<Record<string, Cost>> {
  const program = await startProgram({}, { nodeOptions: [...INSPECTED, COUNTING] });
  const inside = await lookInside(program);
  try {
    await program.ask('warm up', /^You said/);
    await sleep(AFTERMATH_MS);
    const costs: Record<string, Cost> = {};
    for (const [what, turn] of Object.entries(TURNS)) {
      if (what.startsWith('a wake')) {
        await program.ask('/suspend', /suspended/);
        await program.sessionIs('suspended');
        await sleep(AFTERMATH_MS);
      }
      costs[what] = await costOf(program, inside, turn);
    }
    return costs;
  } finally {
    inside.close();
    await program.close();
  }
}

async function costOf(
  program: Program,
  inside: Inside,
  turn: (program: Program) => Promise<unknown>,
): Promise<Cost> {
  const before = await fileCalls(inside);
  const callsBefore = program.telegram.calls.length;
  await turn(program);
  await sleep(AFTERMATH_MS);
  const calls = program.telegram.calls.slice(callsBefore).filter(({ method }) => method !== 'getUpdates');
  return {
    telegram: countsOf(calls.map(({ method }) => method)),
    disk: less(await fileCalls(inside), before),
  };
}

async function fileCalls(inside: Inside): Promise<FileCalls> {
  return (await inside.evaluate('globalThis.fileCalls')) as FileCalls;
}

function less(after: FileCalls, before: FileCalls): FileCalls {
  const by = (kind: 'replaced' | 'appended' | 'marked') =>
    Object.fromEntries(
      Object.entries(after[kind])
        .map(([folder, count]) => [folder, count - (before[kind][folder] ?? 0)] as const)
        .filter(([, count]) => count > 0),
    );
  return {
    syncs: after.syncs - before.syncs,
    bytes: after.bytes - before.bytes,
    replaced: by('replaced'),
    appended: by('appended'),
    marked: by('marked'),
  };
}

function countsOf(names: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(names, (name) => name);
  return Object.fromEntries([...groups].map(([name, all]) => [name, all.length]));
}

function rowOf({ telegram, disk }: Cost): Row {
  return {
    'calls of Telegram': Object.values(telegram).reduce((sum, count) => sum + count, 0),
    'which ones': inWords(telegram),
    fsyncs: disk.syncs,
    'bytes written': disk.bytes,
    'files replaced': inWords(disk.replaced),
    'files added to': inWords(disk.appended),
    'markers made': inWords(disk.marked),
  };
}

function inWords(counts: Record<string, number>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${String(count)} ${name}`)
    .join(', ');
}

if (import.meta.main) {
  const costs = await measureBytesAndCalls();
  const most = Math.max(...Object.values(costs).map(({ disk }) => disk.syncs));
  report({
    name: 'bytes-and-calls',
    options: {},
    rows: Object.fromEntries(Object.entries(costs).map(([what, cost]) => [what, rowOf(cost)])),
    findings: [`A turn costs ${String(most)} fsyncs at most.`],
  });
}
