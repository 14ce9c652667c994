/** The service of this machine, or of this person: which manager keeps it, and what it needs to be asked. */
import { existsSync, realpathSync } from 'node:fs';
import { userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { thisHost } from '../../config/config.ts';
import { callControl, NoDaemonError } from '../../control/call.ts';
import { ServiceError } from '../../service/facts.ts';
import { launchd } from '../../service/launchd.ts';
import type { ServiceManager } from '../../service/manager.ts';
import { programsOf, type RunProgram, type ShowProgram } from '../../service/programs.ts';
import { systemd } from '../../service/systemd.ts';
import type { CliHost } from '../host.ts';
import { z } from 'zod';

/** What every service command takes. */
export interface ScopeOptions {
  /** The service of the whole machine, not the person's own. */
  system?: boolean;
}

export interface Here {
  manager: ServiceManager;
  run: RunProgram;
  show: ShowProgram;
  /** Absolute. */
  homeDir: string;
  /** The name of who runs this command. */
  user: string;
  isRoot: boolean;
}

/** @param dataDir asked for only where the manager can't tell by itself whether the daemon serves */
export function serviceHere(host: CliHost, { system = false }: ScopeOptions, dataDir: () => string): Here {
  // As os.homedir() has it, of the environment that we were given.
  const homeDir = host.environment['HOME'] || thisHost().homeDir;
  const { uid, username } = userInfo();
  const environment = withRuntimeDir(host.environment, uid);
  const { run, show } = programsOf(environment);
  const common = { run, show, homeDir, user: username, isRoot: uid === 0 };
  if (process.platform === 'darwin') {
    if (system) {
      throw new ServiceError(
        'On macOS there is only the service of a person, as Claude Code is logged in as one. Leave --system out.',
      );
    }
    const isServing = async (): Promise<boolean> => (await daemonOn(dataDir()))?.state === 'serving';
    return { ...common, manager: launchd({ run, uid, home: homeDir, isServing }) };
  }
  const xdg = environment['XDG_CONFIG_HOME'];
  const configHome = xdg && isAbsolute(xdg) ? xdg : join(homeDir, '.config');
  return { ...common, manager: systemd({ run, isSystem: system, configHome }) };
}

/** After `su` or in a cron job the person's service manager may well run; only the variable that names its folder is missing. */
function withRuntimeDir(environment: NodeJS.ProcessEnv, uid: number): NodeJS.ProcessEnv {
  const folder = `/run/user/${String(uid)}`;
  if (environment['XDG_RUNTIME_DIR'] || !existsSync(join(folder, 'bus'))) return environment;
  return { ...environment, XDG_RUNTIME_DIR: folder };
}

/** The Node that runs, and the file that it was told to run, behind all links. */
export function thisProgram(): { node: string; script: string } {
  const [, script = ''] = process.argv;
  return { node: process.execPath, script: realpathSync(script) };
}

const daemonSchema = z.object({
  daemon: z.object({ pid: z.number(), state: z.string(), version: z.string() }),
});

export type RunningDaemon = z.infer<typeof daemonSchema>['daemon'];

/** What runs on the data folder, whoever started it; null if nothing does. */
export async function daemonOn(dataDir: string): Promise<RunningDaemon | null> {
  try {
    return daemonSchema.parse(await callControl(dataDir, 'status')).daemon;
  } catch (error) {
    if (error instanceof NoDaemonError) return null;
    throw error;
  }
}
