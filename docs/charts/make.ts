/** Writes the charts of the machines into the repository. Part of `npm run pictures`. */
import { mkdir, writeFile } from 'node:fs/promises';
import { chartFiles, ROOT } from './pictures.ts';

for (const [path, content] of await chartFiles()) {
  const file = new URL(path, ROOT);
  await mkdir(new URL('.', file), { recursive: true });
  await writeFile(file, content);
}
