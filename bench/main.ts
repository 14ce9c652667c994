/** `npm run bench [-- NAME …] [--small]`: plays the benchmarks one after another, each in a process of its own. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** In the order in which docs/performance.md tells of them. */
const BENCHMARKS = [
  'warm-turn',
  'wake',
  'first-frame',
  'one-shot',
  'many-sessions',
  'metrics',
  'live-page',
  'inspect',
  'busy',
  'real-processes',
  'soak',
  'bytes-and-calls',
];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { small: { type: 'boolean', default: false } },
});
const unknown = positionals.find((name) => !BENCHMARKS.includes(name));
if (unknown !== undefined) {
  console.error(`There is no benchmark "${unknown}". There are: ${BENCHMARKS.join(', ')}.`);
  process.exit(1);
}
const failed: string[] = [];
for (const name of positionals.length > 0 ? positionals : BENCHMARKS) {
  console.log(`\n${name}`);
  const file = join(import.meta.dirname, `${name}.ts`);
  const { status } = spawnSync(process.execPath, [file, ...(values.small ? ['--small'] : [])], {
    stdio: 'inherit',
  });
  if (status !== 0) failed.push(name);
}
if (failed.length > 0) {
  console.error(`\nFailed: ${failed.join(', ')}.`);
  process.exit(1);
}
