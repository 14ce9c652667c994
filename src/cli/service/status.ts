/** `hibernaut service status`: what the service manager knows of the service, and what the daemon says itself. */
import { lingers } from '../../service/lingering.ts';
import type { ServiceState } from '../../service/manager.ts';
import { ending } from '../../service/systemd.ts';
import { readUnit } from '../../service/unit-file.ts';
import type { CliHost } from '../host.ts';
import { daemonOn, serviceHere, type Here, type RunningDaemon, type ScopeOptions } from './here.ts';
import { settingsIn, type ServiceSettings } from './settings.ts';

/** As `systemctl status` has them (LSB): for scripts that know those. */
export const STATUS_EXIT = { running: 0, notRunning: 3, notInstalled: 4 } as const;

export interface StatusOptions extends ScopeOptions {
  json?: boolean;
}

/** What `--json` prints. */
export interface ServiceReport {
  manager: 'systemd' | 'launchd';
  /** Absolute: where the service is, or would be, written down. */
  file: string;
  /** Null: it is not installed. */
  settings: ServiceSettings | null;
  service: ServiceState;
  /** What the control socket says; null if nothing runs on the data folder. */
  daemon: RunningDaemon | null;
  /** Whether a person's service runs while the person is logged out; null where that is no question. */
  lingering: boolean | null;
}

/** Resolves with the exit code. */
export async function serviceStatus(host: CliHost, options: StatusOptions): Promise<number> {
  const here = serviceHere(host, options, () => '');
  const report = await reportOf(here, options.system ?? false);
  host.out(options.json ? `${JSON.stringify(report, null, 2)}\n` : describe(report, options.system ?? false));
  if (report.settings === null && !report.service.installed) return STATUS_EXIT.notInstalled;
  return report.service.active === 'active' ? STATUS_EXIT.running : STATUS_EXIT.notRunning;
}

/** @throws ServiceError if the manager does not answer */
export async function reportOf(here: Here, isSystem: boolean): Promise<ServiceReport> {
  const { manager, run, user } = here;
  const service = await manager.state();
  const text = await readUnit(manager.file);
  const settings = text === null ? null : await settingsIn(text, here);
  return {
    manager: manager.name,
    file: manager.file,
    settings,
    service,
    daemon: settings && 'dataDir' in settings.data ? await daemonIfReachable(settings.data.dataDir) : null,
    lingering: manager.name === 'systemd' && !isSystem ? await lingers(run, user) : null,
  };
}

/** Another user's daemon can not be asked, and one that is busy does not answer: the manager's word stands. */
async function daemonIfReachable(dataDir: string): Promise<RunningDaemon | null> {
  try {
    return await daemonOn(dataDir);
  } catch {
    return null;
  }
}

function describe({ file, settings, service, daemon, lingering }: ServiceReport, isSystem: boolean): string {
  if (settings === null) {
    const install = isSystem ? 'hibernaut service install --system --user NAME' : 'hibernaut service install';
    return `No service is installed: there is no ${file}.\nInstall it with: ${install}\n`;
  }
  const rows: [string, string | null][] = [
    ['service', stateText(service)],
    // Of one that has ended it is the last word, and no news.
    ['says', service.pid === null ? null : service.says],
    ['daemon', daemonText(daemon, service)],
    ['unit', file],
    ['settings', settings.envFile],
    ['data', 'dataDir' in settings.data ? settings.data.dataDir : settings.data.problem],
    ['lingering', lingering === null ? null : lingeringText(lingering)],
  ];
  return rows.flatMap(([name, value]) => (value === null ? [] : [`${name.padEnd(10)} ${value}\n`])).join('');
}

function stateText(service: ServiceState): string {
  const { active, detail, enabled, since, pid, restarts } = service;
  const end = ending(service);
  return [
    `${active} (${detail})`,
    ...(pid === null ? [] : [`pid ${String(pid)}`]),
    ...(since === null || active !== 'active' ? [] : [`since ${since}`]),
    ...(restarts ? [`started again ${String(restarts)} ${restarts === 1 ? 'time' : 'times'}`] : []),
    ...(end === null ? [] : [end]),
    ...(enabled === false ? ['not enabled: it does not start by itself'] : []),
  ].join(', ');
}

function daemonText(daemon: RunningDaemon | null, { pid }: ServiceState): string {
  if (daemon === null) return 'none answers';
  const other = daemon.pid === pid ? '' : `, and not this service: pid ${String(daemon.pid)}`;
  return `${daemon.state}, version ${daemon.version}${other}`;
}

function lingeringText(isOn: boolean): string {
  return isOn
    ? 'on: it runs while you are logged out'
    : 'off: it ends when you log out (hibernaut service install --linger)';
}
