/** What changed in a folder since a turn began, told by the real git, without a trace in the repository. */
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Changes } from '../../src/workspace/ports.ts';
import { createWorkspace } from '../../src/workspace/workspace.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const AT = 1_795_521_600_000;

function start({ isRepository = true } = {}) {
  const home = temporaryFolder();
  const folder = join(home, 'work');
  const dataDir = join(home, 'data');
  mkdirSync(folder);
  const environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    ...Object.fromEntries(
      ['AUTHOR', 'COMMITTER'].flatMap((who) => [
        [`GIT_${who}_NAME`, 'Anna'],
        [`GIT_${who}_EMAIL`, 'anna@example.com'],
      ]),
    ),
  };
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: folder, env: environment, stdio: 'pipe' }).toString();
  const write = (name: string, content: string | Buffer) => writeFileSync(join(folder, name), content);
  const options = {
    roots: [folder],
    ownState: [dataDir],
    home,
    copiesFolder: join(dataDir, 'outgoing'),
    snapshotsFolder: join(dataDir, 'snapshots'),
    environment,
    now: () => AT,
  };
  const workspace = createWorkspace(options);
  if (isRepository) {
    git('init', '-q');
    write('a.txt', 'one\ntwo\n');
    write('.gitignore', 'ignored.txt\n');
    git('add', '-A');
    git('commit', '-qm', 'first');
  }
  const begin = (at = folder) => workspace.beginTurn('s1', at);
  const changes = async (since: Changes['since'] = 'turn', at = folder, of = workspace) => {
    const found = await of.changes(since, 's1', at);
    if ('refused' in found) throw new Error(found.refused);
    return { ...found, patch: Buffer.from(found.patch).toString() };
  };
  return { home, folder, dataDir, git, write, workspace, options, begin, changes };
}

describe('the changes since a turn began', () => {
  it('are those of the turn: not what was changed before it, and new files too', async () => {
    const { write, begin, changes } = start();
    write('a.txt', 'one\ntwo\nby me\n');
    write('mine.txt', 'mine\n');
    await begin();
    write('a.txt', 'one\ntwo\nby me\nby Claude\n');
    write('new – März.txt', 'new\n');
    write('ignored.txt', 'ignored\n');
    const found = await changes();
    expect(found).toMatchObject({
      since: 'turn',
      at: AT,
      summary: '2 files changed, 2 insertions(+)',
      isCut: false,
      leftOut: 0,
    });
    expect(found.patch).toContain(' by me\n+by Claude\n');
    expect(found.patch).toContain('+++ b/new – März.txt');
    expect(found.patch).not.toMatch(/mine\.txt|ignored/);
  });

  it('hold what was deleted, renamed and committed meanwhile', async () => {
    const { write, begin, changes, git, folder } = start();
    write('old.txt', 'a\nb\nc\n');
    git('add', '-A');
    git('commit', '-qm', 'second');
    await begin();
    git('mv', 'old.txt', 'moved.txt');
    rmSync(join(folder, 'a.txt'));
    git('commit', '-qam', 'by Claude');
    const { patch } = await changes();
    expect(patch).toContain('rename from old.txt\nrename to moved.txt');
    expect(patch).toContain('deleted file mode 100644');
    expect((await changes('commit')).summary).toBe('');
  });

  it('are none when nothing changed', async () => {
    const { begin, changes } = start();
    await begin();
    expect(await changes()).toMatchObject({ since: 'turn', summary: '', patch: '' });
  });

  it('leave no trace in the repository', async () => {
    const { write, begin, changes, git, folder } = start();
    const look = () => [
      git('status', '--porcelain'),
      readFileSync(join(folder, '.git', 'index')).toString('hex'),
      git('count-objects', '-v'),
      git('for-each-ref'),
      readdirSync(join(folder, '.git')).sort().join(),
    ];
    write('b.txt', 'b\n');
    git('status');
    const before = look();
    await begin();
    await changes();
    await changes('commit');
    expect(look()).toEqual(before);
  });

  it('are known after a restart, and forgotten with the session', async () => {
    const { write, begin, changes, options, workspace, dataDir } = start();
    await begin();
    write('a.txt', 'changed\n');
    const next = createWorkspace(options);
    expect(await changes('turn', options.roots[0], next)).toMatchObject({ since: 'turn' });
    await workspace.forgetTurns('s1');
    expect(readdirSync(join(dataDir, 'snapshots'))).toEqual([]);
    expect(await changes()).toMatchObject({ since: 'commit', at: null });
  });

  it('cost no process where there is no repository, and two of git where nothing was changed', async () => {
    const processes = (folder: string) =>
      readFileSync(join(folder, 'git.log'), 'utf8').split('\n').length - 1;
    const counting = (isRepository: boolean) => {
      const { home, options, begin: _, ...rest } = start({ isRepository });
      const bin = join(home, 'bin');
      mkdirSync(bin);
      const script = `#!/bin/sh\necho "$@" >> ${join(home, 'git.log')}\nPATH=$REAL_PATH exec git "$@"\n`;
      writeFileSync(join(bin, 'git'), script, { mode: 0o755 });
      writeFileSync(join(home, 'git.log'), '');
      const environment = { ...options.environment, REAL_PATH: process.env['PATH'] ?? '', PATH: bin };
      const workspace = createWorkspace({ ...options, environment });
      return { ...rest, home, begin: () => workspace.beginTurn('s1', rest.folder) };
    };
    const without = counting(false);
    await without.begin();
    expect(processes(without.home)).toBe(0);

    const { home, begin } = counting(true);
    await begin();
    const first = processes(home);
    await begin();
    expect(processes(home) - first).toBe(2);
  });

  it('are told by the repository that is there now, not by one that was there before', async () => {
    const { folder, git, write, begin, changes } = start();
    await begin();
    rmSync(join(folder, '.git'), { recursive: true });
    git('init', '-q', '--object-format=sha256');
    git('add', '-A');
    git('commit', '-qm', 'anew');
    await begin();
    write('a.txt', 'one\nchanged\n');
    expect((await changes()).patch).toContain('-two\n+changed\n');
  });

  it('are of the folder only, where it is a part of the repository', async () => {
    const { write, begin, changes, folder } = start();
    const part = join(folder, 'part');
    mkdirSync(part);
    await begin(part);
    write('a.txt', 'outside\n');
    writeFileSync(join(part, 'x.txt'), 'x\n');
    const { patch, summary } = await changes('turn', part);
    expect(summary).toBe('1 file changed, 1 insertion(+)');
    expect(patch).toContain('+++ b/x.txt');
  });

  it('leave out large files, repositories within, links’ targets and our own state', async () => {
    const { write, begin, changes, folder, home, options } = start();
    await begin();
    write('large.bin', Buffer.alloc(2 ** 21 + 1));
    mkdirSync(join(folder, 'inner'));
    execFileSync('git', ['init', '-q'], { cwd: join(folder, 'inner'), env: options.environment });
    writeFileSync(join(folder, 'inner', 'x.txt'), 'x');
    writeFileSync(join(home, 'private.txt'), 'private words');
    symlinkSync(join(home, 'private.txt'), join(folder, 'link'));
    const found = await changes();
    expect(found.leftOut).toBe(1);
    expect(found.summary).toBe('1 file changed, 1 insertion(+)');
    expect(found.patch).not.toContain('private words');

    const around = createWorkspace({ ...options, ownState: [join(folder, 'state')] });
    mkdirSync(join(folder, 'state'));
    writeFileSync(join(folder, 'state', 'record.json'), 'a record');
    expect((await changes('turn', folder, around)).patch).not.toContain('a record');
  });

  it('run nothing that the repository names', async () => {
    const { write, begin, changes, git, folder, home } = start();
    const ran = join(home, 'ran');
    const script = join(home, 'script.sh');
    writeFileSync(script, `#!/bin/sh\necho "$0 $*" >> ${ran}\ncat\n`);
    chmodSync(script, 0o755);
    write('.gitattributes', '* filter=evil diff=evil merge=evil\n');
    for (const [name, value] of [
      ['filter.evil.clean', script],
      ['filter.evil.process', script],
      ['filter.evil.required', 'true'],
      ['diff.evil.command', script],
      ['diff.evil.textconv', script],
      ['diff.external', script],
      ['core.fsmonitor', script],
      ['core.pager', script],
      ['core.hooksPath', home],
    ] as const) {
      git('config', name, value);
    }
    for (const hook of ['post-index-change', 'reference-transaction']) {
      symlinkSync(script, join(folder, '.git', 'hooks', hook));
    }
    rmSync(ran, { force: true });
    write('a.txt', 'before\n');
    await begin();
    write('a.txt', 'after\n');
    expect((await changes()).patch).toContain('-before\n+after\n');
    expect(existsSync(ran)).toBe(false);
    // The trap works.
    expect(() => git('add', 'a.txt')).toThrow();
    expect(existsSync(ran)).toBe(true);
  });
});

describe('without a turn to compare with', () => {
  it('the last commit counts, and before the first one nothing does', async () => {
    const { write, changes } = start();
    write('a.txt', 'one\n');
    expect(await changes()).toMatchObject({ since: 'commit', summary: '1 file changed, 1 deletion(-)' });

    const fresh = start({ isRepository: false });
    fresh.git('init', '-q');
    fresh.write('a.txt', 'one\n');
    expect(await fresh.changes()).toMatchObject({
      since: 'commit',
      summary: '1 file changed, 1 insertion(+)',
    });
  });

  it('or without git, there is a sentence', async () => {
    const { workspace, folder, options } = start({ isRepository: false });
    await workspace.beginTurn('s1', folder);
    expect(await workspace.changes('turn', 's1', folder)).toEqual({
      refused: `${folder} is not in a git repository, so there is nothing to compare with.`,
    });
    const gitless = createWorkspace({ ...options, environment: { PATH: '/nowhere' } });
    expect(await gitless.changes('turn', 's1', folder)).toMatchObject({
      refused: expect.stringContaining('git is not found') as string,
    });
    rmSync(folder, { recursive: true });
    expect(await workspace.changes('turn', 's1', folder)).toEqual({
      refused: `git can't tell what changed in ${folder}: the folder is gone`,
    });
  });

  it('a disk that refuses is told of, and waited for by nobody', async () => {
    const { workspace, folder, dataDir } = start();
    writeFileSync(dataDir, 'a file in its place');
    await workspace.beginTurn('s1', folder);
    expect(await workspace.changes('turn', 's1', folder)).toEqual({
      refused: `git can't tell what changed in ${folder}: ENOTDIR`,
    });
  });
});
