/** `npm run soak -- --minutes N`: the daemon with people who do all there is to do, again and again; in the end everything has to be back where it was. */
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProgram, type Program } from '../test/helpers/program.ts';
import { until } from '../test/helpers/until.ts';
import { grown, weightGrown } from './growth.ts';
import { INSPECTED, lookInside, type Weight } from './inside.ts';
import { report, type Row } from './report.ts';
import { ACTS } from './soak/acts.ts';
import { diskOf, type Disk } from './soak/disk.ts';

const FIRST_PERSON = 501;
/** Fewer than there are people, so that some have to make room. */
const MAX_LIVE = 3;
const IDLE_TIMEOUT = '3s';
/** The daemon forgets within a minute how often it has written to a chat. */
const FORGOTTEN_AFTER_MS = 61_000;
const SETTLES_WITHIN_MS = 120_000;
/** Of a chat: the emulator keeps all of them, and looks through them. */
const MESSAGES_KEPT = 40;
/** Of a failure. */
const LONGEST_WORDS = 1_500;
const MIB = 1_048_576;

/** How much more there may be in the end, as a share of what there was. Files, handles and processes: none. */
export const TOLERANCE = { heap: 0.1, resident: 0.25 } as const;
/** A record with its history stays below it, however long the session is used (docs/store.md). */
const LARGEST_FILE_BYTES = 640 * 1_024;

export interface SoakOptions {
  /** How long they go on, once everybody has done everything once. 0: not at all. */
  minutes: number;
  people: number;
  /** Between two looks. */
  sampleSeconds: number;
  /** Whether what is only remembered for a minute is waited for at the start and in the end. */
  isPatient: boolean;
  onSample?: (sample: Sample) => void;
}

export interface Sample {
  minute: number;
  acts: number;
  weight: Weight;
  processes: number;
  disk: Disk;
}

export interface Soak {
  before: Sample;
  after: Sample;
  /** What people waited for in vain. */
  failures: string[];
}

export async function measureSoak(options: SoakOptions): Promise<Soak> {
  const people = Array.from({ length: options.people }, (_, index) => FIRST_PERSON + index);
  const program = await startProgram(
    {
      HIBERNAUT_ALLOWED_USERS: people.join(','),
      HIBERNAUT_MAX_LIVE: String(MAX_LIVE),
      HIBERNAUT_IDLE_TIMEOUT: IDLE_TIMEOUT,
      HIBERNAUT_HTTP: '127.0.0.1:0',
    },
    { nodeOptions: INSPECTED },
  );
  const inside = await lookInside(program);
  const startedAt = performance.now();
  const failures: string[] = [];
  let acts = 0;
  const look = async (): Promise<Sample> => ({
    minute: (performance.now() - startedAt) / 60_000,
    acts,
    weight: await inside.weigh(),
    processes: program.claudeProcesses().length,
    disk: await diskOf(program.dataDir),
  });
  /** All acts, one after the other. */
  const playAll = async (person: number, mayGoOn: () => boolean): Promise<void> => {
    for (const [what, act] of Object.entries(ACTS)) {
      if (!mayGoOn()) return;
      await act(program, person).catch((error: unknown) =>
        failures.push(`${what}: ${String(error).slice(0, LONGEST_WORDS)}`),
      );
      acts += 1;
      forgetMessages(program, person);
    }
  };
  try {
    await Promise.all(people.map((person) => playAll(person, () => true)));
    const before = await rest(program, options, look);
    options.onSample?.(before);
    const endsAt = performance.now() + options.minutes * 60_000;
    const mayGoOn = () => performance.now() < endsAt;
    const playing = people.map(async (person) => {
      while (mayGoOn()) await playAll(person, mayGoOn);
    });
    const watching = watch(options, look, mayGoOn);
    await Promise.all([...playing, watching]);
    const after = await rest(program, options, look).catch(async (error: unknown) => {
      failures.push(`rest: ${String(error).slice(0, LONGEST_WORDS)}`);
      return look();
    });
    options.onSample?.(after);
    return { before, after, failures };
  } finally {
    inside.close();
    await program.close();
  }
}

/** What grew, in words; nothing if all is back where it was. */
export function growthOf({ before, after }: Pick<Soak, 'before' | 'after'>): string[] {
  return [
    ...weightGrown(before.weight, after.weight, { ...TOLERANCE, handles: 0 }),
    ...grown('processes', [0, after.processes], 0),
    ...grown('files under way', [0, after.disk.underWay], 0),
    ...grown('bytes of the largest file', [LARGEST_FILE_BYTES, after.disk.largestBytes], 0),
  ];
}

/** Resolves once nothing is under way any more. */
async function rest(program: Program, options: SoakOptions, look: () => Promise<Sample>): Promise<Sample> {
  program.telegram.clearFaults();
  await until(
    'all sessions to rest',
    () => program.status(),
    ({ sessions, daemon }) =>
      daemon.processes.live === 0 &&
      sessions.every(({ state, inbox, outbox }) => isResting(state) && inbox === 0 && outbox === 0),
    SETTLES_WITHIN_MS,
  );
  if (options.isPatient) await sleep(FORGOTTEN_AFTER_MS);
  // A file that is written at the end, a socket that closes.
  return until('all to be put away', look, ({ disk, processes }) => disk.underWay + processes === 0).catch(
    look,
  );
}

function isResting(state: string): boolean {
  return state === 'suspended' || state === 'terminated';
}

async function watch(
  { sampleSeconds, onSample }: SoakOptions,
  look: () => Promise<Sample>,
  mayGoOn: () => boolean,
): Promise<void> {
  for (let next = performance.now(); mayGoOn(); await sleep(250)) {
    if (performance.now() < next) continue;
    next += sampleSeconds * 1_000;
    onSample?.(await look());
  }
}

function forgetMessages({ telegram }: Program, person: number): void {
  for (const { message_id } of telegram.messages(person).slice(0, -MESSAGES_KEPT)) {
    telegram.removeMessage(person, message_id);
  }
}

function rowOf({ acts, weight, processes, disk }: Sample): Row {
  return {
    acts,
    'heap, MiB': weight.heapBytes / MIB,
    'RSS, MiB': weight.residentBytes / MIB,
    'open files': weight.openFiles,
    handles: Object.values(weight.resources).reduce((sum, count) => sum + count, 0),
    processes,
    'files under way': disk.underWay,
    sessions: disk.sessions,
    'KiB per session': disk.bytes / 1_024 / Math.max(1, disk.sessions),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      people: { type: 'string', default: '5' },
      small: { type: 'boolean', default: false },
    },
  });
  const minutes = values.small ? 0 : Number(values.minutes);
  const options: SoakOptions = {
    minutes,
    people: values.small ? 1 : Number(values.people),
    sampleSeconds: Math.max(5, minutes * 2),
    isPatient: !values.small,
  };
  const rows: Record<string, Row> = {};
  const onSample = (sample: Sample): void => {
    const row = rowOf(sample);
    rows[`${sample.minute.toFixed(1)} min`] = row;
    console.log(`${sample.minute.toFixed(1)} min: ${JSON.stringify(row)}`);
  };
  const soak = await measureSoak({ ...options, onSample });
  const growth = growthOf(soak);
  report({
    name: 'soak',
    options: { ...options },
    rows,
    findings: [
      growth.length === 0 ? 'Everything is back where it was.' : `Grown: ${growth.join('; ')}.`,
      soak.failures.length === 0
        ? 'Nobody waited in vain.'
        : `Waited in vain ${String(soak.failures.length)} times:\n${soak.failures.join('\n')}`,
    ],
  });
  if (growth.length + soak.failures.length > 0) process.exitCode = 1;
}
