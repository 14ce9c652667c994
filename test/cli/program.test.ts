/** The command line itself: what it prints and what it exits with. */
import { expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { exitCodeFor, exitCodeOf } from '../../src/cli/exit-codes.ts';
import { runCli } from '../../src/cli/program.ts';
import { aCliHost } from '../helpers/cli-host.ts';

it.each([['version'], ['--version'], ['-V']])('says its version for %s', async (argument) => {
  const host = aCliHost();
  expect(await runCli([argument], host)).toBe(0);
  expect(host.written()).toBe(`${packageJson.version}\n`);
});

it('lists its commands for --help', async () => {
  const host = aCliHost();
  expect(await runCli(['--help'], host)).toBe(0);
  for (const command of ['start', 'status', 'version']) expect(host.written()).toContain(command);
  expect(host.complained()).toBe('');
});

it.each([[['nope']], [['status', '--nope']], [[]]])(
  'exits with 78 for %j and says what there is',
  async (args) => {
    const host = aCliHost();
    expect(await runCli(args, host)).toBe(78);
    expect(host.written()).toBe('');
    expect(host.complained()).toMatch(/hibernaut --help|Usage: hibernaut/);
  },
);

it.each([['start'], ['status']])(
  'exits with 78 and every fault for a wrong configuration: %s',
  async (command) => {
    const host = aCliHost({ HIBERNAUT_IDLE_TIMEOUT: 'soon', HIBERNAUT_HTTP: '0.0.0.0:80' });
    expect(await runCli([command], host)).toBe(78);
    expect(host.complained()).toContain('HIBERNAUT_IDLE_TIMEOUT');
    expect(host.complained()).toContain('HIBERNAUT_HTTP');
    expect(host.complained()).not.toContain('    at ');
  },
);

it.each([
  ['StoreError', 'ENOSPC', 1],
  ['StoreError', 'EACCES', 78],
  ['StoreError', undefined, 78],
  ['DataFolderError', 'EIO', 1],
  ['DataFolderError', 'ERR_SQLITE_ERROR', 78],
  ['LockHeldError', undefined, 75],
  ['TypeError', 'ENOSPC', null],
])('lets a service manager try again only what may pass: %s %s exits with %s', (name, code, exitCode) => {
  expect(exitCodeOf(Object.assign(new Error('It failed.'), { name, code }))).toBe(exitCode);
});

it.each([
  [75, {}, 75],
  [75, { LAUNCHD: '1' }, 0],
  [78, { LAUNCHD: '1' }, 0],
  [1, { LAUNCHD: '1' }, 1],
  [78, { NOTIFY_SOCKET: '/run/x' }, 78],
])(
  'does not let launchd start again what a restart does not mend: %s with %j exits with %s',
  (code, environment, exit) => {
    expect(exitCodeFor(code, environment)).toBe(exit);
  },
);
