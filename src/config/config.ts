/** What the environment says, as one frozen, validated Config; every fault is reported at once. */
import { isAbsolute, join } from 'node:path';
import { PERMISSION_MODES, type PermissionMode } from '../../machines/session-record.ts';
import { claudeEnvironment } from './claude-environment.ts';
import { unknownNames } from './names.ts';
import { ConfigError, Reader, thisHost, toPath, type Host } from './reader.ts';
import * as values from './values.ts';
import { openEnvFile, overEnvFile, type EnvFile } from './env-file.ts';
import { isInside, realFolder } from '../disk/folders.ts';
import { LOG_LEVELS, type LogLevel } from '../log/level.ts';
import { maxLiveAsSet, maxLiveByMemory, type MaxLive } from './max-live.ts';
import { transcriberEnvironment } from './transcriber-environment.ts';

export { ConfigError, thisHost, type Host };

export const TELEGRAM_API_ROOT = 'https://api.telegram.org';
const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;

export interface Config {
  /** Absolute: the env file that was read; null if there is none. */
  readonly envFile: string | null;
  /** Null: no token is set, so `hibernaut start` starts the sandbox. */
  readonly telegram: { readonly token: string; readonly apiRoot: string } | null;
  /** Numeric Telegram user ids; empty means nobody. */
  readonly allowedUsers: readonly number[];
  /** Absolute. */
  readonly dataDir: string;
  /** Absolute: the default working directory of new sessions. */
  readonly workspace: string;
  /** Absolute: the folders under which sessions may work. */
  readonly workspaceRoots: readonly string[];
  /** Null: off. */
  readonly idleTimeoutMs: number | null;
  /** How many Claude processes may live at once. */
  readonly maxLive: MaxLive;
  readonly permissionMode: PermissionMode;
  /** Whether a session may be put into the mode that asks for nothing. */
  readonly allowBypass: boolean;
  /** Null: off. */
  readonly http: { readonly host: string; readonly port: number } | null;
  readonly logLevel: LogLevel;
  /** How long Claude may say nothing in a turn before the user is asked. Null: off. */
  readonly silenceMs: number | null;
  /** How long a stop waits for running turns. */
  readonly drainMs: number;
  /** Stream the machines to the Stately inspector. */
  readonly inspect: boolean;
  /** The command that writes down what is said in a recording, with its first arguments; null: none. */
  readonly transcribe: readonly string[] | null;
  /** Its whole environment, allow-listed. */
  readonly transcribeEnvironment: Readonly<Record<string, string>>;
  /** Another Claude Code executable than the bundled one. */
  readonly claudeCommand: string | null;
  /** The whole environment of a Claude process, allow-listed: no Telegram token, nothing of our own settings. */
  readonly claudeEnvironment: Readonly<Record<string, string>>;
}

/**
 * Reads the environment, and under it the env file (`env-file.ts`); docs/configuration.md has the table. An empty variable
 * counts as absent, and hides the file's.
 * @throws ConfigError with every fault at once; those of the file's lines come first, and alone
 */
export function readConfig(environment: NodeJS.ProcessEnv, host: Host = thisHost()): Config {
  const { config, faults } = examineConfig(environment, host);
  if (faults.length > 0) throw new ConfigError(faults);
  return config;
}

/**
 * The configuration with what is wrong with it, for who has to say more than that: in the place of each fault stands the
 * default, and nothing of a file that has one counts.
 */
export function examineConfig(
  environment: NodeJS.ProcessEnv,
  host: Host = thisHost(),
): { config: Config; faults: readonly string[] } {
  const { envFile, faults: ofFile } = examineEnvFile(environment, host);
  const settings = overEnvFile(environment, envFile);
  const reader = new Reader(settings, host, (name) => placeOf(name, environment, envFile));
  const config = freeze({ ...assemble(reader, settings, host), envFile: envFile?.path ?? null });
  const faults = [...reader.faults, ...unknownNames(settings, (name) => reader.shown(name))];
  return { config, faults: ofFile.length > 0 ? ofFile : faults };
}

function examineEnvFile(
  environment: NodeJS.ProcessEnv,
  host: Host,
): { envFile: EnvFile | null; faults: readonly string[] } {
  try {
    return { envFile: openEnvFile(environment, host), faults: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return { envFile: null, faults: error.faults };
  }
}

/** The environment together with its env file: for who needs more of it than the Config. @throws ConfigError */
export function wholeEnvironment(environment: NodeJS.ProcessEnv, host: Host = thisHost()): NodeJS.ProcessEnv {
  return overEnvFile(environment, openEnvFile(environment, host));
}

/** Null if the environment has the variable, or nobody. */
function placeOf(name: string, environment: NodeJS.ProcessEnv, envFile: EnvFile | null): string | null {
  const entry = environment[name] === undefined ? envFile?.entries.get(name) : undefined;
  return entry && envFile ? `${envFile.path}:${String(entry.line)}` : null;
}

function assemble(reader: Reader, environment: NodeJS.ProcessEnv, host: Host): Omit<Config, 'envFile'> {
  const token = reader.secret('TELEGRAM_BOT_TOKEN', values.botToken);
  const apiRoot = reader.value('TELEGRAM_API_ROOT', values.apiRoot, TELEGRAM_API_ROOT);
  const command = reader.text('CLAUDE_COMMAND');
  return {
    telegram: token === null ? null : { token, apiRoot },
    allowedUsers: reader.value('HIBERNAUT_ALLOWED_USERS', values.userIds, []),
    dataDir: reader.path('HIBERNAUT_DATA_DIR') ?? defaultDataDir(reader, host),
    ...readWorkspace(reader, host),
    idleTimeoutMs: reader.value('HIBERNAUT_IDLE_TIMEOUT', values.durationOrOff, 10 * MINUTE_MS),
    maxLive: readMaxLive(reader, host),
    ...readPermissions(reader),
    http: reader.value('HIBERNAUT_HTTP', values.loopbackAddress, { host: '127.0.0.1', port: 4747 }),
    logLevel: reader.value('HIBERNAUT_LOG_LEVEL', values.oneOf(LOG_LEVELS), 'info'),
    silenceMs: reader.value('HIBERNAUT_SILENCE', values.durationOrOff, 30 * MINUTE_MS),
    drainMs: reader.value('HIBERNAUT_DRAIN', values.duration, defaultDrainMs(environment, host)),
    inspect: reader.value('HIBERNAUT_INSPECT', values.flag, false),
    transcribe: readTranscribe(reader, host),
    transcribeEnvironment: transcriberEnvironment(environment),
    // A bare name is looked for in PATH; a path must not come to mean another file in a session's working directory.
    claudeCommand: command?.includes('/') ? toPath(command, host) : command,
    claudeEnvironment: claudeEnvironment(environment),
  };
}

function readPermissions(reader: Reader): Pick<Config, 'permissionMode' | 'allowBypass'> {
  const permissionMode = reader.value('HIBERNAUT_PERMISSION_MODE', values.oneOf(PERMISSION_MODES), 'default');
  const allows = reader.value('HIBERNAUT_ALLOW_BYPASS', values.flag, false);
  return { permissionMode, allowBypass: allows || permissionMode === 'bypassPermissions' };
}

function readMaxLive(reader: Reader, { memory }: Host): MaxLive {
  const places = reader.value('HIBERNAUT_MAX_LIVE', values.count, null);
  return places === null ? maxLiveByMemory(memory) : maxLiveAsSet(places);
}

/** Its first word is looked for as `CLAUDE_COMMAND` is. */
function readTranscribe(reader: Reader, host: Host): string[] | null {
  const [command, ...args] = reader.value('HIBERNAUT_TRANSCRIBE', values.commandLine, []);
  if (command === undefined) return null;
  return [command.includes('/') ? toPath(command, host) : command, ...args];
}

function readWorkspace(reader: Reader, host: Host): Pick<Config, 'workspace' | 'workspaceRoots'> {
  const wanted = reader.path('HIBERNAUT_WORKSPACE') ?? host.cwd;
  const workspace = realFolder(wanted);
  if (workspace === null) {
    reader.fault('HIBERNAUT_WORKSPACE', wanted, 'There is no such folder. Create it, or name another.');
  }
  const roots = readRoots(reader, host);
  if (workspace !== null && roots.length > 0 && !roots.some((root) => isInside(root, workspace))) {
    reader.fault('HIBERNAUT_WORKSPACE', workspace, 'Choose a folder under one of HIBERNAUT_WORKSPACE_ROOTS.');
  }
  const fallback = workspace ?? wanted;
  return { workspace: fallback, workspaceRoots: roots.length > 0 ? roots : [fallback] };
}

/** Empty if none is named. */
function readRoots(reader: Reader, host: Host): string[] {
  const texts = reader.text('HIBERNAUT_WORKSPACE_ROOTS')?.split(':') ?? [];
  const wanted = texts.filter((text) => text.trim() !== '').map((text) => toPath(text.trim(), host));
  return wanted.map((path) => {
    const root = realFolder(path);
    if (root === null) {
      reader.fault('HIBERNAUT_WORKSPACE_ROOTS', path, 'There is no such folder. Create it, or leave it out.');
    }
    return root ?? path;
  });
}

/** https://specifications.freedesktop.org/basedir-spec: a relative path in it is to be ignored. */
function defaultDataDir(reader: Reader, host: Host): string {
  const state = reader.text('XDG_STATE_HOME');
  const folder = state !== null && isAbsolute(state) ? state : join(host.homeDir, '.local', 'state');
  return join(folder, 'hibernaut');
}

/** A person at a terminal waits for the stop; a service manager has the time. */
function defaultDrainMs(environment: NodeJS.ProcessEnv, host: Host): number {
  // systemd sets the first two, and shells in a desktop's terminal inherit the first; our launchd service sets the last.
  const { INVOCATION_ID, NOTIFY_SOCKET, LAUNCHD } = environment;
  const isService = !host.isTerminal && Boolean(INVOCATION_ID ?? NOTIFY_SOCKET ?? LAUNCHD);
  return isService ? 5 * MINUTE_MS : 10 * SECOND_MS;
}

function freeze(config: Config): Config {
  for (const value of Object.values(config)) Object.freeze(value);
  return Object.freeze(config);
}
