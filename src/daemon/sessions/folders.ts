/** Which folder a session works in: what a person named, resolved and held against the allowed roots. */
import { realpath, stat } from 'node:fs/promises';
import { codeOf } from '../../error-code.ts';
import { absolutePath, isInside } from '../../disk/folders.ts';
import type { Refusal } from '../../telegram/ports.ts';
import { isFileText, noAccessText, noFolderText, outsideOfRootsText } from '../../telegram/texts/refusals.ts';

export interface FolderRules {
  /** Absolute: the default, and what relative names are relative to. */
  workspace: string;
  /** Absolute: sessions may work in these and under them. */
  workspaceRoots: readonly string[];
  /** Absolute: what `~` stands for. */
  home: string;
}

/**
 * The real path of the folder, with no symbolic link in it, or a sentence that says why not and what to do.
 * @param named null for the default workspace
 */
export async function resolveFolder(named: string | null, rules: FolderRules): Promise<string | Refusal> {
  const path = absolutePath(named ?? rules.workspace, rules.workspace, rules.home);
  let real: string;
  try {
    real = await realpath(path);
    if (!(await stat(real)).isDirectory()) {
      return { refused: isFileText(path) };
    }
  } catch (error) {
    return { refused: whyNot(path, error) };
  }
  const roots = await Promise.all(rules.workspaceRoots.map(realOrSame));
  if (roots.some((root) => isInside(root, real))) return real;
  return { refused: outsideOfRootsText(real, roots) };
}

/** Whether anything of that name exists. */
export async function isThere(named: string, rules: FolderRules): Promise<boolean> {
  return stat(absolutePath(named, rules.workspace, rules.home)).then(
    () => true,
    () => false,
  );
}

/** A root that does not exist allows nothing, but names itself in the refusal. */
async function realOrSame(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

function whyNot(path: string, error: unknown): string {
  const code = codeOf(error) ?? 'unknown';
  if (code === 'EACCES' || code === 'EPERM') {
    return noAccessText(path, code);
  }
  return noFolderText(path, code);
}
