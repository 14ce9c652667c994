/** Changes the env file: a line for each setting that changes, and everything else in it as it was. */
import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { ConfigError } from './reader.ts';
import { diskRepair } from '../disk/repairs.ts';
import { ENV_FILE_VARIABLE, readLine, writtenValue } from './env-file.ts';
import { codeOf } from '../error-code.ts';
import { redact } from '../log/redact.ts';

/** A setting of the file that changes. Null: there is none. */
export interface EnvFileChange {
  readonly name: string;
  readonly before: string | null;
  readonly after: string | null;
}

const HEADER = `# Settings of Hibernaut, written by "hibernaut init": NAME=value. The environment wins over them.
# Whoever reads this file can use the bot. docs/configuration.md lists what may stand here.
`;

/**
 * The text with the changes made: the line of a name is replaced where it stands, and a new name goes to the end.
 * @param text of a file that could be read, or empty
 * @throws ConfigError if no line can say a value
 */
export function editedText(text: string, changes: readonly EnvFileChange[]): string {
  const lines = (text === '' ? HEADER : text).replace(/\n+$/, '').split('\n');
  const faults = changes.flatMap(({ name, after }) =>
    after === null || writtenValue(after) !== null
      ? []
      : [
          `${name} can't be kept in an env file: its value has a backslash, an invisible character, or both kinds of quotes.`,
        ],
  );
  if (faults.length > 0) throw new ConfigError(faults);
  for (const { name, after } of changes) {
    const at = lines.findIndex((line) => nameIn(line) === name);
    const line = after === null ? [] : [`${name}=${writtenValue(after) ?? ''}`];
    if (at >= 0) lines.splice(at, 1, ...line);
    else lines.push(...line);
  }
  return `${lines.join('\n')}\n`;
}

function nameIn(line: string): string | null {
  const read = readLine(line);
  return read && 'name' in read ? read.name : null;
}

/** A line for each change, for people: no secret in it. */
export function describeChange({ name, before, after }: EnvFileChange): string {
  if (after === null) return `- ${name}`;
  if (before === null) return `+ ${name}=${shownValue(name, after)}`;
  const [was, is] = [shownValue(name, before), shownValue(name, after)];
  return was === is ? `~ ${name}=${is}, another one` : `~ ${name}=${is}, was ${was}`;
}

/** What a setting may show of itself. */
function shownValue(name: string, value: string): string {
  const isSecret =
    /TOKEN|KEY|SECRET|PASSW|AUTH|CREDENTIAL|HEADERS/i.test(name) ||
    // A password in a proxy's address.
    /:\/\/[^/]*@/.test(value) ||
    redact(value) !== value;
  return isSecret ? '(hidden)' : value;
}

/**
 * Puts the text in the file's place in one step, durably. A new file, and the folders that it needs, are for this user only;
 * one that is replaced keeps its owner and mode. A link stays a link.
 * @throws ConfigError if the disk refuses
 */
export function writeEnvFile(path: string, text: string): void {
  try {
    const before = statSync(path, { throwIfNoEntry: false });
    const place = before ? realpathSync(path) : path;
    mkdirSync(dirname(place), { recursive: true, mode: 0o700 });
    const temporary = join(dirname(place), `.hibernaut-${randomUUID()}.tmp`);
    try {
      writeDurably(temporary, text, before);
      renameSync(temporary, place);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    }
    syncFolder(dirname(place));
  } catch (error) {
    throw new ConfigError(
      [
        `${path} can't be written (${String(error)}). ${diskRepair(codeOf(error))} Or set ${ENV_FILE_VARIABLE} to another place.`,
      ],
      { cause: error },
    );
  }
}

function writeDurably(
  path: string,
  text: string,
  like: { mode: number; uid: number; gid: number } | undefined,
): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(file, text);
    if (like) {
      fchownSync(file, like.uid, like.gid);
      fchmodSync(file, like.mode & 0o777);
    }
    // Before the rename, or a power cut could leave an empty file under the final name.
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** A rename is durable only once its folder is (fsync(2)). */
function syncFolder(path: string): void {
  const folder = openSync(path, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
