/** Folders as the file system knows them, behind links and `..`. */
import { realpathSync, statSync } from 'node:fs';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** The folder's real path, or null if there is none at `path` or it can't be reached. */
export function realFolder(path: string): string | null {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : null;
  } catch {
    // No such file, no permission, a link in a circle: for the caller it is the same.
    return null;
  }
}

/** Whether `folder` is `root` or lies under it. Both real paths. */
export function isInside(root: string, folder: string): boolean {
  const way = relative(root, folder);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The absolute path that a person, or Claude, named.
 * @param base absolute: what relative names are relative to
 * @param home absolute: what `~` stands for
 */
export function absolutePath(named: string, base: string, home: string): string {
  if (named === '~') return home;
  if (named.startsWith('~/')) return join(home, named.slice(2));
  return isAbsolute(named) ? resolve(named) : resolve(base, named);
}
