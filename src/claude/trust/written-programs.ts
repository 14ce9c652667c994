/**
 * Skills, commands and sub-agents are Markdown that says what Claude shall do. Some bring programs too: hooks and servers,
 * tools that need no leave, commands that run before Claude reads a word.
 */
import type { FolderProgram } from '../../../machines/folder-programs.ts';
import { program } from './program.ts';

/** Of their head (YAML) what can run nothing and allow nothing; anything else is asked about. */
const HARMLESS_KEYS = new Set([
  'agent',
  'argument-hint',
  'arguments',
  'category',
  'color',
  'compatibility',
  'context',
  'description',
  'disable-model-invocation',
  'disallowed-tools',
  'disallowedTools',
  'effort',
  'license',
  'maxTurns',
  'metadata',
  'model',
  'name',
  'paths',
  'skills',
  'tags',
  'tools',
  'user-invocable',
  'version',
  'when_to_use',
]);
/** Those of YAML 1.1. */
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/;
const RUNS = /!`/;
const FENCE = /^\s*(```|~~~)\s*!/m;

/** What the file brings beside words, or nothing. @param text of the whole file */
export function writtenPrograms(text: string, from: string): FolderProgram[] {
  const { head, body } = split(text);
  const inBody = FENCE.test(body.join('\n')) ? body : body.filter((line) => RUNS.test(line));
  const parts = [...head.filter((line, index) => !isHarmless(line, index)), ...inBody];
  if (parts.length === 0) return [];
  return [program({ kind: 'skill', name: from, words: parts.join('\n'), identity: text, from })];
}

/** Its head has no empty lines. */
function split(text: string): { head: string[]; body: string[] } {
  const lines = text.trimStart().split(LINE_END);
  if (!lines[0]?.startsWith('---')) return { head: [], body: lines };
  const end = lines.findIndex((line, index) => index > 0 && line.startsWith('---'));
  const head = lines.slice(1, end === -1 ? undefined : end).filter((line) => line.trim() !== '');
  return { head, body: end === -1 ? lines : lines.slice(end + 1) };
}

/** A line that is indented, or begins a list, belongs to the key above it. */
function isHarmless(line: string, index: number): boolean {
  if (line.startsWith('#')) return true;
  if (/^(\s|- )/.test(line)) return index > 0;
  const key = /^([\w-]+)\s*:/.exec(line)?.[1];
  return key !== undefined && HARMLESS_KEYS.has(key);
}
