/** The repository that a folder lies in, as far as Claude Code's settings and trust depend on it. Nothing is run for that. */
import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { readBounded } from './read-bounded.ts';

export interface Repository {
  /** Where its `.git` is. */
  root: string;
  /** Of a worktree that its main checkout knows: that one's root. Else null. */
  mainRoot: string | null;
}

/** Absolute, the folder itself first. */
export function withParents(folder: string): string[] {
  const parent = dirname(folder);
  return parent === folder ? [folder] : [folder, ...withParents(parent)];
}

/** @param folder absolute, behind all links. Null: it lies in none. */
export async function repositoryOf(folder: string): Promise<Repository | null> {
  for (const root of withParents(folder)) {
    const git = await lstat(join(root, '.git')).catch(() => null);
    if (git) return { root, mainRoot: git.isFile() ? await mainRootOf(root) : null };
  }
  return null;
}

/** A worktree's `.git` names its folder in the main one, and that names it: else anybody could say that they belong to it. */
async function mainRootOf(root: string): Promise<string | null> {
  const git = join(root, '.git');
  const named = await lineOf(git, /^gitdir:\s*(.+?)\s*$/m);
  if (named === null) return null;
  const own = resolve(root, named);
  const back = await lineOf(join(own, 'gitdir'), /^(.+?)\s*$/m);
  const main = dirname(dirname(own));
  if (back === null || basename(main) !== '.git' || !(await isSame(resolve(own, back), git))) return null;
  return realpath(dirname(main)).catch(() => null);
}

async function lineOf(path: string, pattern: RegExp): Promise<string | null> {
  const read = await readBounded(path);
  return (read.type === 'text' ? pattern.exec(read.text)?.[1] : null) ?? null;
}

async function isSame(one: string, other: string): Promise<boolean> {
  const [a, b] = await Promise.all([one, other].map((path) => realpath(path).catch(() => null)));
  return a !== null && a === b;
}
