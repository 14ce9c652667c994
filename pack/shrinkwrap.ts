/**
 * Before `npm pack`: npm-shrinkwrap.json, which makes `npm i -g` install the very versions that were tested, those that
 * our dependencies ask for included. It is the lock file without what users don't get, and is gone again after the pack:
 * npm would take it for the lock file of the checkout.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';

const ROOT = join(import.meta.dirname, '..');

const lockedSchema = z.looseObject({
  dev: z.boolean().optional(),
  link: z.boolean().optional(),
  resolved: z.string().optional(),
  devDependencies: z.unknown().optional(),
});
const lockSchema = z.looseObject({
  name: z.string(),
  version: z.string(),
  packages: z.record(z.string(), lockedSchema),
});

/** Users have a registry of their own: where ours was is none of their business. */
function forUsers({ resolved: _, devDependencies: __, ...locked }: z.infer<typeof lockedSchema>) {
  return locked;
}

const lock = lockSchema.parse(JSON.parse(await readFile(join(ROOT, 'package-lock.json'), 'utf8')));
const packages = Object.fromEntries(
  Object.entries(lock.packages)
    .filter(([, { dev, link }]) => !dev && !link)
    .map(([path, locked]) => [path, forUsers(locked)]),
);
await writeFile(join(ROOT, 'npm-shrinkwrap.json'), `${JSON.stringify({ ...lock, packages }, null, 2)}\n`);
