/**
 * Telegram's parser over as many documents as one likes: `npm run check:render -- --documents 50000 --seed 1 --jobs 2`.
 * Says what was done in one line, and exits with 1 if anything was refused or changed, with the shortest such document.
 * Each job draws its share from a seed of its own: the given one, the next … Acts on import.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { checkDocuments, type Checked } from './check.ts';

const { values } = parseArgs({
  options: {
    documents: { type: 'string', default: '50000' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
  },
});
const [documents, seed, jobs] = [
  wholeNumber('--documents', values.documents),
  wholeNumber('--seed', values.seed),
  Math.max(1, wholeNumber('--jobs', values.jobs)),
];

if (process.send) {
  process.send(checkDocuments(documents, seed, tellProgress));
  process.disconnect();
} else {
  const startedAt = performance.now();
  const all = jobs === 1 ? [checkDocuments(documents, seed, tellProgress)] : await inJobs();
  const sum = (count: 'documents' | 'characters' | 'messages' | 'entities') =>
    all.reduce((total, checked) => total + checked[count], 0);
  const failures = all.flatMap(({ failure }) => failure ?? []);
  say(
    `${failures.length > 0 ? 'FAILED' : 'passed'}, seed ${seed}, ${jobs} jobs, ` +
      `${Math.round((performance.now() - startedAt) / 1_000)} s: ${sum('documents')} documents of ` +
      `${sum('characters')} characters became ${sum('messages')} messages with ${sum('entities')} entities.`,
  );
  failures.forEach(say);
  process.exitCode = failures.length > 0 ? 1 : 0;
}

function inJobs(): Promise<Checked[]> {
  return Promise.all(
    Array.from({ length: jobs }, async (_, job) => {
      const share = Math.ceil((documents - job) / jobs);
      const child = fork(import.meta.filename, [`--documents=${share}`, `--seed=${seed + job}`]);
      const [checked] = (await Promise.race([once(child, 'message'), died(child)])) as [Checked];
      return checked;
    }),
  );
}

async function died(child: ReturnType<typeof fork>): Promise<never> {
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  throw new Error(`A job ended before it was through (${code ?? signal}).`);
}

function wholeNumber(name: string, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < 0) throw new Error(`${name} is a whole number, not "${value}".`);
  return number;
}

function tellProgress(done: number): void {
  if (done % 5_000 === 0) say(`${done} documents of seed ${seed}`);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
