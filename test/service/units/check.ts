/**
 * `npm run check:units`: systemd itself reads the units that we write, in every shape and from folders with hostile
 * names. Not part of `npm test`, as a machine may have no systemd.
 */
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { unitText } from '../../../src/service/unit-text.ts';
import { someFacts } from '../some-facts.ts';

/** What systemd before 254 does not know, and says so. It restarts each 5 s then. */
const NEWER =
  /Unknown key(?: name)? '(RestartSteps|RestartMaxDelaySec)' in section '?\[?Service\]?'?, ignoring\.$/;

const NAMES = [
  'plain',
  'with space',
  '100%',
  '%h',
  '$HOME',
  '${x}',
  'quo"te',
  "it's",
  'back\\slash',
  '#;',
  'ünï',
  ' lead',
];

const folder = await mkdtemp(join(tmpdir(), 'hibernaut-units-'));
const write = (text: string): void => void process.stdout.write(`${text}\n`);
try {
  const faults = [
    ...(await complaints(await unitsFor(null), true)),
    ...(await complaints(await unitsFor('daemon'), false)),
  ];
  faults.push(...(await complaints(await unitsFor('root'), false)), ...(await blindness()));
  for (const fault of faults) write(fault);
  if (faults.length === 0) write('systemd reads our units.');
  process.exitCode = faults.length === 0 ? 0 : 1;
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** One unit per hostile name and shape. */
async function unitsFor(systemUser: string | null): Promise<string[]> {
  const units: string[] = [];
  for (const name of NAMES) {
    const script = await executable(name);
    const node = /["'\\]/.test(name) ? await executable('plain') : script;
    for (const allowSudo of [false, true]) {
      for (const canNotify of [true, false]) {
        const environment = { PATH: `${join(folder, name)}:/usr/bin` };
        units.push(
          unitText(
            someFacts({ node, script, envFile: script, environment, systemUser, allowSudo, canNotify }),
          ),
        );
      }
    }
  }
  return units;
}

async function executable(name: string): Promise<string> {
  const place = join(folder, name);
  await mkdir(place, { recursive: true });
  await writeFile(join(place, 'node'), '#!/bin/sh\n');
  await chmod(join(place, 'node'), 0o755);
  return join(place, 'node');
}

/** A check that can't fail is none. */
async function blindness(): Promise<string[]> {
  const unit = unitText(someFacts({ node: join(folder, 'nothing here') })).replace(
    'KillMode=mixed',
    'KillMode=gently',
  );
  const seen = (await complaints([unit], true)).join('\n');
  return ['nothing here', 'gently']
    .filter((part) => !seen.includes(part))
    .map((part) => `systemd-analyze does not see what is wrong in a unit: ${part}`);
}

async function complaints(units: readonly string[], isUser: boolean): Promise<string[]> {
  const files = units.map((_, index) => join(folder, `hibernaut-${String(index)}.service`));
  await Promise.all(files.map((file, index) => writeFile(file, units[index] ?? '')));
  const { stdout, stderr, code } = await execa(
    'systemd-analyze',
    [...(isUser ? ['--user'] : []), 'verify', '--man=no', ...files],
    // A user's systemd looks for its folder, and a machine that was not booted by systemd has none.
    { env: { XDG_RUNTIME_DIR: folder }, reject: false },
  );
  if (code === 'ENOENT') {
    throw new Error(
      'There is no systemd-analyze here. Install it: apt-get install --no-install-recommends systemd',
    );
  }
  return `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '' && !NEWER.test(line));
}
