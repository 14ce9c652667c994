/** Folders that versions of the program have left behind, kept as fixtures: how they are put away, and set up again. */
import { cpSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EPOCH_LADDER, RECORD_VERSIONS } from '../../src/store/migrations.ts';
import { talkOf } from './kept-conversation.ts';

export const FIXTURES = new URL('fixtures/', import.meta.url).pathname;

/** Stands in the kept files for the folder in which the program ran. */
const PLACE = '/hibernaut-fixture';

/** Of Claude's own files only the conversations matter, and of the data folder nothing that says which process ran. */
const LEFT_OUT = [
  /^home\/(?!\.claude\/projects)(?!\.claude$)./,
  /^home\/\.claude\/(?!projects)/,
  /^work\/\.hibernaut$/,
  /^data\/(daemon\..*|control\..*|tmp|snapshots)$/,
];

/** `session-2_chat-2_access-1_epoch-2`: a change of any of them needs a folder of its own. */
export function nameOfCurrentFixture(): string {
  return Object.entries({ ...RECORD_VERSIONS, epoch: EPOCH_LADDER.current })
    .map(([kind, version]) => `${kind}-${version}`)
    .join('_');
}

export function keptFolders(): string[] {
  return readdirSync(FIXTURES, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** Puts a program's folder away under the name; what was there is replaced. */
export function putAway(folder: string, name: string): void {
  const kept = join(FIXTURES, name);
  rmSync(kept, { recursive: true, force: true });
  cpSync(folder, kept, {
    recursive: true,
    filter: (path) => !LEFT_OUT.some((pattern) => pattern.test(path.slice(folder.length + 1))),
  });
  movePlace(kept, folder, PLACE);
  for (const path of filesIn(join(kept, 'home'))) writeFileSync(path, talkOf(readFileSync(path, 'utf8')));
}

/** Sets the kept folder up in an empty one, as if the program had run there. */
export function setUp(name: string, folder: string): void {
  cpSync(join(FIXTURES, name), folder, { recursive: true });
  movePlace(folder, PLACE, folder);
}

/** The place stands in records and conversations, and Claude Code names folders after it. */
function movePlace(folder: string, from: string, to: string): void {
  for (const path of filesIn(folder)) {
    const text = readFileSync(path, 'utf8');
    const moved = text.replaceAll(from, to).replaceAll(slugOf(from), slugOf(to));
    if (moved !== text) writeFileSync(path, moved);
  }
  const projects = join(folder, 'home', '.claude', 'projects');
  for (const name of readdirSync(projects)) {
    renameSync(join(projects, name), join(projects, name.replace(slugOf(from), slugOf(to))));
  }
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
}

function slugOf(path: string): string {
  return path.replaceAll(/[^A-Za-z0-9]/g, '-');
}
