/** `bin/hibernaut.js`, as npx runs it, on the Node of today and on an old one. */
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { AS_NODE_20 } from '../helpers/nodes.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, packageJson.bin.hibernaut);

const nodes: [string, string[]][] = [
  ['the pinned Node', []],
  ['Node 20', ['--import', AS_NODE_20]],
];

it.each(nodes)('runs the command line on %s, without a warning', async (_, nodeOptions) => {
  const { stdout, stderr } = await execa(process.execPath, [...nodeOptions, BIN, 'version']);
  expect(stdout).toBe(packageJson.version);
  expect(stderr).toBe('');
});

it.each(nodes)('hands the exit code and the output through on %s', async (_, nodeOptions) => {
  const environment = { PATH: process.env['PATH'] ?? '', HOME: tmpdir(), HIBERNAUT_IDLE_TIMEOUT: 'soon' };
  const run = await execa(process.execPath, [...nodeOptions, BIN, 'start'], {
    env: environment,
    extendEnv: false,
    reject: false,
  });
  expect(run.exitCode).toBe(78);
  expect(run.stderr).toContain('HIBERNAUT_IDLE_TIMEOUT');
});

it('is what npx finds in a checkout', async () => {
  const { stdout } = await execa('npx', ['hibernaut', 'version'], { cwd: ROOT });
  expect(stdout).toBe(packageJson.version);
});

/** The command alone, in a folder that has of Hibernaut nothing but these files. */
async function copyOfBin(...files: string[]): Promise<string> {
  const folder = temporaryFolder();
  for (const file of ['package.json', 'bin/hibernaut.js', ...files]) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await copyFile(join(ROOT, file), join(folder, file));
  }
  return join(folder, 'bin/hibernaut.js');
}

it.each([
  ['a checkout', ['src/main.ts'], /needs Node 24\.15 or newer; this is v.*npm ci/],
  ['the package', [], /needs Node 22\.18 or newer; this is v.*Install a newer Node/],
])('says which Node %s needs on an old one, and exits with 78', async (_, files, sentence) => {
  const bin = await copyOfBin(...files);
  const run = await execa(process.execPath, ['--import', AS_NODE_20, bin, 'version'], { reject: false });
  expect(run.exitCode).toBe(78);
  expect(run.stderr).toMatch(sentence);
  expect(run.stderr).not.toContain('    at ');
});

it('asks for the Node that the package asks npm for', async () => {
  const { engines } = packageJson;
  const text = await readFile(BIN, 'utf8');
  const [, major, minor] = /^>=(\d+)\.(\d+)$/.exec(engines.node) ?? [];
  expect(text).toContain(`isNode(${String(major)}, ${String(minor)})`);
});
