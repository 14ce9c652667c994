/** What a service is made of, gathered once; the unit and the property list are written from nothing else. */

export interface ServiceFacts {
  /** Absolute: the Node that runs now. A service manager has no shell in which `nvm` or `fnm` would find one. */
  readonly node: string;
  /** Absolute: the program's entry, behind all links. */
  readonly script: string;
  /** Absolute: where the settings and the token stand. They are in no unit, where others could read them. */
  readonly envFile: string;
  /** What else the service needs of the environment of who installs it. */
  readonly environment: Readonly<Record<string, string>>;
  /** How long a stop waits for running turns. */
  readonly drainMs: number;
  /** Who runs it, for a unit of the whole machine; null for a person's own. */
  readonly systemUser: string | null;
  /** Absolute: that user's home. */
  readonly home: string;
  /** Whether this machine can make the system calls of sd_notify. */
  readonly canNotify: boolean;
  /** Whether Claude's commands may become another user: sudo, su, rootless containers. */
  readonly allowSudo: boolean;
  readonly version: string;
}

/** A person can mend it, or the service manager refused. The message is a whole sentence with the repair. */
export class ServiceError extends Error {
  override name = 'ServiceError';
}

/** What the stop needs after the running turns: the ladder that ends processes, what is owed to Telegram, a margin. */
const AFTER_DRAIN_MS = 90_000;

/** How long the service manager gives a stop, whole seconds. */
export function stopTimeoutSeconds({ drainMs }: Pick<ServiceFacts, 'drainMs'>): number {
  return Math.ceil((drainMs + AFTER_DRAIN_MS) / 1_000);
}

/** Names that the shell of a person has and a service manager's children do not. */
const CARRIED = ['LANG', 'XDG_STATE_HOME', 'XDG_CONFIG_HOME', 'XDG_DATA_HOME', 'XDG_CACHE_HOME'] as const;

/**
 * The part of the installing shell's environment that the service gets. What stands in the env file is left out, as the
 * environment would win over it.
 * @param inFile whether the env file has the variable
 */
export function carriedEnvironment(
  environment: NodeJS.ProcessEnv,
  inFile: (name: string) => boolean,
): Record<string, string> {
  const path = usablePath(environment['PATH'] ?? '');
  const all: [string, string | undefined][] = [
    ['PATH', path],
    ...CARRIED.map((name): [string, string | undefined] => [name, environment[name]]),
  ];
  return Object.fromEntries(
    all.filter((entry): entry is [string, string] => Boolean(entry[1]) && !inFile(entry[0])),
  );
}

/** Without what npm puts in front while it runs a script, and without what depends on the current directory. */
function usablePath(path: string): string {
  const isUsable = (folder: string): boolean =>
    folder.startsWith('/') && !/\/node_modules\/.bin$|\/node-gyp-bin$/.test(folder);
  return [...new Set(path.split(':').filter(isUsable))].join(':');
}

const SETTINGS =
  /^(HIBERNAUT_|TELEGRAM_|ANTHROPIC_|TRANSCRIBE_|CLAUDE_CODE_OAUTH_TOKEN$|CLAUDE_CONFIG_DIR$|CLAUDE_COMMAND$)/;

/** Settings that the shell has and the env file has not: the service will not see them. Names only. */
export function leftBehind(environment: NodeJS.ProcessEnv, inFile: (name: string) => boolean): string[] {
  return Object.keys(environment).filter(
    (name) =>
      SETTINGS.test(name) &&
      name !== 'HIBERNAUT_ENV_FILE' &&
      name !== 'HIBERNAUT_OWNER' &&
      environment[name] &&
      !inFile(name),
  );
}
