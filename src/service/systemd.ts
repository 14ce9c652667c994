/** The service with systemd: a unit of the person's own service manager, or of the whole machine's. */
import { join } from 'node:path';
import { ServiceError } from './facts.ts';
import type { LogOptions, ServiceManager, ServiceState } from './manager.ts';
import type { Answer, RunProgram } from './programs.ts';
import { UNIT, unitText, writtenIn } from './unit-text.ts';

const SHOWN_ON_FAILURE = 15;

export interface SystemdOptions {
  run: RunProgram;
  /** Whether it is a unit of the whole machine. */
  isSystem: boolean;
  /** Absolute: the person's `$XDG_CONFIG_HOME`, or `~/.config`. */
  configHome: string;
}

export function systemd({ run, isSystem, configHome }: SystemdOptions): ServiceManager {
  const scope = isSystem ? '--system' : '--user';
  const systemctl = async (...args: string[]): Promise<Answer> => {
    const answer = await run('systemctl', [scope, '--no-pager', ...args]);
    if (/Failed to connect to|not been booted with systemd/.test(answer.stderr))
      throw unreachable(isSystem, answer);
    return answer;
  };
  const must = async (...args: string[]): Promise<void> => {
    const { code, stderr } = await systemctl(...args);
    if (code === 0) return;
    const elsewhere = /does not exist/.test(stderr)
      ? ` systemd looks elsewhere: this shell's XDG_CONFIG_HOME or HOME is not the service manager's.`
      : '';
    throw new ServiceError(`systemctl ${scope} ${args.join(' ')} failed: ${stderr.trim()}${elsewhere}`);
  };
  const state = async (): Promise<ServiceState> =>
    stateOf((await systemctl('show', UNIT, `--property=${PROPERTIES.join(',')}`)).stdout);
  const logs = (
    { follow, lines }: LogOptions,
    format = 'short-iso',
  ): readonly [string, readonly string[]] => [
    'journalctl',
    [
      isSystem ? `--unit=${UNIT}` : `--user-unit=${UNIT}`,
      `--lines=${String(lines)}`,
      `--output=${format}`,
      ...(follow ? ['--follow'] : ['--no-pager']),
    ],
  ];

  return {
    name: 'systemd',
    file: join(isSystem ? '/etc/systemd/system' : join(configHome, 'systemd', 'user'), UNIT),
    text: unitText,
    read: writtenIn,
    state,
    async activate({ restart }) {
      await must('daemon-reload');
      await must('enable', UNIT);
      const before = await state();
      const isRunning = ['active', 'activating', 'deactivating'].includes(before.active);
      if (isRunning && !restart) return;
      // One that failed too often in a row is refused otherwise.
      await systemctl('reset-failed', UNIT);
      // With Type=notify it answers once the daemon has said that it serves.
      const { code, stderr } = await systemctl(isRunning ? 'restart' : 'start', UNIT);
      if (code === 0) return;
      const after = await state();
      const { stdout } = await run(...logs({ follow: false, lines: SHOWN_ON_FAILURE }, 'cat')).catch(() => ({
        stdout: '',
      }));
      const log =
        stdout.trim() === ''
          ? 'Look into its log: hibernaut service logs'
          : `Its log ends with:\n${stdout.trim()}`;
      throw new ServiceError(`The service does not start: ${ending(after) ?? stderr.trim()}. ${log}`);
    },
    async deactivate(removeFile) {
      await must('disable', '--now', UNIT);
      await removeFile();
      await must('daemon-reload');
      await systemctl('reset-failed', UNIT);
    },
    logs: (options) => logs(options),
  };
}

const PROPERTIES = [
  'LoadState',
  'ActiveState',
  'SubState',
  'UnitFileState',
  'MainPID',
  'StatusText',
  'Result',
  'ExecMainStatus',
  'NRestarts',
  'ActiveEnterTimestamp',
];

/** Of `systemctl show`: `NAME=value` lines. */
function stateOf(shown: string): ServiceState {
  const values = new Map(
    shown.split('\n').map((line): [string, string] => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const text = (name: string): string | null => values.get(name)?.trim() || null;
  const number = (name: string): number | null => (text(name) === null ? null : Number(text(name)));
  return {
    installed: text('LoadState') !== null && text('LoadState') !== 'not-found',
    active: text('ActiveState') ?? 'inactive',
    detail: text('SubState') ?? 'dead',
    enabled: text('UnitFileState') === 'enabled',
    pid: number('MainPID') || null,
    says: text('StatusText'),
    result: text('Result'),
    exitCode: number('ExecMainStatus'),
    restarts: number('NRestarts'),
    since: text('ActiveEnterTimestamp'),
  };
}

/** Why the last run ended, or null if nobody knows. */
export function ending({ active, result, exitCode }: ServiceState): string | null {
  // launchd tells the code alone.
  if (result === null) return exitCode ? `it last exited with ${String(exitCode)}` : null;
  if (result === 'success') return null;
  const again = active === 'activating' ? '; systemd tries again' : '';
  return result === 'exit-code' ? `it exits with ${String(exitCode)}${again}` : `${result}${again}`;
}

function unreachable(isSystem: boolean, { stderr }: Answer): ServiceError {
  const repair = isSystem
    ? 'This machine was not started by systemd. Run "hibernaut start" under whatever starts programs here (docs/service.md).'
    : 'After su or sudo there is none: log in as this user (ssh, or machinectl shell), or make the machine start one, as root: loginctl enable-linger USER. In a container there is no systemd at all (docs/service.md).';
  return new ServiceError(
    `There is no service manager to talk to: ${stderr.trim().split('\n')[0] ?? ''}. ${repair}`,
  );
}
