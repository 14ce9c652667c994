/** One thing that a folder would run, as it is found. */
import { createHash } from 'node:crypto';
import type { FolderProgram, ProgramKind } from '../../../machines/folder-programs.ts';

/** Of the words of one; the rest stands in the folder. */
const WORDS_LIMIT = 1_000;
const NAME_LIMIT = 200;

export interface Found {
  kind: ProgramKind;
  name: string;
  /** Of anything that is no string its JSON. */
  words: unknown;
  /** What it is known by besides its kind and name. Default: its words. */
  identity?: unknown;
  from: string;
}

export function program({ kind, name, words, identity = words, from }: Found): FolderProgram {
  const text = typeof words === 'string' ? words : JSON.stringify(words);
  return {
    kind,
    name: cut(name, NAME_LIMIT),
    words: cut(text, WORDS_LIMIT),
    from,
    key: keyOf(kind, name, identity),
  };
}

/** The same wherever it stands. */
export function keyOf(kind: ProgramKind, name: string, identity: unknown): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, name, identity]))
    .digest('hex')
    .slice(0, 32);
}

function cut(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}… (${String(text.length)} characters)`;
}
