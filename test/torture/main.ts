/**
 * The torture run as a command: `npm run torture -- --rounds 500 --seed 1`. Says what was done in one line, and exits
 * with 1 if the books did not balance, naming the seed and the shortest schedule that shows it. Acts on import.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { drawRound } from './draw.ts';
import type { Round } from './schedule.ts';
import { verdictOf } from './tally.ts';
import { replay, torture, type TortureResult } from './torture.ts';

const USAGE = `Usage: npm run torture -- [options]
  --rounds N       how many rounds (30)
  --seed S         which ones (1)
  --round R        only that round of the seed
  --schedule FILE  only what the file says: the schedule that a failed run printed
  --jobs N         so many daemons at the same time (1)
`;

type OnRound = (round: number, problems: readonly string[]) => void;

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '30' },
    seed: { type: 'string', default: '1' },
    round: { type: 'string' },
    schedule: { type: 'string' },
    jobs: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

if (values.help) {
  say(USAGE);
  process.exit(0);
}
const seed = wholeNumber('--seed', values.seed);
const startedAt = performance.now();
const result = await run();
const seconds = Math.round((performance.now() - startedAt) / 1_000);
say(
  `${result.failure ? 'FAILED' : 'passed'}, seed ${String(seed)}, ${String(seconds)} s: ${verdictOf(result.tally)}.`,
);
if (result.failure) await explain(result.failure);
process.exit(result.failure ? 1 : 0);

function run(): Promise<TortureResult> {
  const onRound = (round: number, problems: readonly string[]): void => {
    if (round % 10 === 0) say(`round ${String(round)}`);
    if (problems.length === 0) return;
    say([`round ${String(round)} failed:`, ...problems.map((problem) => `- ${problem}`)].join('\n'));
  };
  if (values.schedule !== undefined) return replayFile(values.schedule, onRound);
  if (values.round !== undefined)
    return replay([drawRound(seed, wholeNumber('--round', values.round))], { onRound });
  const rounds = wholeNumber('--rounds', values.rounds);
  return torture({ rounds, seed, jobs: wholeNumber('--jobs', values.jobs), onRound });
}

async function replayFile(path: string, onRound: OnRound): Promise<TortureResult> {
  const step = z.looseObject({ afterMs: z.number(), do: z.string() });
  const schema = z.array(z.object({ number: z.int(), steps: z.array(step) }));
  const rounds = schema.parse(JSON.parse(await readFile(path, 'utf8')));
  // The rest of a step is as this program printed it.
  return replay(rounds as Round[], { onRound });
}

async function explain({
  round,
  schedule,
  chats,
  log,
}: NonNullable<TortureResult['failure']>): Promise<void> {
  const name = join(tmpdir(), `torture-${String(seed)}-${String(round)}`);
  await writeFile(`${name}.log`, `${chats}\n${log}`);
  await writeFile(`${name}.json`, JSON.stringify(schedule, null, 1));
  say(`Round ${String(round)} of seed ${String(seed)}. The shortest schedule found (${name}.json):`);
  say(JSON.stringify(schedule));
  say(
    `Again: npm run torture -- --schedule ${name}.json. What the chats show and the daemon's log: ${name}.log`,
  );
}

function wholeNumber(option: string, value: string): number {
  const number = Number(value);
  if (Number.isSafeInteger(number) && number > 0) return number;
  say(`${option} takes a whole number above 0, got "${value}".\n${USAGE}`);
  process.exit(1);
}
