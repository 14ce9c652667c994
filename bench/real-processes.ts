/** What as many real Claude processes as the machine holds cost: their memory, a turn while all of them live, and who makes room for more. */
import { readFileSync } from 'node:fs';
import { freemem, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { readMemory } from '../src/config/machine-memory.ts';
import { maxLiveByMemory } from '../src/config/max-live.ts';
import { startProgram, type Program } from '../test/helpers/program.ts';
import { report } from './report.ts';
import { spreadOf } from './spread.ts';

/** Chat ids of so many people follow. */
const FIRST_PERSON = 1_001;
const MIB = 1_048_576;

export interface RealProcessesOptions {
  /** Places for processes: at most so many, and not more than the daemon takes by itself on this machine. */
  limit: number;
  /** So much of the machine's memory stays free, whatever there would be room for: 0 to 1. */
  freeShare: number;
  /** How many sessions begin when all places are taken. */
  beyond: number;
  /** Taken with one process, and again with all of them. */
  turns: number;
}

export interface RealProcesses {
  /** How many the daemon would let live by itself on this machine. */
  placesByMemory: number;
  /** How many lived. */
  living: number;
  /** Of all that belongs to them, each shared page counted by its share (PSS). */
  bytesPerProcess: number;
  /** From a new chat's first message to its answer, ms, in their order. */
  firstMessages: number[];
  /** A turn of a session that is idle, ms. */
  turnsWithOne: number[];
  turnsWithAll: number[];
  /** As `firstMessages`, when somebody had to make room. */
  beyond: number[];
  /** The most that lived while somebody made room. */
  mostLiving: number;
  /** Sessions that made room. */
  suspended: number;
  /** From a message to such a session to its answer, ms. */
  wake: number;
  /** Processes that live after the daemon has stopped. */
  left: number;
}

export async function measureRealProcesses(options: RealProcessesOptions): Promise<RealProcesses> {
  const placesByMemory = maxLiveByMemory(readMemory()).places;
  const places = Math.min(placesByMemory, options.limit);
  const people = Array.from({ length: places + options.beyond }, (_, index) => FIRST_PERSON + index);
  const program = await startProgram({
    HIBERNAUT_ALLOWED_USERS: people.join(','),
    HIBERNAUT_MAX_LIVE: String(places),
  });
  try {
    const firstMessages: number[] = [];
    let turnsWithOne: number[] = [];
    const talking: number[] = [];
    for (const person of people.slice(0, places)) {
      if (freemem() < totalmem() * options.freeShare) break;
      firstMessages.push(await ask(program, person, 'hello'));
      talking.push(person);
      if (talking.length === 1) turnsWithOne = await turnsOf(program, talking, options.turns);
    }
    const living = (await program.status()).daemon.processes.live;
    const bytesPerProcess = pssBytes(program.claudeProcesses()) / living;
    const turnsWithAll = await turnsOf(program, talking, options.turns);
    const made = living === places ? await makeRoom(program, people.slice(places)) : NO_ROOM_MADE;
    await program.stop();
    const left = program.claudeProcesses().length;
    return {
      ...{ placesByMemory, living, bytesPerProcess, firstMessages, turnsWithOne, turnsWithAll },
      ...made,
      left,
    };
  } finally {
    await program.close();
  }
}

type RoomMade = Pick<RealProcesses, 'beyond' | 'mostLiving' | 'suspended' | 'wake'>;

/** Memory ended before the places did. */
const NO_ROOM_MADE: RoomMade = { beyond: [], mostLiving: 0, suspended: 0, wake: Number.NaN };

async function makeRoom(program: Program, newcomers: readonly number[]): Promise<RoomMade> {
  const beyond: number[] = [];
  let mostLiving = 0;
  for (const person of newcomers) {
    beyond.push(await ask(program, person, 'hello'));
    mostLiving = Math.max(mostLiving, (await program.status()).daemon.processes.live);
  }
  const { sessions } = await program.status();
  const suspended = sessions.filter(({ state }) => state === 'suspended');
  const wake = suspended[0] ? await ask(program, suspended[0].chatId, 'again') : Number.NaN;
  return { beyond, mostLiving, suspended: suspended.length, wake };
}

/** One after the other, each in the next chat. */
async function turnsOf(program: Program, people: readonly number[], turns: number): Promise<number[]> {
  const taken: number[] = [];
  for (let turn = 0; turn < turns; turn += 1) {
    const person = people[turn % people.length] ?? FIRST_PERSON;
    await program.sessionIs('idle', person);
    taken.push(await ask(program, person, `turn ${String(turn)}`));
  }
  return taken;
}

async function ask(program: Program, chatId: number, text: string): Promise<number> {
  const start = performance.now();
  await program.ask(text, new RegExp(`You said: ${text}`), { chatId });
  return performance.now() - start;
}

/** Of those that live. */
function pssBytes(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + pssBytesOf(pid), 0);
}

/** 0 for one that has ended since it was listed, as git does. proc_pid_smaps_rollup(5) */
function pssBytesOf(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${String(pid)}/smaps_rollup`, 'latin1');
    return Number(/^Pss:\s+(\d+) kB$/m.exec(rollup)?.[1]) * 1_024;
  } catch {
    return 0;
  }
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      limit: { type: 'string', default: '40' },
      turns: { type: 'string', default: '40' },
      small: { type: 'boolean', default: false },
    },
  });
  const options: RealProcessesOptions = values.small
    ? { limit: 3, freeShare: 0, beyond: 1, turns: 3 }
    : { limit: Number(values.limit), freeShare: 0.2, beyond: 5, turns: Number(values.turns) };
  const found = await measureRealProcesses(options);
  const { living, placesByMemory, mostLiving, suspended, left } = found;
  report({
    name: 'real-processes',
    options: { ...options },
    rows: {
      'first message, ms': { ...spreadOf(found.firstMessages) },
      'turn with one process, ms': { ...spreadOf(found.turnsWithOne) },
      'turn with all, ms': { ...spreadOf(found.turnsWithAll) },
      'first message that needs room, ms': { ...spreadOf(found.beyond) },
      'wake that needs room, ms': { ...spreadOf([found.wake]) },
    },
    findings: [
      `${String(living)} processes lived (by the machine's memory it would be up to ${String(placesByMemory)}), ` +
        `of ${(found.bytesPerProcess / MIB).toFixed(0)} MiB each (PSS).`,
      `${String(suspended)} sessions were suspended for others; at most ${String(mostLiving)} processes lived then.`,
      `${String(left)} processes were left when the daemon had stopped (goal: none).`,
    ],
  });
  if (left > 0 || mostLiving > living) process.exitCode = 1;
}
