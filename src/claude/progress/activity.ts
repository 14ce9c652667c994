/** A tool call in a few words of one line. Pure. */
import { relative } from 'node:path';
import { SEND_FILES } from '../talk/files-tool.ts';

const LONGEST = 120;

/** The part of a tool's input that says most in a few words, in the order of preference. */
const TELLING = ['command', 'file_path', 'notebook_path', 'pattern', 'url', 'query', 'description', 'skill'];
const PATHS = ['file_path', 'notebook_path'];

/**
 * `Bash: npm test`, `Edit src/x.ts`, `github: create_issue`.
 * @param workspace absolute; paths below it are shown relative to it
 */
export function activityOf(toolName: string, input: Record<string, unknown> = {}, workspace = '/'): string {
  if (toolName === SEND_FILES) return 'Sending files';
  const name = toolName.replace(/^mcp__(.+?)__(.+)$/, '$1: $2');
  const field = TELLING.find((key) => typeof input[key] === 'string' && input[key] !== '');
  if (field === undefined) return inOneLine(name);
  const value = String(input[field]);
  return PATHS.includes(field)
    ? inOneLine(`${name} ${shownPath(value, workspace)}`)
    : inOneLine(`${name}: ${value}`);
}

function shownPath(path: string, workspace: string): string {
  const below = relative(workspace, path);
  return below === '' || below.startsWith('..') ? path : below;
}

/** Cut where it is too long for a line of its own. */
export function inOneLine(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST ? `${line.slice(0, LONGEST - 1)}…` : line;
}
