import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  createReceived,
  UnsafeFolderError,
} from '../../../../src/daemon/messages/arrivals/received-folder.ts';
import { temporaryFolder } from '../../../helpers/temporary-folder.ts';

async function receive(workspace: string, name: string, content: string): Promise<string> {
  await using file = await createReceived(workspace, 's1', name);
  await file.write(Buffer.from(content));
  return await file.keep();
}

describe('a received file', () => {
  it("is in the session's folder of the workspace, for this user only, and out of git's sight", async () => {
    const workspace = temporaryFolder();
    const path = await receive(workspace, '5-a.txt', 'content');
    expect(path).toBe('.hibernaut/received/s1/5-a.txt');
    expect(readFileSync(join(workspace, path), 'utf8')).toBe('content');
    expect(statSync(join(workspace, path)).mode & 0o777).toBe(0o600);
    expect(statSync(join(workspace, '.hibernaut')).mode & 0o777).toBe(0o700);
    expect(readFileSync(join(workspace, '.hibernaut/.gitignore'), 'utf8')).toBe('*\n');
  });

  it('takes the place of one that was fetched before', async () => {
    const workspace = temporaryFolder();
    await receive(workspace, '5-a.txt', 'longer than the next one');
    const path = await receive(workspace, '5-a.txt', 'short');
    expect(readFileSync(join(workspace, path), 'utf8')).toBe('short');
  });

  it('leaves nothing behind if it is not kept, or if a daemon died over it', async () => {
    const workspace = temporaryFolder();
    const folder = join(workspace, '.hibernaut/received/s1');
    {
      await using file = await createReceived(workspace, 's1', '5-a.txt');
      await file.write(Buffer.from('half'));
      expect(readdirSync(folder)).toEqual(['.5-a.txt.part']);
    }
    expect(readdirSync(folder)).toEqual([]);
    writeFileSync(join(folder, '.5-a.txt.part'), 'of a daemon that died');
    await receive(workspace, '5-a.txt', 'whole');
    expect(readdirSync(folder)).toEqual(['5-a.txt']);
  });

  it.each([['.hibernaut'], ['.hibernaut/received'], ['.hibernaut/received/s1']])(
    'is not written through a link at %s',
    async (link) => {
      const workspace = temporaryFolder();
      const elsewhere = temporaryFolder();
      mkdirSync(join(workspace, link, '..'), { recursive: true });
      symlinkSync(elsewhere, join(workspace, link));
      await expect(receive(workspace, '5-a.txt', 'x')).rejects.toThrow(UnsafeFolderError);
      expect(readdirSync(elsewhere)).toEqual([]);
    },
  );

  it('is not written through a link under its own names either', async () => {
    const workspace = temporaryFolder();
    const target = join(temporaryFolder(), 'precious');
    writeFileSync(target, 'precious');
    const folder = join(workspace, '.hibernaut/received/s1');
    mkdirSync(folder, { recursive: true });
    symlinkSync(target, join(folder, '5-a.txt'));
    symlinkSync(target, join(folder, '.5-a.txt.part'));
    symlinkSync(target, join(workspace, '.hibernaut/.gitignore'));
    await receive(workspace, '5-a.txt', 'x');
    expect(readFileSync(target, 'utf8')).toBe('precious');
    expect(readFileSync(join(folder, '5-a.txt'), 'utf8')).toBe('x');
  });

  it('is not put into a folder that became a link while it was written', async () => {
    const workspace = temporaryFolder();
    const elsewhere = temporaryFolder();
    const folder = join(workspace, '.hibernaut/received/s1');
    await using file = await createReceived(workspace, 's1', '5-a.txt');
    await file.write(Buffer.from('x'));
    renameSync(folder, join(elsewhere, 'moved'));
    symlinkSync(join(elsewhere, 'moved'), folder);
    await expect(file.keep()).rejects.toThrow(UnsafeFolderError);
  });

  it('is refused where a file is in the way, or the workspace is gone', async () => {
    const workspace = temporaryFolder();
    writeFileSync(join(workspace, '.hibernaut'), '');
    await expect(receive(workspace, '5-a.txt', 'x')).rejects.toThrow(UnsafeFolderError);
    await expect(receive(join(workspace, 'gone'), '5-a.txt', 'x')).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('may be in a workspace that is itself reached by a link', async () => {
    const real = temporaryFolder();
    const workspace = join(temporaryFolder(), 'link');
    symlinkSync(real, workspace);
    const path = await receive(workspace, '5-a.txt', 'content');
    expect(readFileSync(join(real, path), 'utf8')).toBe('content');
  });
});
