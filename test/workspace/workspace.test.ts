/** Which files may go out, and what is kept of them until they have. */
import { execFileSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorkspace, type WorkspaceOptions } from '../../src/workspace/workspace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const OWNER = { sessionId: 's1' };

/** Home with the workspace `work` as the only root, beside it the data folder and Claude's own. */
function start(over: Partial<WorkspaceOptions> = {}) {
  const home = temporaryFolder();
  const work = join(home, 'work');
  for (const name of ['work', 'data', '.claude']) mkdirSync(join(home, name));
  writeFileSync(join(home, 'data', 'record.json'), '{}');
  writeFileSync(join(home, '.claude', '.credentials.json'), 'secret');
  const copiesFolder = join(home, 'data', 'outgoing');
  const workspace = createWorkspace({
    roots: [work],
    ownState: [join(home, 'data'), join(home, '.claude')],
    home,
    copiesFolder,
    snapshotsFolder: join(home, 'data', 'snapshots'),
    environment: {},
    ...over,
  });
  const file = (name: string, content: string | Buffer = 'content') => {
    writeFileSync(join(work, name), content);
    return join(work, name);
  };
  const copies = () => (existsSync(copiesFolder) ? readdirSync(copiesFolder) : []);
  const copy = (named: string) => workspace.copy(OWNER, named, work);
  const refusal = async (named: string) => {
    const copied = await copy(named);
    expect(copies()).toEqual([]);
    return 'refused' in copied ? copied.refused : `not refused: ${JSON.stringify(copied)}`;
  };
  return { home, work, workspace, file, copy, refusal, copies, copiesFolder };
}

/** A PNG as far as its head, which is all that is looked at. */
function png(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex').copy(head);
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return head;
}

describe('a file that goes out', () => {
  it('is copied, privately, so that it can be changed or deleted right after', async () => {
    const { file, copy, workspace, copies, copiesFolder } = start();
    const path = file('report.txt', 'the report');
    const copied = await copy('report.txt');
    expect(copied).toMatchObject({ name: 'report.txt', sizeBytes: 10, as: 'document' });
    rmSync(path);
    const [name = ''] = copies();
    expect(copied).toMatchObject({ key: name });
    expect(Buffer.from((await workspace.read(name)) ?? [])).toEqual(Buffer.from('the report'));
    expect(statSync(copiesFolder).mode & 0o777).toBe(0o700);
    expect(statSync(join(copiesFolder, name)).mode & 0o777).toBe(0o600);
  });

  it('may be named relative to the folder, absolutely, or from home, with any characters', async () => {
    const { file, copy, work } = start();
    const name = 'Umsätze; März "1" – 100%.txt';
    file(name);
    for (const named of [name, join(work, name), `~/work/${name}`, `./x/../${name}`]) {
      mkdirSync(join(work, 'x'), { recursive: true });
      expect(await copy(named)).toMatchObject({ name });
    }
  });

  it('is a picture if Telegram takes it as one', async () => {
    const { file, copy } = start();
    const kindOf = async (bytes: Buffer) => {
      file('a', bytes);
      return copy('a');
    };
    expect(await kindOf(png(800, 600))).toMatchObject({ as: 'photo' });
    expect(await kindOf(png(6_000, 4_001))).toMatchObject({ as: 'document' });
    expect(await kindOf(png(2_100, 100))).toMatchObject({ as: 'document' });
    expect(await kindOf(Buffer.from('GIF89a…'))).toMatchObject({ as: 'document' });
    const heavy = Buffer.concat([png(800, 600), Buffer.alloc(10 * 2 ** 20)]);
    expect(await kindOf(heavy)).toMatchObject({ as: 'document' });
  });

  it('may be reached through a link as long as it lies in an allowed folder', async () => {
    const { file, copy, work } = start();
    symlinkSync(file('real.txt'), join(work, 'link.txt'));
    expect(await copy('link.txt')).toMatchObject({ name: 'real.txt' });
  });

  it('lists what is in it when it is a folder', async () => {
    const { copy, work, file } = start();
    mkdirSync(join(work, 'src'));
    file('b.txt');
    expect(await copy('.')).toEqual({ folder: work, names: ['b.txt', 'src/'], more: 0 });
  });
});

describe('a file that does not go out', () => {
  it('lies outside of the allowed folders, also behind a link or `..`', async () => {
    const { refusal, home, work } = start();
    writeFileSync(join(home, 'private.txt'), 'x');
    symlinkSync(join(home, 'private.txt'), join(work, 'link.txt'));
    symlinkSync(home, join(work, 'up'));
    for (const named of ['link.txt', 'up/private.txt', '../private.txt', '~/private.txt', '/etc/passwd']) {
      expect(await refusal(named)).toContain(`outside of the folders that files may be sent from (${work})`);
    }
  });

  it("is our own state or Claude Code's, though a root lies above it", async () => {
    const { refusal, home } = start({ roots: [] });
    const everywhere = start({ roots: ['/'], ownState: [join(home, 'data'), join(home, '.claude')] });
    for (const own of ['data/record.json', '.claude/.credentials.json']) {
      expect(await everywhere.refusal(join(home, own))).toContain('own state, which is never sent');
      expect(await refusal(join(home, own))).toContain('outside of');
    }
    symlinkSync(join(home, '.claude'), join(everywhere.work, 'settings'));
    expect(await everywhere.refusal('settings/.credentials.json')).toContain('never sent');
  });

  it('is not our own state when the root itself lies in there, as the one of the sandbox does', async () => {
    const home = temporaryFolder();
    const work = join(home, 'data', 'work');
    mkdirSync(work, { recursive: true });
    writeFileSync(join(work, 'a.txt'), 'a');
    writeFileSync(join(home, 'data', 'record.json'), '{}');
    const workspace = createWorkspace({
      roots: [work],
      ownState: [join(home, 'data')],
      home,
      copiesFolder: join(home, 'data', 'outgoing'),
      snapshotsFolder: join(home, 'data', 'snapshots'),
      environment: {},
    });
    expect(await workspace.copy(OWNER, 'a.txt', work)).toMatchObject({ name: 'a.txt' });
    expect(await workspace.copy(OWNER, '../record.json', work)).toHaveProperty('refused');
  });

  it('is empty, too big, missing, a device or a pipe, or not to be read', async () => {
    const { refusal, file, work } = start();
    file('empty.txt', '');
    expect(await refusal('empty.txt')).toContain('is empty');
    truncateSync(file('big.bin'), 50 * 2 ** 20 + 1);
    expect(await refusal('big.bin')).toContain('bigger than 50 MB');
    expect(await refusal('none.txt')).toBe(`There is no file ${join(work, 'none.txt')}.`);
    expect(await refusal('none.txt/x')).toContain('There is no file');
    execFileSync('mkfifo', [join(work, 'pipe')]);
    expect(await refusal('pipe')).toContain('no regular file');
    symlinkSync('loop', join(work, 'loop'));
    expect(await refusal('loop')).toContain('leads nowhere');
    expect(await refusal('')).toContain('no path');
    expect(await refusal('a\0b')).toContain('no path');
    const everywhere = start({ roots: ['/'] });
    expect(await everywhere.refusal('/dev/zero')).toContain('no regular file');
  });

  it('is never one that was put in the place of an allowed one meanwhile', async () => {
    const { copy, file, home, work, workspace } = start();
    writeFileSync(join(home, 'private.txt'), 'private');
    mkdirSync(join(work, 'folder'));
    writeFileSync(join(work, 'folder', 'a.txt'), 'allowed');
    mkdirSync(join(home, 'elsewhere'));
    writeFileSync(join(home, 'elsewhere', 'a.txt'), 'private');
    file('b.txt', 'allowed');
    let turns = 0;
    let isOver = false;
    const swap = async () => {
      while (!isOver) {
        turns += 1;
        renameSync(join(work, 'folder'), join(work, 'aside'));
        symlinkSync(join(home, 'elsewhere'), join(work, 'folder'));
        await new Promise(setImmediate);
        rmSync(join(work, 'folder'));
        renameSync(join(work, 'aside'), join(work, 'folder'));
        await new Promise(setImmediate);
      }
    };
    const swapping = swap();
    const got = new Set<string>();
    for (let round = 0; round < 200; round += 1) {
      const copied = await copy('folder/a.txt');
      if ('key' in copied) {
        got.add(Buffer.from((await workspace.read(copied.key)) ?? []).toString());
        await workspace.drop([copied.key]);
      }
    }
    isOver = true;
    await swapping;
    expect(turns).toBeGreaterThan(10);
    expect([...got].filter((content) => content !== 'allowed')).toEqual([]);
  });
});

describe('the copies', () => {
  it('are bounded in all', async () => {
    const { copy, file, copies } = start();
    truncateSync(file('big.bin'), 50 * 2 ** 20);
    for (let count = 0; count < 10; count += 1) expect(await copy('big.bin')).toHaveProperty('key');
    expect(await copy('big.bin')).toMatchObject({ refused: expect.stringContaining('500 MB') as string });
    expect(copies()).toHaveLength(10);
  });

  it('are dropped by their keys, and nothing else is', async () => {
    const { copy, file, workspace, copies, home } = start();
    file('a.txt');
    const copied = await copy('a.txt');
    await workspace.drop(['../record.json', 's.s1.unknown']);
    expect(readFileSync(join(home, 'data', 'record.json'), 'utf8')).toBe('{}');
    expect(await workspace.read('../record.json')).toBeNull();
    if ('key' in copied) await workspace.drop([copied.key]);
    expect(copies()).toEqual([]);
  });

  it('that no record names are swept away; those of a record that can’t be read are kept', async () => {
    const { workspace, copies } = start();
    const bytes = Buffer.from('x');
    const make = async (owner: Parameters<typeof workspace.copyBytes>[0]) => {
      const copied = await workspace.copyBytes(owner, 'x', bytes);
      return 'key' in copied ? copied.key : '';
    };
    const named = await make({ sessionId: 's1' });
    const left = await make({ sessionId: 's1' });
    const unreadable = await make({ sessionId: 's2' });
    const ofChat = await make({ chatId: -7 });
    const asked: unknown[] = [];
    await workspace.sweep((owner) => {
      asked.push(owner);
      return Promise.resolve('sessionId' in owner && owner.sessionId === 's2' ? null : new Set([named]));
    });
    expect(copies().sort()).toEqual([named, unreadable].sort());
    expect(copies()).not.toContain(left);
    expect(copies()).not.toContain(ofChat);
    expect(asked).toHaveLength(3);
    expect(asked).toContainEqual({ chatId: -7 });
  });
});
