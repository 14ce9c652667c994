/** `hibernaut service install`: writes the service down, starts it, and waits until it serves. */
import packageJson from '../../../package.json' with { type: 'json' };
import type { Config } from '../../config/config.ts';
import { ServiceError, type ServiceFacts } from '../../service/facts.ts';
import { gatherFacts } from '../../service/gather.ts';
import { enableLingering, lingers } from '../../service/lingering.ts';
import { changedLines, readUnit, writeUnit } from '../../service/unit-file.ts';
import { allowsSudo } from '../../service/unit-text.ts';
import type { CliHost } from '../host.ts';
import { daemonOn, serviceHere, thisProgram, type Here, type ScopeOptions } from './here.ts';

export interface InstallOptions extends ScopeOptions {
  /** Who shall run the service of the whole machine. */
  user?: string;
  /** Lets the person's services run without the person being logged in. */
  linger?: boolean;
  /** Whether Claude's commands may become another user. Default: as the service that is there has it, else not. */
  allowSudo?: boolean;
  /** Starts it anew though the unit is as it was: the settings may be new. */
  restart?: boolean;
  /** Prints what would be written, and nothing else. */
  print?: boolean;
  /** Says what would be done. */
  dryRun?: boolean;
}

/**
 * Installs the service, or brings the one that is there up to date, and says what it did. Resolves once it serves.
 * `hibernaut init` offers it.
 * @throws ConfigError if the settings can't serve; ServiceError with the log's last lines if it does not start
 */
export async function installService(host: CliHost, options: InstallOptions): Promise<void> {
  const user = systemUserOf(options);
  let dataDir: string | null = null;
  const here = serviceHere(host, options, () => dataDir ?? '');
  const { manager, homeDir, run } = here;
  const before = await readUnit(manager.file);
  const { facts, config, leftBehind } = await gatherFacts({
    ...thisProgram(),
    environment: host.environment,
    homeDir,
    systemUser: user,
    allowSudo: options.allowSudo ?? (before !== null && allowsSudo(before)),
    version: packageJson.version,
    run,
  });
  dataDir = config.dataDir;
  const text = manager.text(facts);
  if (options.print) {
    host.out(text);
    return;
  }
  if (leftBehind.length > 0) {
    host.err(
      `The service will not see what only this shell has: ${leftBehind.join(', ')}. Write it into ${facts.envFile} if it shall.\n`,
    );
  }
  host.out(describeChange(manager.file, before, text, options.dryRun ?? false));
  if (options.dryRun) {
    host.out('Nothing was done.\n');
    return;
  }
  if (options.system && !here.isRoot) {
    throw new ServiceError(
      'A service of the whole machine is installed by root. Run it with sudo, or leave --system out.',
    );
  }
  await refuseSecondDaemon(here, config);
  if (before !== text) await writeUnit(manager.file, text);
  await manager.activate({ restart: before !== text || (options.restart ?? false) });
  host.out(describeService(facts, config));
  if (manager.name === 'systemd' && user === null) await seeToLingering(host, here, options.linger ?? false);
}

function systemUserOf({ system, user, linger }: InstallOptions): string | null {
  if (system && user === undefined) {
    throw new ServiceError(
      'Say who shall run the service of the whole machine: --system --user NAME. Its home, its Claude login and its files are used.',
    );
  }
  if (!system && user !== undefined) {
    throw new ServiceError('--user goes with --system. Without it the service is yours.');
  }
  if (system && linger)
    throw new ServiceError('--linger is for a service of your own. Leave it out with --system.');
  return user ?? null;
}

/** Two daemons never share a data folder: the service would end with 75. */
async function refuseSecondDaemon({ manager }: Here, { dataDir }: Config): Promise<void> {
  const daemon = await daemonOn(dataDir);
  if (daemon === null || daemon.pid === (await manager.state()).pid) return;
  throw new ServiceError(
    `Hibernaut runs already on ${dataDir} (pid ${String(daemon.pid)}), and not as this service. Stop that one first: kill ${String(daemon.pid)}`,
  );
}

function describeChange(file: string, before: string | null, text: string, isDryRun: boolean): string {
  if (before === null) return `${isDryRun ? 'Would write' : 'Writes'} ${file}\n`;
  if (before === text) return `${file} is up to date.\n`;
  return [`${isDryRun ? 'Would change' : 'Changes'} ${file}:`, ...changedLines(before, text), ''].join('\n');
}

function describeService({ envFile, allowSudo, canNotify }: ServiceFacts, { workspace }: Config): string {
  const isLinux = process.platform === 'linux';
  return [
    'Hibernaut serves, and is started again if it fails.',
    `  settings   ${envFile} (after a change: hibernaut service install --restart)`,
    `  work in    ${workspace}`,
    '  its log    hibernaut service logs -f',
    ...(isLinux && !allowSudo
      ? ["  sudo       not for Claude's commands, nor any other setuid program; --allow-sudo changes that"]
      : []),
    ...(isLinux && !canNotify
      ? ['  watchdog   none: koffi, which makes its system calls, has no build for this machine']
      : []),
    '',
  ].join('\n');
}

async function seeToLingering(host: CliHost, { run, user }: Here, wanted: boolean): Promise<void> {
  if (await lingers(run, user)) return;
  if (wanted) {
    await enableLingering(run, user);
    host.out(`Lingering is on for ${user}: the service runs from boot on, and after you have logged out.\n`);
    return;
  }
  host.out(
    `Lingering is off for ${user}: the service begins when you log in and ends when you log out.\nTo let it run from boot on, and after you have logged out: hibernaut service install --linger\n`,
  );
}
