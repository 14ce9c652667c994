/**
 * Looks at what a folder would run for a Claude that works there, before one does. Through the Agent SDK Claude Code asks
 * nobody for trust (seen with 2.1.330): of the folder and its repository it takes the settings, of all folders above too
 * `.mcp.json`, skills, commands and sub-agents.
 */
import { realpathSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, join, relative } from 'node:path';
import {
  PROGRAM_KINDS,
  type FolderProgram,
  type UntrustedFolder,
} from '../../../machines/folder-programs.ts';
import { codeOf } from '../../error-code.ts';
import { parsedJson } from '../../parsed-json.ts';
import { configFolder } from '../transcript/config-folder.ts';
import { isTrustedAtDesk } from './desk-trust.ts';
import { program } from './program.ts';
import { readBounded } from './read-bounded.ts';
import { repositoryOf, withParents, type Repository } from './repository.ts';
import { serverPrograms } from './server-programs.ts';
import { settingsPrograms } from './settings-programs.ts';
import { writtenPrograms } from './written-programs.ts';

/** More than a person reads. Of the rest they are told how many. */
const MOST_PROGRAMS = 100;
/** Of a folder's skills, commands and sub-agents each. */
const MOST_FILES = 1_000;
const MOST_DEPTH = 6;
const MARKDOWN = /\.md$/i;

const SETTINGS = ['settings.json', 'settings.local.json'];
/** What else lies beside a skill Claude reads with its tools only. */
const WRITTEN = { skills: /^skill\.md$/i, commands: MARKDOWN, agents: MARKDOWN };
/** What Claude Code does by itself at a time, or in a row of steps. */
const ANY = /^/;
const AUTOMATED = ['scheduled_tasks.json', 'routines', 'workflows'];

export interface LookOptions {
  /** The one that Claude's processes get. */
  environment: Readonly<Record<string, string>>;
  /** The keys of what somebody has seen of this folder, and trusted. */
  seen: (folder: string) => ReadonlySet<string>;
}

/** Null if it may work there: nothing is run, or somebody has trusted the folder with all of it. Never throws. */
export async function lookForUntrusted(
  workspace: string,
  { environment, seen }: LookOptions,
): Promise<UntrustedFolder | null> {
  const folder = realFolder(workspace);
  const repository = await repositoryOf(folder);
  const known = seen(folder);
  const found = await programsOf(folder, repository, environment);
  const programs = listed(found).filter(({ key }) => !known.has(key));
  if (programs.length === 0) return null;
  if (await isTrustedAtDesk(folder, repository, environment)) return null;
  return { folder, programs };
}

/** Behind all links; as it is given if there is none. */
export function realFolder(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

async function programsOf(
  folder: string,
  repository: Repository | null,
  environment: Readonly<Record<string, string>>,
): Promise<FolderProgram[]> {
  const above = withParents(folder);
  const own = [configFolder(environment), join(environment['HOME'] ?? homedir(), '.claude')].map(realFolder);
  const settled = new Set([folder, repository?.root ?? folder, repository?.mainRoot ?? folder]);
  const reading: Promise<FolderProgram[]>[] = [];
  for (const each of new Set([...settled, ...above])) {
    const at = (path: string): string => placeOf(folder, path);
    reading.push(readJson(join(each, '.mcp.json'), at, serverPrograms));
    const claude = realFolder(join(each, '.claude'));
    // That of the person themselves.
    if (own.includes(claude)) continue;
    if (settled.has(each)) {
      reading.push(...SETTINGS.map((name) => readJson(join(claude, name), at, settingsPrograms)));
    }
    reading.push(
      ...Object.entries(WRITTEN).map(([name, which]) =>
        readAll(join(claude, name), which, at, writtenPrograms),
      ),
      ...AUTOMATED.map((name) => readAll(join(claude, name), ANY, at, automated)),
    );
  }
  return (await Promise.all(reading)).flat();
}

async function readJson(
  path: string,
  at: (path: string) => string,
  programsIn: (value: unknown, from: string) => FolderProgram[] | null,
): Promise<FolderProgram[]> {
  const read = await readBounded(path);
  const from = at(path);
  if (read.type === 'absent') return [];
  if (read.type === 'unreadable') return [unreadable(from, read.why, read.mark)];
  const value = jsonOf(read.text);
  const programs = value === undefined ? null : programsIn(value, from);
  return programs ?? [unreadable(from, 'is not what it should be', read.text)];
}

/** Undefined if it is none. An empty file says nothing. */
function jsonOf(text: string): unknown {
  return text.trim() === '' ? {} : parsedJson(text.replace(/^\uFEFF/, ''));
}

/** @param path of a file, or of a folder with files at any depth */
async function readAll(
  path: string,
  which: RegExp,
  at: (path: string) => string,
  programsIn: (text: string, from: string) => FolderProgram[],
): Promise<FolderProgram[]> {
  const files: string[] = [];
  const refused = await collect(path, 0, files);
  const reading = files
    .filter((file) => which.test(basename(file)))
    .map(async (file) => {
      const read = await readBounded(file);
      if (read.type === 'text') return programsIn(read.text, at(file));
      return read.type === 'unreadable' ? [unreadable(at(file), read.why, read.mark)] : [];
    });
  const programs = (await Promise.all(reading)).flat();
  return refused === null ? programs : [...programs, unreadable(at(path), refused, refused)];
}

/** Why not all of it could be looked at, or null. */
async function collect(path: string, depth: number, files: string[]): Promise<string | null> {
  if (depth > MOST_DEPTH || files.length >= MOST_FILES) return 'holds too much to look at';
  try {
    for (const name of (await readdir(path)).sort()) {
      const refused = await collect(join(path, name), depth + 1, files);
      if (refused !== null) return refused;
    }
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOTDIR') files.push(path);
    else if (code !== 'ENOENT') return `can't be read (${code ?? 'unknown'})`;
  }
  return null;
}

function automated(text: string, from: string): FolderProgram[] {
  return [program({ kind: 'setting', name: basename(from), words: from, identity: text, from })];
}

function unreadable(from: string, why: string, mark: string): FolderProgram {
  return program({ kind: 'unreadable', name: from, words: why, identity: [why, mark], from });
}

/** Each once, the worst first, and no more than people read. */
function listed(programs: readonly FolderProgram[]): FolderProgram[] {
  const unique = [...new Map(programs.map((each) => [each.key, each])).values()];
  const sorted = unique.sort((a, b) => PROGRAM_KINDS.indexOf(a.kind) - PROGRAM_KINDS.indexOf(b.kind));
  if (sorted.length <= MOST_PROGRAMS) return sorted;
  const rest = sorted.slice(MOST_PROGRAMS).map(({ key }) => key);
  const more = program({ kind: 'more', name: String(rest.length), words: '', identity: rest, from: '' });
  return [...sorted.slice(0, MOST_PROGRAMS), more];
}

function placeOf(folder: string, path: string): string {
  const below = relative(folder, path);
  return below.startsWith('..') ? path : below;
}
