/**
 * Opens a file that may go out to people: one under the allowed folders, and none of our own or of Claude Code's state.
 * What is checked is what was opened, so nobody can put another file, or a link, in its place meanwhile.
 */
import { constants } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { codeOf } from '../error-code.ts';
import { absolutePath, isInside } from '../disk/folders.ts';
import type { FolderListing, Refusal } from './ports.ts';

export interface FileRules {
  /** Absolute: files under these may go out, and those under the session's own folder. */
  roots: readonly string[];
  /** Absolute files and folders that never go out, though a root lies above them. */
  ownState: readonly string[];
  /** Absolute: what `~` stands for. */
  home: string;
}

/** For the caller to close. */
export interface AllowedFile {
  file: FileHandle;
  /** Real. */
  path: string;
  name: string;
}

const NAMES_SHOWN = 100;
/** A FIFO would wait for its writer, a terminal could become ours. */
const SAFELY = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | constants.O_NOCTTY;

/** @param named absolute, under `~`, or relative to `workspace` */
export async function openAllowed(
  named: string,
  workspace: string,
  rules: FileRules,
): Promise<AllowedFile | FolderListing | Refusal> {
  if (named === '' || named.includes('\0')) return { refused: 'That is no path. Name a file.' };
  const wanted = absolutePath(named, workspace, rules.home);
  try {
    const path = await realpath(wanted);
    const places = await placesOf(workspace, rules);
    const refused = whyNot(wanted, path, places);
    if (refused) return refused;
    const kind = await lstat(path);
    if (kind.isDirectory()) return await listFolder(path);
    if (!kind.isFile()) return { refused: `${wanted} is no regular file, so it can't be sent.` };
    return await openChecked(wanted, path, places);
  } catch (error) {
    const code = codeOf(error);
    if (code === undefined) throw error;
    return { refused: unreachable(wanted, code) };
  }
}

async function openChecked(wanted: string, path: string, places: Places): Promise<AllowedFile | Refusal> {
  const file = await open(path, SAFELY);
  try {
    const opened = await pathOf(file, path);
    const isStill = opened !== null && (await file.stat()).isFile() && !whyNot(wanted, opened, places);
    if (isStill) return { file, path: opened, name: basename(opened) };
  } catch (error) {
    await file.close();
    throw error;
  }
  await file.close();
  return { refused: `${wanted} was replaced while it was opened. Try again.` };
}

/** Where the opened file is now. Null: somewhere else than at `path`, or nowhere any more. */
async function pathOf(file: FileHandle, path: string): Promise<string | null> {
  // Linux: the kernel's own word, also after a folder above it was moved.
  const told = await readlink(`/proc/self/fd/${String(file.fd)}`).catch(() => null);
  if (told !== null) return told.endsWith(' (deleted)') ? null : told;
  const [now, there, opened] = await Promise.all([realpath(path), stat(path), file.stat()]);
  return there.dev === opened.dev && there.ino === opened.ino ? now : null;
}

interface Places {
  roots: string[];
  ownState: string[];
}

/** As they are behind links, at this moment. */
async function placesOf(workspace: string, { roots, ownState }: FileRules): Promise<Places> {
  return {
    roots: await Promise.all([workspace, ...roots].map(realOrSame)),
    ownState: await Promise.all(ownState.map(realOrSame)),
  };
}

function whyNot(wanted: string, path: string, { roots, ownState }: Places): Refusal | null {
  const allowing = roots.filter((root) => isInside(root, path));
  const shown = path === wanted ? wanted : `${wanted} (which is ${path})`;
  if (allowing.length === 0) {
    return {
      refused: `${shown} is outside of the folders that files may be sent from (${[...new Set(roots)].join(', ')}).`,
    };
  }
  // Whoever names a folder within our state as a root, as the sandbox does, means that folder.
  const isOurs = (state: string) =>
    isInside(state, path) && !allowing.some((root) => root !== state && isInside(state, root));
  return ownState.some(isOurs)
    ? { refused: `${shown} is part of Hibernaut's or Claude Code's own state, which is never sent.` }
    : null;
}

async function listFolder(folder: string): Promise<FolderListing> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  names.sort((a, b) => a.localeCompare(b));
  return { folder, names: names.slice(0, NAMES_SHOWN), more: Math.max(0, names.length - NAMES_SHOWN) };
}

async function realOrSame(path: string): Promise<string> {
  return realpath(path).catch(() => resolve(path));
}

function unreachable(path: string, code: string): string {
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return `There is no file ${path}.`;
    case 'EACCES':
    case 'EPERM':
      return `${path} can't be read by the user that Hibernaut runs as (${code}).`;
    case 'ELOOP':
      return `${path} is a link that leads nowhere (${code}).`;
    default:
      return `${path} can't be read (${code}).`;
  }
}
