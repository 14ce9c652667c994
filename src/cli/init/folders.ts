/** Where Claude works and where Hibernaut keeps its records: absolute, as a service starts in no folder of the person's. */
import { mkdirSync } from 'node:fs';
import { thisHost, toPath } from '../../config/reader.ts';
import { isInside, realFolder } from '../../disk/folders.ts';
import { givenValue, type Setup } from './setup.ts';

const WORKSPACE = 'HIBERNAUT_WORKSPACE';
const ROOTS = 'HIBERNAUT_WORKSPACE_ROOTS';
const DATA_DIR = 'HIBERNAUT_DATA_DIR';

/** @throws Cancelled. Whether the folders are good is for the draft's `config` to say */
export async function settleFolders(setup: Setup): Promise<void> {
  const { draft, options, person } = setup;
  const dataDir = givenValue(setup, DATA_DIR, options.dataDir);
  if (dataDir !== null) draft.set(DATA_DIR, absolute(dataDir));

  const named = givenValue(setup, WORKSPACE, options.workspace);
  const known = named ?? draft.value(WORKSPACE) ?? thisHost().cwd;
  const workspace = absolute(person && named === null ? await askWorkspace(setup, known) : known);
  draft.set(WORKSPACE, workspace);

  const roots = givenValue(setup, ROOTS, options.roots) ?? (await settledRoots(setup, workspace));
  // Without the setting the workspace is the only root.
  if (roots !== workspace || draft.value(ROOTS) !== null) draft.set(ROOTS, absoluteRoots(roots));
}

async function askWorkspace({ person }: Setup, initial: string): Promise<string> {
  if (!person) return initial;
  for (;;) {
    const folder = absolute(
      await person.ask('The folder in which new sessions work', { initial, check: isNamed }),
    );
    if (realFolder(folder) !== null) return folder;
    if (!(await person.confirm(`There is no folder ${folder}. Create it?`, true))) continue;
    try {
      mkdirSync(folder, { recursive: true });
      return folder;
    } catch (error) {
      person.warn(`${folder} can't be created (${String(error)}). Name another.`);
    }
  }
}

async function settledRoots({ draft, person }: Setup, workspace: string): Promise<string> {
  const kept = draft.value(ROOTS);
  const holdsIt = kept !== null && kept.split(':').some((root) => holds(root, workspace));
  // Those of another workspace would keep Claude out of this one.
  const initial = kept === null ? workspace : holdsIt ? kept : `${kept}:${workspace}`;
  if (!person) return initial;
  return person.ask(
    'The folders under which sessions may work (/new goes nowhere else), with colons between',
    {
      initial,
      check: (answer) => {
        const missing = splitRoots(answer).find((root) => realFolder(root) === null);
        if (missing !== undefined) return `There is no folder ${missing}. Create it, or name another.`;
        if (splitRoots(answer).some((root) => holds(root, workspace))) return undefined;
        return `One of them must hold ${workspace}, where new sessions work.`;
      },
    },
  );
}

function holds(root: string, folder: string): boolean {
  const [realRoot, real] = [realFolder(absolute(root)), realFolder(folder)];
  return realRoot !== null && real !== null && isInside(realRoot, real);
}

function isNamed(answer: string): string | undefined {
  return answer === '' ? 'Name a folder, such as ~/work.' : undefined;
}

function splitRoots(text: string): string[] {
  return text
    .split(':')
    .map((root) => root.trim())
    .filter((root) => root !== '')
    .map(absolute);
}

function absoluteRoots(text: string): string {
  return splitRoots(text).join(':');
}

function absolute(path: string): string {
  return toPath(path, thisHost());
}
