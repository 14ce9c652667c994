/**
 * What Claude never reads or changes, whatever anybody allowed: Claude Code's own rules, for its file tools and for the
 * commands in which it knows a file's name (`cat`, `head` …). They are no wall: a script can still open what its user can.
 */
import { realpathSync } from 'node:fs';

/** Deny rules for these absolute files and folders, and for where they really are. */
export function offLimitsRules(paths: readonly string[]): string[] {
  const places = new Set(paths.flatMap((path) => [path, realOrSame(path)]));
  return [...places].flatMap((path) => {
    // Two slashes: from the root of the file system (https://code.claude.com/docs/en/permissions, "Read and Edit").
    const pattern = `/${literal(path)}`;
    return ['Read', 'Edit'].flatMap((tool) => [`${tool}(${pattern})`, `${tool}(${pattern}/**)`]);
  });
}

/** Patterns are those of gitignore; what means something there, and in a rule, stands for itself. */
function literal(path: string): string {
  return path.replace(/[\\*?[\]!#]/g, '\\$&').replace(/[\\()]/g, '\\$&');
}

function realOrSame(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // Not there yet, or out of reach.
    return path;
  }
}
