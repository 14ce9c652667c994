/** Node binaries other than the one that runs the tests. */
import { execFileSync } from 'node:child_process';
import { existsSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';

const tools = createRequire(createRequire(import.meta.url).resolve('hibernaut-test-tools/package.json'));

/** The oldest Node that the package promises to work on, which `test/tools` brings. */
export const NODE_22 = join(dirname(tools.resolve('node/package.json')), 'bin/node');

/** Preloaded (`--import`): makes the Node that runs it say that it is of version 20. */
export const AS_NODE_20 =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})";

/** What this machine happens to have that is older than Node 22: `['v20.20.2', its path]`. */
export function olderNodes(): [version: string, path: string][] {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/bin', '/usr/local/bin'];
  const paths = folders.map((folder) => join(folder, 'node')).filter((path) => existsSync(path));
  return [...new Set(paths.map((path) => realpathSync(path)))]
    .map((path): [string, string] => [execFileSync(path, ['--version'], { encoding: 'utf8' }).trim(), path])
    .filter(([version]) => Number(/^v(\d+)\./.exec(version)?.[1]) < 22);
}
