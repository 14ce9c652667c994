/** What the lowdb store does when the disk fails it, and in which order it goes about its work. */
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { aRecord } from '../helpers/records.ts';
import { temporaryDataDir } from './temporary-folder.ts';
import { watchedFileSystem } from './watched-file-system.ts';

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: no path in here`), { code });
}

/** A store whose disk fails where `fault` says so. */
async function openFaulty() {
  const dataDir = temporaryDataDir();
  const calls: string[] = [];
  let fault: ((call: string, path: string) => Error | null) | null = null;
  let holding: { call: string; reached: () => void; released: Promise<void> } | null = null;
  const fs = watchedFileSystem(async (call, path) => {
    calls.push(`${call} ${nameOf(path, dataDir)}`);
    if (holding?.call === call) {
      const { reached, released } = holding;
      holding = null;
      reached();
      await released;
    }
    const error = fault?.(call, path) ?? null;
    if (error) throw error;
  });
  const store = await openLowdbStore({ dataDir, fs });
  // Once the indexes of the new folder are whole.
  await Promise.all([store.unquietSessions(), store.unquietChats()]);
  calls.length = 0;
  return {
    dataDir,
    store,
    calls,
    /** The next such call waits until it is released. */
    hold: (call: string) => {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      holding = { call, reached: reached.resolve, released: released.promise };
      return { reached: reached.promise, release: released.resolve };
    },
    /** From now on, at every call that matches; null for none. */
    setFault: (next: typeof fault) => (fault = next),
  };
}

/** Relative, and the same for every temporary file. */
function nameOf(path: string, dataDir: string): string {
  return path.slice(dataDir.length + 1).replace(/^tmp\/.+/, 'tmp/*');
}

function isTemporary(path: string): boolean {
  return path.includes('/hibernaut/tmp/');
}

describe('a save', () => {
  it('is durable in its folder before it resolves, and its markers are before the record', async () => {
    const { store, calls } = await openFaulty();
    await store.saveSession(aRecord({ state: 'active' }));
    const conversation = `conversations/c.${aRecord().claudeSessionId}.s1`;
    expect(calls).toEqual([
      'readFile sessions/s1.json',
      `open ${conversation}`,
      `close ${conversation}`,
      'open conversations',
      'sync conversations',
      'close conversations',
      'open unquiet/s1',
      'close unquiet/s1',
      'open unquiet',
      'sync unquiet',
      'close unquiet',
      'open tmp/*',
      'write tmp/*',
      'sync tmp/*',
      'close tmp/*',
      'rename tmp/*',
      'open sessions',
      'sync sessions',
      'close sessions',
    ]);
  });

  it('takes the marker away after the record is durable', async () => {
    const { store, calls } = await openFaulty();
    await store.saveSession(aRecord({ state: 'active' }));
    calls.length = 0;
    await store.saveSession(aRecord());
    expect(calls.slice(-2)).toEqual(['close sessions', 'rm unquiet/s1']);
  });

  it('does not read what it has written itself, but what somebody else has put there', async () => {
    const { dataDir, store, calls } = await openFaulty();
    const reads = () => calls.filter((call) => call.startsWith('readFile')).length;
    await store.saveSession(aRecord());
    await store.saveSession(aRecord({ name: 'second' }));
    expect(reads()).toBe(1);
    const theirs = JSON.stringify(aRecord({ epoch: 7 }));
    writeFileSync(join(dataDir, 'sessions', 's1.json'), theirs);
    await expect(store.saveSession(aRecord({ name: 'third' }))).rejects.toThrow(/epoch/);
    expect(reads()).toBe(2);
    expect(readFileSync(join(dataDir, 'sessions', 's1.json'), 'utf8')).toBe(theirs);
  });

  it('reads again after one that failed, whatever of it came to be', async () => {
    const { store, calls, setFault } = await openFaulty();
    await store.saveSession(aRecord());
    setFault((call, path) => (call === 'sync' && path.endsWith('/sessions') ? systemError('EIO') : null));
    await expect(store.saveSession(aRecord({ name: 'second' }))).rejects.toThrow(/EIO/);
    setFault(null);
    calls.length = 0;
    await store.saveSession(aRecord({ name: 'third' }));
    expect(calls[0]).toBe('readFile sessions/s1.json');
  });

  it('of 101 at once is made twice', async () => {
    const { store, calls, hold } = await openFaulty();
    const held = hold('write');
    const first = store.saveSession(aRecord({ nextOutboxId: 1 }));
    await held.reached;
    const rest = Array.from({ length: 100 }, (_, count) =>
      store.saveSession(aRecord({ nextOutboxId: count + 2 })),
    );
    held.release();
    await Promise.all([first, ...rest]);
    expect(calls.filter((call) => call.startsWith('rename'))).toHaveLength(2);
    expect(await store.loadSession('s1')).toMatchObject({ nextOutboxId: 101 });
  });

  it('is never made while another one of the same session is, whenever they are asked for', async () => {
    const { store, calls, hold } = await openFaulty();
    const held = hold('write');
    const first = store.saveSession(aRecord({ name: 'first' }));
    await held.reached;
    const second = store.saveSession(aRecord({ name: 'second' }));
    held.release();
    await first;
    await Promise.all([second, store.saveSession(aRecord({ name: 'third' }))]);
    const steps = calls.map((call) => /^(open|rename) tmp/.exec(call)?.[1]).filter((step) => step);
    expect(steps.length).toBeGreaterThanOrEqual(4);
    expect(steps).toEqual(steps.map((_, index) => (index % 2 === 0 ? 'open' : 'rename')));
    expect(await store.loadSession('s1')).toMatchObject({ name: 'third' });
  });

  it('of one session does not wait for that of another', async () => {
    const dataDir = temporaryDataDir();
    const gate = Promise.withResolvers<void>();
    const fs = watchedFileSystem((_, path) => (path.endsWith('/s1.json') ? gate.promise : undefined));
    const store = await openLowdbStore({ dataDir, fs });
    const slow = store.saveSession(aRecord());
    await store.saveSession(aRecord({ id: 's2' }));
    expect(await store.sessionIds()).toEqual(['s2']);
    gate.resolve();
    await slow;
    expect(await store.sessionIds()).toHaveLength(2);
  });
});

describe('a disk that fails', () => {
  const broken = [
    { what: 'full', call: 'write', code: 'ENOSPC', says: /Free some space/ },
    { what: 'failing to sync a file', call: 'sync', code: 'EIO', says: /Check the disk/ },
    { what: 'failing to rename', call: 'rename', code: 'EACCES', says: /access/ },
    { what: 'failing to open', call: 'open', code: 'EMFILE', says: /ulimit/ },
    { what: 'failing in a new way', call: 'rename', code: 'EWEIRD', says: /Check that the disk/ },
  ];

  it.each(broken)('keeps the record it had, and tells why: $what', async ({ call, code, says }) => {
    const { store, dataDir, setFault } = await openFaulty();
    await store.saveSession(aRecord({ name: 'before' }));
    setFault((at, path) => (at === call && isTemporary(path) ? systemError(code) : null));
    const save = store.saveSession(aRecord({ name: 'after' }));
    await expect(save).rejects.toThrow(says);
    await expect(save).rejects.toMatchObject({ name: 'StoreError', code });
    await expect(save).rejects.toThrow(join(dataDir, 'sessions', 's1.json'));
    expect(await store.loadSession('s1')).toMatchObject({ name: 'before' });
    expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
  });

  it('rejects all who wait for the failed write, and the next save works', async () => {
    const { store, setFault } = await openFaulty();
    let left = 1;
    setFault((call) => (call === 'write' && left-- > 0 ? systemError('ENOSPC') : null));
    const together = ['one', 'two', 'three'].map((name) => store.saveSession(aRecord({ name })));
    for (const save of together) await expect(save).rejects.toThrow(/ENOSPC/);
    expect(await store.loadSession('s1')).toBeNull();
    await store.saveSession(aRecord({ name: 'four' }));
    expect(await store.loadSession('s1')).toMatchObject({ name: 'four' });
  });

  it('does not fail the save that came after the failed one', async () => {
    const { store, hold, setFault } = await openFaulty();
    const held = hold('write');
    let left = 1;
    setFault((call) => (call === 'write' && left-- > 0 ? systemError('ENOSPC') : null));
    const failing = store.saveSession(aRecord({ name: 'one' }));
    await held.reached;
    const next = store.saveSession(aRecord({ name: 'two' }));
    held.release();
    await expect(failing).rejects.toThrow(/ENOSPC/);
    await next;
    expect(await store.loadSession('s1')).toMatchObject({ name: 'two' });
  });

  it('is not trusted when it fails to sync the folder: the save is refused', async () => {
    const { store, setFault } = await openFaulty();
    setFault((call, path) => (call === 'sync' && path.endsWith('/sessions') ? systemError('EIO') : null));
    await expect(store.saveSession(aRecord())).rejects.toThrow(/EIO/);
  });

  it('writes no record that is not quiet if it refuses the marker', async () => {
    const { store, setFault } = await openFaulty();
    setFault((call, path) =>
      call === 'open' && path.endsWith('/unquiet/s1') ? systemError('ENOSPC') : null,
    );
    await expect(store.saveSession(aRecord({ state: 'active' }))).rejects.toThrow(/ENOSPC/);
    expect(await store.loadSession('s1')).toBeNull();
  });

  it('may keep a marker too many: the save of the quiet record is durable all the same', async () => {
    const { store, setFault } = await openFaulty();
    await store.saveSession(aRecord({ state: 'active' }));
    setFault((call, path) => (call === 'rm' && path.endsWith('/unquiet/s1') ? systemError('EIO') : null));
    await store.saveSession(aRecord());
    expect(await store.unquietSessions()).toEqual(['s1']);
    setFault(null);
    expect(await store.unquietSessions()).toEqual([]);
  });

  it('counts a session that cannot be read now as unquiet, and the others are still found', async () => {
    const { store, setFault } = await openFaulty();
    await store.saveSession(aRecord({ state: 'active' }));
    await store.saveSession(aRecord({ id: 's2', state: 'active' }));
    setFault((call, path) => (call === 'readFile' && path.endsWith('/s1.json') ? systemError('EIO') : null));
    expect((await store.unquietSessions()).sort()).toEqual(['s1', 's2']);
    setFault(null);
    expect((await store.loadSession('s1'))?.state).toBe('active');
  });

  it.each(['EIO', 'EACCES', 'EISDIR'])(
    'with one file that it does not let us read (%s): it is named, no save takes its place, and it is back once it can be read',
    async (code) => {
      const { store, setFault } = await openFaulty();
      await store.saveSession(aRecord({ name: 'kept' }));
      await store.saveSession(aRecord({ id: 's2' }));
      setFault((call, path) => (call === 'readFile' && path.endsWith('/s1.json') ? systemError(code) : null));
      expect(await store.loadSession('s1')).toBeNull();
      expect(await store.loadSession('s1')).toBeNull();
      expect(store.setAside).toMatchObject([{ name: 's1', why: expect.stringContaining(code) as string }]);
      await expect(store.saveSession(aRecord({ name: 'other' }))).rejects.toMatchObject({ code });
      await store.saveSession(aRecord({ id: 's2', name: 'goes on' }));
      setFault(null);
      expect(await store.loadSession('s1')).toMatchObject({ name: 'kept' });
      expect(store.setAside).toEqual([]);
    },
  );

  it('that can take no more files is waited for: nothing is taken for unreadable', async () => {
    const { store, setFault } = await openFaulty();
    await store.saveSession(aRecord());
    setFault((call) => (call === 'readFile' ? systemError('EMFILE') : null));
    await expect(store.loadSession('s1')).rejects.toThrow(/Cannot read .*s1\.json \(EMFILE\)/);
    expect(store.setAside).toEqual([]);
  });

  it('holds up no close', async () => {
    const { store, setFault } = await openFaulty();
    setFault((call) => (call === 'rename' ? systemError('EIO') : null));
    const save = store.saveSession(aRecord());
    await store.close();
    await expect(save).rejects.toThrow(/EIO/);
  });
});

describe('a place that is no place for a store', () => {
  it('is told by its path and the repair: a folder where a file belongs', async () => {
    const { store, dataDir } = await openFaulty();
    mkdirSync(join(dataDir, 'sessions', 's1.json'));
    expect(await store.loadSession('s1')).toBeNull();
    expect(store.setAside[0]?.why).toMatch(/s1\.json \(EISDIR\).*Move it away/);
    await expect(store.saveSession(aRecord())).rejects.toThrow(/s1\.json \(EISDIR\)/);
  });

  it('is told by its path and the repair: a file where the data folder belongs', async () => {
    const dataDir = temporaryDataDir();
    mkdirSync(dirname(dataDir), { recursive: true });
    writeFileSync(dataDir, '');
    await expect(openLowdbStore({ dataDir })).rejects.toThrow(
      `Cannot prepare ${dataDir} (EEXIST). A file is in the place of a folder.`,
    );
  });

  it('is told by its path and the repair: a folder that went away', async () => {
    const { store, dataDir } = await openFaulty();
    rmSync(dataDir, { recursive: true });
    await expect(store.saveSession(aRecord())).rejects.toThrow(/\(ENOENT\).*Start it again/);
  });

  it('is told by its path and the repair: a folder of somebody else', async () => {
    const dataDir = temporaryDataDir();
    const fs = watchedFileSystem((call) => {
      // Asked of the disk itself, root would be refused nothing.
      if (call === 'mkdir') throw systemError('EACCES');
    });
    await expect(openLowdbStore({ dataDir, fs })).rejects.toThrow(
      `Cannot prepare ${dataDir} (EACCES). Give the user that runs Hibernaut access to it`,
    );
  });
});
