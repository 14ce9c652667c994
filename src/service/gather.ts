/** Gathers the facts of a service from the machine and the env file, and refuses what could not run as one. */
import { ConfigError, readConfig, thisHost, type Config } from '../config/config.ts';
import { envFilePath, readEnvFile } from '../config/env-file.ts';
import { accountOf, refuseUnreachable, refuseUnreadable } from './account.ts';
import { carriedEnvironment, leftBehind, ServiceError, type ServiceFacts } from './facts.ts';
import type { RunProgram } from './programs.ts';

/** Where the settings of a service of the whole machine are, if nobody says otherwise. */
export const SYSTEM_ENV_FILE = '/etc/hibernaut/hibernaut.env';

export interface GatherOptions {
  /** Of who installs it. */
  environment: NodeJS.ProcessEnv;
  /** Absolute: the home of who installs it. */
  homeDir: string;
  /** Who shall run it, for a service of the whole machine; null for a person's own. */
  systemUser: string | null;
  allowSudo: boolean;
  /** Absolute: the Node that runs now, and the program's entry. */
  node: string;
  script: string;
  version: string;
  run: RunProgram;
}

export interface Gathered {
  facts: ServiceFacts;
  /** As the service will read it. */
  config: Config;
  /** Names of settings that the shell has and the service will not. */
  leftBehind: string[];
}

/** @throws ConfigError if the settings can't serve; ServiceError if the machine can't */
export async function gatherFacts(options: GatherOptions): Promise<Gathered> {
  const { environment, systemUser, node, script, version, allowSudo } = options;
  if (/[/\\]_npx[/\\]/.test(script)) {
    throw new ServiceError(
      `${script} is in npx's cache, which is emptied at times. Install Hibernaut first: npm i -g, as docs/operations.md has it`,
    );
  }
  const account = systemUser === null ? null : await accountOf(systemUser, options.run);
  const home = account?.home ?? options.homeDir;
  const envFile = serviceEnvFile(environment, { home: options.homeDir, isSystem: systemUser !== null });
  const inFile = namesIn(envFile);
  if (account) {
    refuseUnreadable(envFile, account);
    for (const path of [envFile, node, script]) refuseUnreachable(path, account);
  }
  const carried = carriedEnvironment(account ? { PATH: environment['PATH'] } : environment, inFile);
  const config = serviceConfig({ envFile, carried, home });
  return {
    facts: {
      node,
      script,
      envFile,
      environment: carried,
      drainMs: config.drainMs,
      systemUser,
      home,
      canNotify: await canNotify(),
      allowSudo,
      version,
    },
    config,
    leftBehind: leftBehind(environment, inFile),
  };
}

/** Absolute. @throws ConfigError if there shall be none: a service without it would be the sandbox */
export function serviceEnvFile(
  environment: NodeJS.ProcessEnv,
  { home, isSystem }: { home: string; isSystem: boolean },
): string {
  if (isSystem && !environment['HIBERNAUT_ENV_FILE']) return SYSTEM_ENV_FILE;
  const path = envFilePath(environment, home);
  if (path === null) {
    throw new ConfigError([
      'HIBERNAUT_ENV_FILE is "off", and a service takes its settings from an env file. Unset it, and run "hibernaut init".',
    ]);
  }
  return path;
}

function namesIn(envFile: string): (name: string) => boolean {
  const file = readEnvFile(envFile);
  if (file === null) {
    throw new ConfigError([
      `There is no ${envFile}, from which the service takes the bot's token and its settings. Run "hibernaut init", which writes it.`,
    ]);
  }
  return (name) => file.entries.has(name);
}

/** @throws ConfigError if it is wrong, or if it has no token */
export function serviceConfig({
  envFile,
  carried,
  home,
}: {
  envFile: string;
  carried: Readonly<Record<string, string>>;
  home: string;
}): Config {
  // INVOCATION_ID: how long a stop may take depends on who asks for it.
  const environment = { ...carried, HOME: home, HIBERNAUT_ENV_FILE: envFile, INVOCATION_ID: 'service' };
  const config = readConfig(environment, { ...thisHost(), cwd: home, homeDir: home, isTerminal: false });
  if (config.telegram === null) {
    throw new ConfigError([
      `TELEGRAM_BOT_TOKEN is not set in ${envFile}, so the service would have no bot. Run "hibernaut init", which asks for it.`,
    ]);
  }
  return config;
}

/** Without it the service manager would wait for a word that never comes. */
async function canNotify(): Promise<boolean> {
  if (process.platform !== 'linux') return false;
  try {
    await import('koffi');
    return true;
  } catch {
    return false;
  }
}
