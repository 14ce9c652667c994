/** What very many sessions at work at once cost: the whole daemon with simulated Claude processes, each of which says ten things a second. */
import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startProgram, type Program } from '../test/helpers/program.ts';
import { until } from '../test/helpers/until.ts';
import { startSimulatedClaudes } from './busy/simulated-claude.ts';
import { weightGrown } from './growth.ts';
import { INSPECTED, lookInside, type LoopDelay, type Weight } from './inside.ts';
import { report, type Row } from './report.ts';

/** Chat ids of so many people follow. */
const FIRST_PERSON = 1_001;
/** So many processes are started at once. */
const STARTED_AT_ONCE = 50;
const EVENTS_PER_SECOND = 10;
const MIB = 1_048_576;

/** How much more there may be in the end, as a share. */
const TOLERANCE = { heap: 0.1, resident: 0.25 } as const;

export interface BusyOptions {
  sessions: number;
  /** How long it is looked at. */
  seconds: number;
  /** How long it goes on before, so that what is filled once is full. */
  warmUpSeconds: number;
  eventsPerTurn: number;
  /** How often it is weighed in that time; at least 2. */
  weighings: number;
  /** Where a profile of the daemon's CPU time is to be written. Default: nowhere. */
  profile?: string | undefined;
}

/** Between two weighings. */
export interface BusyPeriod {
  events: number;
  turns: number;
  telegramCalls: number;
  /** Of one core, 0 to 1. */
  cpuShare: number;
  delay: LoopDelay;
  /** At its end. */
  weight: Weight;
}

export interface BusySessions {
  sessions: number;
  /** Before the first period. */
  weight: Weight;
  periods: BusyPeriod[];
  /** How often a process could not say something because the daemon had not read what it said before. */
  heldBack: number;
  /** Turns whose answer is not in its chat. */
  unanswered: number;
}

export async function measureBusySessions(options: BusyOptions): Promise<BusySessions> {
  const people = Array.from({ length: options.sessions }, (_, index) => FIRST_PERSON + index);
  const turns = new Map<number, number>(people.map((person) => [person, 0]));
  let isOver = false;
  let program: Program | null = null;
  const write = (person: number) => {
    const turn = (turns.get(person) ?? 0) + 1;
    turns.set(person, turn);
    program?.telegram.sendText({ chatId: person, text: `${String(person)} ${String(turn)}` });
  };
  const claudes = await startSimulatedClaudes({
    eventsPerSecond: EVENTS_PER_SECOND,
    eventsPerTurn: options.eventsPerTurn,
    answer: answerTo,
    onAnswered: (prompt) => {
      if (!isOver) write(Number(prompt.split(' ')[0]));
    },
  });
  try {
    program = await startProgram(
      {
        CLAUDE_COMMAND: claudes.command,
        HIBERNAUT_ALLOWED_USERS: people.join(','),
        HIBERNAUT_MAX_LIVE: String(options.sessions),
      },
      { nodeOptions: INSPECTED },
    );
    const { telegram } = program;
    using inside = disposable(await lookInside(program));
    for (const [index, person] of people.entries()) {
      write(person);
      if (index % STARTED_AT_ONCE > 0) continue;
      await until(
        'the processes to start',
        () => claudes.living,
        (living) => living >= index,
        120_000,
      );
    }
    await until(
      'all to live',
      () => claudes.living,
      (living) => living === people.length,
      120_000,
    );
    await sleep(options.warmUpSeconds * 1_000);

    const total = () => [...turns.values()].reduce((sum, count) => sum + count, 0);
    let calls = 0;
    const stopCounting = telegram.onChange(() => (calls += 1));
    const found: BusySessions = {
      sessions: people.length,
      ...{ weight: await inside.weigh(), periods: [], heldBack: 0, unanswered: 0 },
    };
    await inside.loopDelay();
    const heldBackBefore = claudes.heldBack;
    const periodMs = (options.seconds * 1_000) / options.weighings;
    for (let period = 0; period < options.weighings; period += 1) {
      const before = { events: claudes.events, turns: total(), calls, cpuMs: await inside.cpuMs() };
      const since = performance.now();
      if (options.profile !== undefined && period === 0) {
        writeFileSync(options.profile, JSON.stringify(await inside.profileFor(periodMs)));
      } else {
        await sleep(periodMs);
      }
      found.periods.push({
        delay: await inside.loopDelay(),
        cpuShare: ((await inside.cpuMs()) - before.cpuMs) / (performance.now() - since),
        events: claudes.events - before.events,
        turns: total() - before.turns,
        telegramCalls: calls - before.calls,
        weight: await inside.weigh(),
      });
      // Garbage collection held the loop up: that is ours.
      await inside.loopDelay();
    }
    stopCounting();
    isOver = true;
    found.heldBack = claudes.heldBack - heldBackBefore;
    const isAnswered = ([person, count]: [number, number]): boolean =>
      count === telegram.messages(person).filter(({ text }) => text?.startsWith('Answer to')).length;
    await until(
      'the last answers',
      () => [...turns].filter((turn) => !isAnswered(turn)).length,
      (missing) => missing === 0,
      options.eventsPerTurn * 100 + 60_000,
    ).catch(() => undefined);
    found.unanswered = [...turns].filter((turn) => !isAnswered(turn)).length;
    return found;
  } finally {
    await program?.close();
    await claudes.close();
  }
}

/**
 * What grew from before the first period to the end of the last, in words; nothing if all is where it was. All are at work
 * when they are weighed: each may then have a call of Telegram under way that it had not before, a socket and a timer.
 */
export function growthOf({
  sessions,
  weight,
  periods,
}: Pick<BusySessions, 'sessions' | 'weight' | 'periods'>): string[] {
  return weightGrown(weight, periods.at(-1)?.weight ?? weight, { ...TOLERANCE, handles: sessions });
}

function answerTo(prompt: string): string {
  return `Answer to ${prompt}.`;
}

function disposable<T extends { close(): void }>(thing: T): T & Disposable {
  return Object.assign(thing, { [Symbol.dispose]: () => thing.close() });
}

function rowOf({ events, turns, telegramCalls, cpuShare, delay, weight }: BusyPeriod, seconds: number): Row {
  return {
    'events/s': events / seconds,
    'turns/s': turns / seconds,
    'changes in chats/s': telegramCalls / seconds,
    'CPU, % of a core': cpuShare * 100,
    'delay p50, ms': delay.median,
    'delay p99, ms': delay.p99,
    'delay max, ms': delay.max,
    ...weightRow(weight),
  };
}

function weightRow({ heapBytes, residentBytes, openFiles, resources }: Weight): Row {
  return {
    'heap, MiB': heapBytes / MIB,
    'RSS, MiB': residentBytes / MIB,
    'open files': openFiles,
    'timers and handles': Object.values(resources).reduce((sum, count) => sum + count, 0),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      sessions: { type: 'string', default: '1000' },
      minutes: { type: 'string', default: '10' },
      profile: { type: 'string' },
      small: { type: 'boolean', default: false },
    },
  });
  const options: BusyOptions = values.small
    ? { sessions: 20, seconds: 4, warmUpSeconds: 1, weighings: 2, eventsPerTurn: 20, profile: values.profile }
    : {
        sessions: Number(values.sessions),
        seconds: Number(values.minutes) * 60,
        warmUpSeconds: 60,
        weighings: Math.max(2, Math.round(Number(values.minutes))),
        eventsPerTurn: 600,
        profile: values.profile,
      };
  const found = await measureBusySessions(options);
  const { weight, periods, heldBack, unanswered } = found;
  const seconds = options.seconds / options.weighings;
  const worst = Math.max(...periods.map(({ delay }) => delay.p99));
  // The small form is over before caches are full: it has no growth to speak of.
  const growth = values.small ? [] : growthOf(found);
  report({
    name: 'busy',
    options: { ...options },
    rows: {
      before: weightRow(weight),
      ...Object.fromEntries(
        periods.map((period, index) => [`period ${String(index + 1)}`, rowOf(period, seconds)]),
      ),
    },
    findings: [
      `The event loop was held up ${worst.toFixed(1)} ms at p99 in the worst period (goal: under 20 ms).`,
      growth.length === 0 ? 'Nothing grew.' : `Grown: ${growth.join('; ')}.`,
      `Processes were held back ${String(heldBack)} times, and ${String(unanswered)} chats miss an answer (goal: none).`,
    ],
  });
  if (growth.length + unanswered > 0) process.exitCode = 1;
}
