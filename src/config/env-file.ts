/**
 * The env file: settings that are kept on disk, under those of the environment. What may stand in it is what Node's
 * `util.parseEnv`, systemd's `EnvironmentFile=` (systemd.exec(5)) and a POSIX shell that sources it read alike, so that
 * nobody can mean one thing and get another.
 */
import { readFileSync, statSync, type Stats } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ConfigError, toPath, type Host } from './reader.ts';
import { codeOf } from '../error-code.ts';

/** Where the file is, if not in its usual place; `off`: there is none. */
export const ENV_FILE_VARIABLE = 'HIBERNAUT_ENV_FILE';

export interface EnvFile {
  /** Absolute. */
  readonly path: string;
  /** By name, in the order of the file. */
  readonly entries: ReadonlyMap<string, EnvFileEntry>;
}

export interface EnvFileEntry {
  readonly value: string;
  /** From 1. */
  readonly line: number;
}

/**
 * `HIBERNAUT_ENV_FILE`, or else `$XDG_CONFIG_HOME/hibernaut/hibernaut.env`, or else the same in `~/.config`. Absolute;
 * there need not be such a file. Null for `HIBERNAUT_ENV_FILE=off`.
 */
export function envFilePath(
  environment: NodeJS.ProcessEnv,
  homeDir: string = homedir(),
  cwd: string = process.cwd(),
): string | null {
  const chosen = chosenPath(environment);
  if (chosen?.toLowerCase() === 'off') return null;
  if (chosen !== null) return toPath(chosen, { cwd, homeDir });
  const xdg = environment['XDG_CONFIG_HOME'];
  // https://specifications.freedesktop.org/basedir-spec: a relative path in it is to be ignored.
  const folder = xdg && isAbsolute(xdg) ? xdg : join(homeDir, '.config');
  return join(folder, 'hibernaut', 'hibernaut.env');
}

/**
 * The env file of this environment, or null if there is none.
 * @throws ConfigError if it was named and is not there, is open to others, or has lines that can be misread
 */
export function openEnvFile(
  environment: NodeJS.ProcessEnv,
  { homeDir, cwd }: Pick<Host, 'homeDir' | 'cwd'>,
): EnvFile | null {
  const path = envFilePath(environment, homeDir, cwd);
  if (path === null) return null;
  const file = readEnvFile(path);
  // Without its settings a service that was given a file would be another one: without a token, the sandbox.
  if (file === null && chosenPath(environment) !== null) {
    throw new ConfigError([
      `${ENV_FILE_VARIABLE} is ${JSON.stringify(path)}, and there is no such file. "hibernaut init" writes it; "off" stands for none.`,
    ]);
  }
  return file;
}

/**
 * The file at `path`, or null if there is none.
 * @throws ConfigError if it can't be read, is open to others, or has lines that can be misread: every fault at once,
 * with its line, and never with a value
 */
export function readEnvFile(path: string): EnvFile | null {
  const bytes = readPrivate(path);
  if (bytes === null) return null;
  const entries = new Map<string, EnvFileEntry>();
  const faults: string[] = [];
  for (const [index, text] of decode(bytes, path).split('\n').entries()) {
    const line = index + 1;
    const read = readLine(text);
    if (read === null) continue;
    const repair = 'repair' in read ? read.repair : repeated(read.name, entries);
    if (repair !== null) faults.push(`${path}:${String(line)}: ${repair}`);
    else if ('name' in read) entries.set(read.name, { value: read.value, line });
  }
  if (faults.length > 0) throw new ConfigError(faults);
  return { path, entries };
}

/** The environment with what the file adds to it. Whatever the environment has, empty values too, wins. */
export function overEnvFile(environment: NodeJS.ProcessEnv, file: EnvFile | null): NodeJS.ProcessEnv {
  if (file === null) return environment;
  const added = [...file.entries].filter(([name]) => environment[name] === undefined);
  return { ...environment, ...Object.fromEntries(added.map(([name, { value }]) => [name, value])) };
}

/** What a line of the file says: a variable, or null for a comment or nothing, or why it can be misread. */
export function readLine(text: string): { name: string; value: string } | { repair: string } | null {
  const line = text.replace(/^[ \t]+|[ \t]+$/g, '');
  if (/[\p{Cc}\u2028\u2029\ufeff]/u.test(line.replaceAll('\t', ''))) return { repair: INVISIBLE };
  if (line === '') return null;
  if (line.startsWith('#')) return line.endsWith('\\') ? { repair: CONTINUED } : null;
  const match = /^([A-Za-z_]\w*)=(.*)$/.exec(line);
  if (!match) return { repair: /^export\s/.test(line) ? EXPORTED : NO_ASSIGNMENT };
  const [, name = '', written = ''] = match;
  if (name === ENV_FILE_VARIABLE)
    return { repair: `${name} can't be set in the file that it names. Remove the line.` };
  const value = unquoted(written);
  return value === null ? { repair: `The value of ${name} can be misread. ${QUOTES}` } : { name, value };
}

/** The value as it stands in the file; null if no line can say it. */
export function writtenValue(value: string): string | null {
  if (/[\p{Cc}\u2028\u2029\ufeff\\]/u.test(value)) return null;
  if (PLAIN.test(value)) return value;
  if (!value.includes("'")) return `'${value}'`;
  return /["$`]/.test(value) ? null : `"${value}"`;
}

const INVISIBLE =
  'There is an invisible character in this line. Write it anew, and save the file as UTF-8 with Unix line ends.';
const CONTINUED =
  'A comment that ends with a backslash swallows the next line for some readers. Remove the backslash.';
const EXPORTED = 'Remove "export": the line is NAME=value.';
const NO_ASSIGNMENT =
  'This is no setting. Write NAME=value, without spaces around the equals sign, or # before a comment.';
const QUOTES =
  'Put single quotes around the whole of it; there may be no single quotes and no backslashes in it, and no comment behind it.';

/** What a shell takes as it is. A tilde is not among it: a shell replaces it, and nobody else does. */
const PLAIN = /^[\p{L}\p{N}_@%+=:,./^[\]-]*$/u;

function unquoted(written: string): string | null {
  if (PLAIN.test(written)) return written;
  return /^'([^'\\]*)'$/.exec(written)?.[1] ?? /^"([^"\\$`]*)"$/.exec(written)?.[1] ?? null;
}

function repeated(name: string, entries: ReadonlyMap<string, EnvFileEntry>): string | null {
  const first = entries.get(name);
  return first ? `${name} is set in line ${String(first.line)} already. Remove one of the two.` : null;
}

function chosenPath(environment: NodeJS.ProcessEnv): string | null {
  return environment[ENV_FILE_VARIABLE]?.trim() || null;
}

function readPrivate(path: string): Buffer | null {
  try {
    const stats = statSync(path);
    if (!stats.isFile())
      throw new ConfigError([`${path} is no file. Move it away, and run "hibernaut init".`]);
    const exposure = exposureOf(stats, path);
    if (exposure !== null) throw new ConfigError([exposure.fault]);
    return readFileSync(path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return null;
    if (error instanceof ConfigError) throw error;
    throw new ConfigError([
      `${path} can't be read (${String(error)}). Give the user that runs Hibernaut access to it, or set ${ENV_FILE_VARIABLE}.`,
    ]);
  }
}

/** Who runs Hibernaut reads its token here, and who writes here chooses what it runs. Null: nobody else does either. */
export function exposureOf(
  { mode, uid }: Pick<Stats, 'mode' | 'uid'>,
  path: string,
): { fault: string; closedMode: number } | null {
  // An administrator may give a file to the group of the user that the service runs as.
  const isTheSystems = uid === 0;
  const forbidden = isTheSystems ? 0o027 : 0o077;
  if ((mode & forbidden) === 0) return null;
  const repair = isTheSystems ? 'chmod g-w,o=' : 'chmod 600';
  const fault = `${path} is open to others (mode ${(mode & 0o777).toString(8)}), and the bot's token stands in it. Run: ${repair} ${shellWord(path)}`;
  return { fault, closedMode: mode & 0o777 & ~forbidden };
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function decode(bytes: Buffer, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new ConfigError([
      `${path} is no UTF-8 text. Save it as UTF-8, or write it anew with "hibernaut init".`,
    ]);
  }
}
