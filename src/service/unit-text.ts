/** The systemd unit: a pure function of the facts. docs/service.md says what each line is for. */
import { ServiceError, stopTimeoutSeconds, type ServiceFacts } from './facts.ts';

export const UNIT = 'hibernaut.service';

/** The whole unit file. @throws ServiceError if a path or a value can't be written into a unit */
export function unitText(facts: ServiceFacts): string {
  return [...unitSection(facts), ...serviceSection(facts), ...installSection(facts)].join('\n') + '\n';
}

/** Whether a unit that was written before lets Claude's commands become another user. */
export function allowsSudo(unit: string): boolean {
  return !unit.split('\n').includes('NoNewPrivileges=yes');
}

/** The environment that a unit of ours gives, and who runs it; null: the person whose unit it is. */
export function writtenIn(unit: string): { environment: Record<string, string>; user: string | null } {
  const environment: Record<string, string> = {};
  let user: string | null = null;
  for (const line of unit.split('\n')) {
    const [, name, value] = /^Environment="([^=]+)=(.*)"$/s.exec(line) ?? [];
    if (name !== undefined && value !== undefined) {
      environment[name] = value.replace(/\\(.)/gs, '$1').replaceAll('%%', '%');
    }
    if (line.startsWith('User=')) user = line.slice('User='.length);
  }
  return { environment, user };
}

function unitSection({ systemUser, version }: ServiceFacts): string[] {
  const edit = `systemctl ${systemUser === null ? '--user ' : ''}edit ${UNIT}`;
  return [
    `# Written by "hibernaut service install" (${version}), which writes it anew each time.`,
    `# Your own lines stay in a drop-in: ${edit}`,
    '[Unit]',
    'Description=Hibernaut, Claude Code sessions in Telegram',
    // A person's service manager has no such target; the daemon waits for the network by itself.
    ...(systemUser === null ? [] : ['Wants=network-online.target', 'After=network-online.target']),
    'StartLimitIntervalSec=10min',
    'StartLimitBurst=20',
    '',
  ];
}

function serviceSection(facts: ServiceFacts): string[] {
  const environment = { HIBERNAUT_ENV_FILE: facts.envFile, ...facts.environment };
  return [
    '[Service]',
    ...(facts.canNotify
      ? ['Type=notify', 'NotifyAccess=main', 'WatchdogSec=2min', 'TimeoutStartSec=2min']
      : ['Type=exec']),
    ...(facts.systemUser === null ? [] : [`User=${userName(facts.systemUser)}`]),
    'WorkingDirectory=~',
    ...Object.entries(environment).map(([name, value]) => `Environment=${quoted(`${name}=${value}`)}`),
    `ExecStart=${commandLine([facts.node, facts.script, 'start'])}`,
    'SyslogIdentifier=hibernaut',
    '',
    'Restart=on-failure',
    'RestartPreventExitStatus=75 78',
    'RestartSec=5s',
    'RestartSteps=5',
    'RestartMaxDelaySec=2min',
    '',
    'KillMode=mixed',
    `TimeoutStopSec=${String(stopTimeoutSeconds(facts))}s`,
    '',
    'MemoryHigh=80%',
    'MemoryMax=90%',
    'TasksMax=8192',
    'OOMPolicy=continue',
    'LimitCORE=0',
    ...confinement(facts),
    '',
  ];
}

/** What may be forbidden to the commands of a Claude that edits, builds and runs; the rest is in docs/service.md. */
function confinement({ allowSudo, systemUser }: ServiceFacts): string[] {
  if (allowSudo) return [];
  return [
    '',
    'NoNewPrivileges=yes',
    'RestrictRealtime=yes',
    'SystemCallFilter=~@clock @module @raw-io @reboot @swap @obsolete',
    'SystemCallErrorNumber=EPERM',
    // A person's service manager has none to give.
    ...(systemUser === null || systemUser === 'root' ? [] : ['CapabilityBoundingSet=']),
  ];
}

function installSection({ systemUser }: ServiceFacts): string[] {
  return ['[Install]', `WantedBy=${systemUser === null ? 'default.target' : 'multi-user.target'}`];
}

/**
 * The words of `ExecStart=`. A colon in front keeps `$` as it is, in the program's path too, where `$$` would not stand
 * for it; systemd before 244 does not know it, and gets it only where there is a `$`.
 */
function commandLine(words: readonly string[]): string {
  const [program = ''] = words;
  // However they are escaped: "Executable name contains special characters".
  if (/["'\\]/.test(program)) {
    throw new ServiceError(
      `systemd runs no program with quotes or backslashes in its path: ${program}. Use a Node in another folder.`,
    );
  }
  const prefix = words.some((word) => word.includes('$')) ? ':' : '';
  return prefix + words.map(quoted).join(' ');
}

/** One word as systemd.syntax(7) and systemd.unit(5), "Specifiers", read it. */
export function quoted(text: string): string {
  // Line ends would begin a line of their own, and no control character is worth the doubt.
  if (/\p{Cc}/u.test(text)) {
    throw new ServiceError(
      `${JSON.stringify(text)} can't stand in a unit file: there is a control character in it. Rename the folder, or change the variable.`,
    );
  }
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('%', '%%')}"`;
}

/** What systemd takes for a user's name (systemd.io/USER_NAMES, the relaxed rules), without what would need escapes. */
function userName(name: string): string {
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
    throw new ServiceError(
      `${JSON.stringify(name)} is no user's name that a unit file can say. Name another user.`,
    );
  }
  return name;
}
