/** `bin/hibernaut.js`, as npx runs it, on the Node of today and on an old one. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };

const ROOT = join(import.meta.dirname, '../..');
const BIN = join(ROOT, packageJson.bin.hibernaut);

/** Makes the Node that runs it say that it is of version 20, so that the command has to look for another. */
const AS_NODE_20 =
  "data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'20.0.0'}})";

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

it('says what to do if there is no Node that can run it', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-bin-'));
  const copy = join(folder, 'bin', 'hibernaut.mjs');
  await execa('mkdir', [join(folder, 'bin')]);
  await execa('cp', [BIN, copy]);
  const run = await execa(process.execPath, ['--import', AS_NODE_20, copy, 'version'], { reject: false });
  expect(run.exitCode).toBe(78);
  expect(run.stderr).toMatch(/needs Node 24.*npm ci/);
  await rm(folder, { recursive: true });
});
