/** A machine with a service manager that only records what it is told: real programs on PATH, in a folder of their own. */
import { chmod, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { runCli } from '../../src/cli/program.ts';
import { aCliHost } from './cli-host.ts';
import { MAIN } from './program.ts';

/** `systemctl show` prints what the file `state` says; a start and a stop put another one in its place. */
const SYSTEMCTL = `
case " $* " in
  *" show "*) cat "$FAKES/state" ;;
  *" start "*|*" restart "*)
    cp "$FAKES/state-started" "$FAKES/state"
    code=$(cat "$FAKES/start-code")
    [ "$code" = 0 ] || echo "Job for hibernaut.service failed." >&2
    exit "$code" ;;
  *" disable "*) cp "$FAKES/state-absent" "$FAKES/state" ;;
esac
`;
const LOGINCTL = `
case " $* " in
  *" show-user "*) cat "$FAKES/linger" ;;
  *" enable-linger "*) echo yes > "$FAKES/linger" ;;
esac
`;
const JOURNALCTL = `cat "$FAKES/journal"`;

const ABSENT = 'LoadState=not-found\nActiveState=inactive\nSubState=dead\nMainPID=0\nUnitFileState=\n';
const STARTED = [
  'LoadState=loaded',
  'ActiveState=active',
  'SubState=running',
  'UnitFileState=enabled',
  'MainPID=4242',
  'StatusText=Serving, 2 sessions live.',
  'Result=success',
  'ExecMainStatus=0',
  'NRestarts=1',
  'ActiveEnterTimestamp=Wed 2026-11-25 01:00:00 UTC',
  '',
].join('\n');

interface Ran {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

export interface FakeMachine {
  readonly home: string;
  readonly envFile: string;
  readonly unitFile: string;
  /** Every call so far: `systemctl --user --no-pager start hibernaut.service`. */
  calls(): Promise<string[]>;
  /** What a file of the fakes says from now on: `state`, `state-started`, `start-code`, `journal`, `linger`. */
  set(file: string, text: string): Promise<void>;
  /** `hibernaut service <args>`. */
  service(...args: string[]): Promise<Ran>;
  /** The same as a process of its own: for what other programs write on its standard output. */
  asProcess(...args: string[]): Promise<Ran>;
  readonly environment: Record<string, string>;
  close(): Promise<void>;
}

export async function fakeMachine(): Promise<FakeMachine> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'hibernaut-machine-')));
  const [home, bin, fakes] = ['home with space', 'bin', 'fakes'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const config = join(home, '.config');
  const envFile = join(config, 'hibernaut', 'hibernaut.env');
  await Promise.all([bin, fakes, join(config, 'hibernaut')].map((path) => mkdir(path, { recursive: true })));
  for (const [name, does] of Object.entries({
    systemctl: SYSTEMCTL,
    loginctl: LOGINCTL,
    journalctl: JOURNALCTL,
  })) {
    await writeFile(join(bin, name), `#!/bin/sh\necho "${name} $*" >> "$FAKES/calls"\n${does}`);
    await chmod(join(bin, name), 0o755);
  }
  const set = (file: string, text: string): Promise<void> => writeFile(join(fakes, file), text);
  const files = {
    state: ABSENT,
    'state-absent': ABSENT,
    'state-started': STARTED,
    'start-code': '0',
    linger: 'no\n',
  };
  for (const [file, text] of Object.entries({ ...files, journal: 'The token is refused.\n', calls: '' }))
    await set(file, text);
  await writeFile(envFile, `TELEGRAM_BOT_TOKEN=123456789:${'A'.repeat(35)}\nHIBERNAUT_DRAIN=2m\n`, {
    mode: 0o600,
  });
  // Empty: in its usual place, which a test's host has none of otherwise.
  const environment = { HIBERNAUT_ENV_FILE: '', HOME: home, PATH: `${bin}:/usr/bin:/bin`, FAKES: fakes };
  return {
    home,
    envFile,
    unitFile: join(config, 'systemd', 'user', 'hibernaut.service'),
    environment,
    calls: async () =>
      (await readFile(join(fakes, 'calls'), 'utf8')).split('\n').filter((line) => line !== ''),
    set,
    service: async (...args) => {
      const host = aCliHost(environment);
      const exitCode = await runCli(['service', ...args], host);
      return { exitCode, stdout: host.written(), stderr: host.complained() };
    },
    asProcess: async (...args) => {
      const options = { env: environment, extendEnv: false, reject: false };
      const { exitCode, stdout, stderr } = await execa(process.execPath, [MAIN, 'service', ...args], options);
      return { exitCode, stdout, stderr };
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}
