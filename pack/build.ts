/** `npm run build`: the program as the package carries it, in dist/: compiled, with the pages that it serves. */
import { cp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { execa } from 'execa';

const ROOT = join(import.meta.dirname, '..');
const TSC = createRequire(import.meta.url).resolve('typescript/bin/tsc');

await rm(join(ROOT, 'dist'), { recursive: true, force: true });
await execa(process.execPath, [TSC, '--project', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
// What is not compiled is read at run time, from the same place beside the module that reads it.
await cp(join(ROOT, 'src'), join(ROOT, 'dist/src'), {
  recursive: true,
  filter: (path) => !path.endsWith('.ts') || path.endsWith('.d.ts'),
});
