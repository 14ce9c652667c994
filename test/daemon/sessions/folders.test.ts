/** Which folder a session may work in, on a real disk. */
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveFolder, type FolderRules } from '../../../src/daemon/sessions/folders.ts';
import { temporaryFolderOfGroup } from '../../helpers/temporary-folder.ts';

const base = temporaryFolderOfGroup();
let rules: FolderRules;

beforeAll(async () => {
  for (const folder of ['work/app', 'work-other', 'home/notes', 'outside']) {
    await mkdir(join(base, folder), { recursive: true });
  }
  await writeFile(join(base, 'work/file.txt'), '');
  await symlink(join(base, 'outside'), join(base, 'work/escape'));
  await symlink(join(base, 'work/app'), join(base, 'work/link'));
  rules = {
    workspace: join(base, 'work'),
    workspaceRoots: [join(base, 'work'), join(base, 'home')],
    home: join(base, 'home'),
  };
});

describe('a folder for a session', () => {
  it.each([
    [null, 'work'],
    ['app', 'work/app'],
    ['./app/', 'work/app'],
    ['.', 'work'],
    ['~', 'home'],
    ['~/notes', 'home/notes'],
    ['link', 'work/app'],
  ])('named %j is %s', async (named, expected) => {
    expect(await resolveFolder(named, rules)).toBe(join(base, expected));
  });

  it('may be absolute', async () => {
    expect(await resolveFolder(join(base, 'work/app'), rules)).toBe(join(base, 'work/app'));
  });

  it.each(['..', '../outside', '../work-other', 'escape', '/'])(
    'named %j is refused: it is outside of the roots',
    async (named) => {
      const refusal = await resolveFolder(named, rules);
      expect(refusal).toHaveProperty('refused', expect.stringContaining('HIBERNAUT_WORKSPACE_ROOTS'));
      expect(refusal).toHaveProperty('refused', expect.stringContaining(join(base, 'home')));
    },
  );

  it('that does not exist is refused with its path and what to do', async () => {
    expect(await resolveFolder('nowhere', rules)).toEqual({
      refused: `There is no folder ${base}/work/nowhere (ENOENT). Create it, or name another one.`,
    });
  });

  it('that is a file is refused', async () => {
    expect(await resolveFolder('file.txt', rules)).toEqual({
      refused: `${base}/work/file.txt is a file. Name the folder that it is in.`,
    });
    expect(await resolveFolder('file.txt/deeper', rules)).toHaveProperty('refused');
  });

  it('with a name that no disk has is refused', async () => {
    expect(await resolveFolder('a\0b', rules)).toHaveProperty('refused');
    expect(await resolveFolder('x'.repeat(5_000), rules)).toHaveProperty('refused');
  });
});
