/** Completion: what a shell is told may come next, and a real bash that asks. */
import { chmodSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { execa } from 'execa';
import { beforeAll, describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { MAIN } from '../helpers/program.ts';
import { aRecord } from '../helpers/records.ts';
import { temporaryFolderOfGroup } from '../helpers/temporary-folder.ts';
import { COMPILE_CACHE } from '../helpers/compile-cache.ts';

const folder = temporaryFolderOfGroup();
const dataDir = join(folder, 'data');
const environment = {
  // The shell finds `hibernaut` as it would the installed one.
  PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}`,
  HOME: folder,
  HIBERNAUT_DATA_DIR: dataDir,
  HIBERNAUT_WORKSPACE: folder,
  ...COMPILE_CACHE,
};

beforeAll(async () => {
  const store = await openLowdbStore({ dataDir });
  const record = aRecord({ epoch: store.epoch, state: 'suspended', workspace: folder });
  await store.saveSession({ ...record, id: 'garden1', name: 'the\tgarden' });
  await store.saveSession({ ...record, id: 'ended1', state: 'terminated' });
  await store.close();
  const command = join(folder, 'hibernaut');
  writeFileSync(command, `#!/bin/sh\nexec "${process.execPath}" "${MAIN}" "$@"\n`);
  chmodSync(command, 0o755);
});

async function run(file: string, args: readonly string[], over: Record<string, string> = {}) {
  return execa(file, args, { extendEnv: false, env: { ...environment, ...over } });
}

/** What the shell is told after `hibernaut <words>`, the last of which is being written. */
async function suggestions(...words: string[]): Promise<string[]> {
  const { stdout, stderr } = await run('hibernaut', ['complete', '--', ...words]);
  expect(stderr).toBe('');
  const lines = stdout.split('\n');
  // No files: nothing that we take is one.
  expect(lines.pop()).toBe(':4');
  return lines;
}

describe('what may come next', () => {
  it('is a command, with what it does', async () => {
    const commands = await suggestions('');
    expect(commands).toContain('pair\ta code that lets one person use the bot');
    expect(commands).toContain('help\tprint the help of a command');
    expect(commands.join('\n')).not.toMatch(/^complete\t/m);
    expect(await suggestions('sta')).toEqual([
      'start\trun the daemon, or the sandbox if there is no token',
      'status\tthe daemon and its sessions',
    ]);
  });

  it('is a command of a command, an option, or its value', async () => {
    expect(await suggestions('access', 're')).toEqual(['revoke\tshut a person out']);
    expect(await suggestions('pair', '--w')).toEqual([expect.stringMatching(/^--wait\twait until /)]);
    expect(await suggestions('sessions', '--state', 'i')).toEqual(['idle\t']);
    expect(await suggestions('completion', 'f')).toEqual(['fish\t']);
  });

  it('is a session that has not ended, with its name in one line', async () => {
    expect(await suggestions('session', '')).toEqual(['garden1\tthe garden, suspended']);
    expect(await suggestions('timeout', 'gar')).toEqual(['garden1\tthe garden, suspended']);
  });

  it('is none of the sessions, and no complaint, if they cannot be read', async () => {
    const { stdout, stderr } = await run('hibernaut', ['complete', '--', 'session', ''], {
      HIBERNAUT_IDLE_TIMEOUT: 'soon',
    });
    expect([stdout, stderr]).toEqual([':4', '']);
  });
});

describe('a real bash', () => {
  /** What it offers after `line`, as on Tab, once it has read the script as its help says. */
  async function bash(...words: string[]): Promise<string[]> {
    const script = [
      'source <(hibernaut completion bash)',
      // A shell that reads its settings again.
      'source <(hibernaut completion bash)',
      'COMP_WORDS=("$@")',
      'COMP_CWORD=$(($# - 1))',
      // It tells bash how to go on, which bash takes only while somebody presses Tab.
      'compopt() { :; }',
      'eval "$(complete -p hibernaut | sed "s/^complete -F //; s/ hibernaut\\$//")"',
      'printf "%s\\n" "${COMPREPLY[@]}"',
    ];
    const { stdout, stderr } = await run('bash', ['--norc', '-c', script.join('\n'), 'bash', ...words]);
    expect(stderr).toBe('');
    return stdout.split('\n');
  }

  it.each([
    [
      ['hibernaut', 'sta'],
      ['start', 'status'],
    ],
    [
      ['hibernaut', 'access', ''],
      ['list', 'revoke', 'help'],
    ],
    [['hibernaut', 'session', 'ga'], ['garden1']],
    [['hibernaut', 'sessions', '--sta'], ['--state']],
  ])('completes %j', async (words, offered) => {
    expect(await bash(...words)).toEqual(offered);
  });
});

it.each([
  ['zsh', 'compdef _hibernaut hibernaut'],
  ['fish', 'complete -c hibernaut '],
])('prints a script for %s that asks us', async (shell, line) => {
  const { stdout } = await run('hibernaut', ['completion', shell]);
  expect(stdout).toContain(line);
  expect(stdout).toContain('hibernaut complete -- ');
});

it('says which shells there are for another one, and exits with 78', async () => {
  const { exitCode, stderr } = await execa(process.execPath, [MAIN, 'completion', 'tcsh'], { reject: false });
  expect(exitCode).toBe(78);
  expect(stderr).toContain('Allowed choices are bash, zsh, fish');
});
