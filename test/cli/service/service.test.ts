/** `hibernaut service` with systemd: what it writes, what it tells the service manager, what it says. */
import { chmod, chown, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startControlSocket } from '../../../src/control/socket.ts';
import { fakeMachine, type FakeMachine } from '../../helpers/fake-service-manager.ts';

let machine: FakeMachine;
beforeEach(async () => {
  machine = await fakeMachine();
});
afterEach(() => machine.close());

const unit = (): Promise<string> => readFile(machine.unitFile, 'utf8');
/** What systemctl was told to do, without what it was only asked. */
async function orders(): Promise<string[]> {
  const calls = await machine.calls();
  return calls
    .filter((call) => call.startsWith('systemctl') && !call.includes(' show '))
    .map((call) => call.replace(/^systemctl --user --no-pager /, '').replace(' hibernaut.service', ''));
}

describe('install', () => {
  it('writes the unit, starts it, and says where its settings are and that it ends with the login', async () => {
    const { exitCode, stdout, stderr } = await machine.service('install');
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
    expect(await orders()).toEqual(['daemon-reload', 'enable', 'reset-failed', 'start']);
    expect(await unit()).toContain(`Environment="HIBERNAUT_ENV_FILE=${machine.envFile}"`);
    expect(await unit()).toContain(`Environment="PATH=${machine.environment['PATH'] ?? ''}"`);
    expect(await unit()).not.toContain('AAAAA');
    expect(await unit()).toContain('TimeoutStopSec=210s');
    expect((await stat(machine.unitFile)).mode & 0o777).toBe(0o644);
    for (const part of [
      machine.unitFile,
      machine.envFile,
      machine.home,
      'Hibernaut serves',
      '--linger',
      'sudo',
    ]) {
      expect(stdout).toContain(part);
    }
  });

  it('run again changes nothing, and says so; what is new it shows, and starts the service anew', async () => {
    await machine.service('install');
    const again = await machine.service('install');
    expect(again.stdout).toContain('up to date');
    expect((await orders()).slice(4)).toEqual(['daemon-reload', 'enable']);

    const { stdout } = await machine.service('install', '--allow-sudo');
    expect(stdout).toContain('- NoNewPrivileges=yes');
    expect(stdout).not.toContain('- KillMode');
    expect((await orders()).slice(6)).toEqual(['daemon-reload', 'enable', 'reset-failed', 'restart']);
    // As it was chosen, it stays.
    expect((await machine.service('install')).stdout).toContain('up to date');
    expect((await machine.service('install', '--no-allow-sudo')).stdout).toContain('+ NoNewPrivileges=yes');
    expect((await machine.service('install', '--restart')).stdout).toContain('up to date');
    expect((await orders()).at(-1)).toBe('restart');
  });

  it('lets it linger only when asked, and does not ask again', async () => {
    const { stdout } = await machine.service('install', '--linger');
    expect(stdout).toContain('Lingering is on');
    expect(await machine.calls()).toContainEqual(expect.stringMatching(/^loginctl enable-linger \S+$/));
    expect((await machine.service('install')).stdout).not.toContain('ingering');
  });

  it('that does not start exits with 1, with the reason and the end of the log', async () => {
    await machine.set('start-code', '1');
    await machine.set(
      'state-started',
      'LoadState=loaded\nActiveState=failed\nResult=exit-code\nExecMainStatus=78\nMainPID=0\n',
    );
    const { exitCode, stdout, stderr } = await machine.service('install');
    expect(exitCode).toBe(1);
    expect(stderr).toContain('it exits with 78');
    expect(stderr).toContain('The token is refused.');
    expect(stdout).not.toContain('serves');
  });

  it.each([['--print'], ['--dry-run']])('does nothing with %s', async (option) => {
    const { exitCode, stdout } = await machine.service('install', option);
    expect(exitCode).toBe(0);
    expect(stdout).toContain(option === '--print' ? 'ExecStart=' : 'Would write');
    expect(await machine.calls()).toEqual([]);
    await expect(unit()).rejects.toThrow('ENOENT');
  });

  it.each<[string, () => Promise<void>, RegExp]>([
    ['no env file', () => rm(machine.envFile), /There is no .*hibernaut\.env.*hibernaut init/],
    [
      'no token in it',
      () => writeFile(machine.envFile, 'HIBERNAUT_DRAIN=1m\n'),
      /TELEGRAM_BOT_TOKEN is not set.*hibernaut init/,
    ],
    [
      'a wrong setting',
      () => writeFile(machine.envFile, 'HIBERNAUT_SILENCE=soon\n'),
      /hibernaut\.env:1.*HIBERNAUT_SILENCE|HIBERNAUT_SILENCE.*soon/s,
    ],
  ])('with %s exits with 78 and writes nothing', async (_, prepare, says) => {
    await prepare();
    const { exitCode, stderr } = await machine.service('install');
    expect(exitCode).toBe(78);
    expect(stderr).toMatch(says);
    expect(await machine.calls()).toEqual([]);
    await expect(unit()).rejects.toThrow('ENOENT');
  });

  it('says which settings only the shell has, and not what they are', async () => {
    machine.environment['ANTHROPIC_API_KEY'] = 'sk-ant-secret';
    const { stderr } = await machine.service('install');
    expect(stderr).toContain('ANTHROPIC_API_KEY');
    expect(stderr).not.toContain('secret');
  });

  it('refuses to run beside a daemon that somebody started by hand', async () => {
    const dataDir = join(machine.home, '.local', 'state', 'hibernaut');
    await mkdir(dataDir, { recursive: true });
    const answer = { daemon: { pid: 777, state: 'serving', version: '0.1.0' }, sessions: [] };
    const socket = await startControlSocket({
      dataDir,
      methods: { status: () => Promise.resolve(answer) },
      onError: () => undefined,
    });
    try {
      const { exitCode, stderr } = await machine.service('install');
      expect(exitCode).toBe(1);
      expect(stderr).toMatch(/runs already .*pid 777.*kill 777/);
      expect(await orders()).toEqual([]);
      // The service's own is no other one.
      answer.daemon.pid = 4242;
      await machine.set('state', 'LoadState=loaded\nActiveState=active\nMainPID=4242\n');
      expect((await machine.service('install')).exitCode).toBe(0);
    } finally {
      await socket.close();
    }
  });

  it('says what to do where no service manager answers, and where there is none', async () => {
    await writeFile(
      join(dirname(machine.home), 'bin', 'systemctl'),
      '#!/bin/sh\necho "Failed to connect to bus: No medium found" >&2; exit 1\n',
    );
    const silent = await machine.service('install');
    expect(silent.exitCode).toBe(1);
    expect(silent.stderr).toMatch(/No medium found.*enable-linger/);
    machine.environment['PATH'] = join(machine.home, 'nothing');
    const none = await machine.service('install');
    expect(none.exitCode).toBe(1);
    expect(none.stderr).toMatch(/no systemctl on this machine.*docs\/service\.md/);
  });

  it.each([
    [['--system'], /--system --user NAME/],
    [['--user', 'anna'], /--user goes with --system/],
    [['--system', '--user', 'root', '--linger'], /Leave it out/],
    [['--system', '--user', 'no-such-user', '--print'], /no user "no-such-user".*useradd/],
  ])('refuses %j', async (args, says) => {
    const { exitCode, stderr } = await machine.service('install', ...args);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(says);
  });

  it("prints the whole machine's unit for a user with that user's home and settings that the user can read", async () => {
    machine.environment['HIBERNAUT_ENV_FILE'] = machine.envFile;
    const { stdout, stderr, exitCode } = await machine.service(
      'install',
      '--system',
      '--user',
      'root',
      '--print',
    );
    expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
    expect(stdout).toContain('\nUser=root\n');
    expect(stdout).toContain('multi-user.target');
    const other = await machine.service('install', '--system', '--user', 'daemon', '--print');
    expect(other.exitCode).toBe(78);
    expect(other.stderr).toMatch(/can't be read by daemon.*chgrp \d+ .*chmod 640/);
    // Readable, and in a folder that is its owner's only.
    await chown(machine.envFile, 0, Number(/chgrp (\d+)/.exec(other.stderr)?.[1]));
    await chmod(machine.envFile, 0o640);
    const closed = await machine.service('install', '--system', '--user', 'daemon', '--print');
    expect(closed.exitCode).toBe(1);
    expect(closed.stderr).toMatch(/can't be reached by daemon.*is closed to others/);
  });
});

describe('status', () => {
  it('exits with 4 if nothing is installed, 0 if it runs, 3 if it does not', async () => {
    expect(await machine.service('status')).toMatchObject({
      exitCode: 4,
      stdout: expect.stringContaining('hibernaut service install') as string,
    });
    await machine.service('install');
    const { exitCode, stdout } = await machine.service('status');
    expect(exitCode).toBe(0);
    for (const part of [
      'active (running)',
      'pid 4242',
      'Serving, 2 sessions live.',
      'none answers',
      machine.envFile,
      'started again 1 time',
    ]) {
      expect(stdout).toContain(part);
    }
    await machine.set(
      'state',
      'LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=watchdog\nUnitFileState=disabled\n',
    );
    const failed = await machine.service('status');
    expect(failed.exitCode).toBe(3);
    expect(failed.stdout).toMatch(/failed \(failed\), watchdog, not enabled/);
  });

  it('says all of it to programs', async () => {
    await machine.service('install');
    const { stdout } = await machine.service('status', '--json');
    expect(JSON.parse(stdout)).toMatchObject({
      manager: 'systemd',
      file: machine.unitFile,
      settings: { envFile: machine.envFile, data: { dataDir: join(machine.home, '.local/state/hibernaut') } },
      service: {
        installed: true,
        active: 'active',
        pid: 4242,
        enabled: true,
        says: 'Serving, 2 sessions live.',
      },
      daemon: null,
      lingering: false,
    });
  });
});

describe('uninstall', () => {
  it('stops and removes the service, and keeps sessions and settings', async () => {
    await machine.service('install');
    const { exitCode, stdout } = await machine.service('uninstall');
    expect(exitCode).toBe(0);
    expect((await orders()).slice(4)).toEqual(['disable --now', 'daemon-reload', 'reset-failed']);
    await expect(unit()).rejects.toThrow('ENOENT');
    await stat(machine.envFile);
    expect(stdout).toContain(machine.envFile);
    expect(stdout).toContain(join(machine.home, '.local/state/hibernaut'));
    expect(await machine.service('uninstall')).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('No service is installed') as string,
    });
  });
});

describe('logs', () => {
  it('shows the journal of the unit', async () => {
    const { exitCode, stdout } = await machine.asProcess('logs', '-n', '7', '-f');
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: 'The token is refused.' });
    await machine.asProcess('logs', '--system');
    expect(await machine.calls()).toEqual([
      'journalctl --user-unit=hibernaut.service --lines=7 --output=short-iso --follow',
      'journalctl --unit=hibernaut.service --lines=50 --output=short-iso --no-pager',
    ]);
    expect((await machine.service('logs', '-n', 'many')).exitCode).toBe(78);
  });
});
