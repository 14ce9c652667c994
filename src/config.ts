/** What the environment says, as one frozen, validated Config; every fault is reported at once. */
import type { PermissionMode } from '../machines/session-record.ts';

export type LogLevel = 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal';

export interface Config {
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
  readonly permissionMode: PermissionMode;
  /** Null: off. */
  readonly http: { readonly host: string; readonly port: number } | null;
  readonly logLevel: LogLevel;
  /** How long Claude may say nothing in a turn before the user is asked. Null: off. */
  readonly silenceMs: number | null;
  /** How long a stop waits for running turns. */
  readonly drainMs: number;
  /** Stream the machines to the Stately inspector. */
  readonly inspect: boolean;
  /** Another Claude Code executable than the bundled one. */
  readonly claudeCommand: string | null;
  /** The whole environment of a Claude process, allow-listed: no Telegram token, nothing of our own settings. */
  readonly claudeEnvironment: Readonly<Record<string, string>>;
}
