/** What a benchmark leaves behind: a table on the terminal, and the figures with the machine they were seen on as JSON. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const ROOT = new URL('../', import.meta.url).pathname;

/** A figure as it is printed; numbers get one decimal place. */
export type Row = Record<string, number | string>;

export interface Report {
  /** The benchmark's file name without its ending. */
  name: string;
  /** One sentence per finding, each with its goal: "The bridge adds 4.1 ms at the median (goal: within 10 ms)." */
  findings: string[];
  /** The table's rows by their first column. */
  rows: Record<string, Row>;
  /** What the figures were taken with: counts, durations, sizes. */
  options: Record<string, unknown>;
}

/** Prints the table and the findings, and writes `bench/results/NAME.json`. */
export function report({ name, findings, rows, options }: Report): void {
  console.table(Object.fromEntries(Object.entries(rows).map(([title, row]) => [title, printed(row)])));
  for (const finding of findings) console.log(finding);
  mkdirSync(join(ROOT, 'bench/results'), { recursive: true });
  const content = { name, options, rows, findings, ...surroundings() };
  writeFileSync(join(ROOT, 'bench/results', `${name}.json`), `${JSON.stringify(content, null, 2)}\n`);
}

function printed(row: Row): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      typeof value === 'number' && !Number.isInteger(value) ? Number(value.toFixed(1)) : value,
    ]),
  );
}

function surroundings() {
  return {
    at: new Date().toISOString(),
    commit: execFileSync('git', ['describe', '--always', '--dirty'], { cwd: ROOT, encoding: 'utf8' }).trim(),
    node: process.version,
    machine: {
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      memoryBytes: totalmem(),
      // Above the number of cores, something else was at work too.
      loadBefore: loadavg()[0],
    },
  };
}
