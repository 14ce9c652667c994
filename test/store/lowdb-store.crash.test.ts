/** A daemon that dies at any moment leaves whole records, none older than its last save that resolved. */
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isQuiet } from '../../machines/session-record.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import { aMessage, aRecord } from '../helpers/records.ts';
import { anyRecord } from './record-arbitrary.ts';
import { temporaryDataDir } from './temporary-folder.ts';
import { watchedFileSystem } from './watched-file-system.ts';

const PROGRAM = fileURLToPath(new URL('fixtures/save-without-end.ts', import.meta.url));

/** Runs the program until it printed `lines` lines and kills it; resolves with the last number that it printed. */
async function saveUntilKilled(dataDir: string, first: number, lines: number): Promise<number> {
  const child = spawn(process.execPath, [PROGRAM, dataDir, String(first)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    output += chunk;
    if (output.split('\n').length > lines) child.kill('SIGKILL');
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  expect([code, signal]).toEqual([null, 'SIGKILL']);
  return Number(output.trimEnd().split('\n').at(-1));
}

describe('a daemon that is killed while it saves', () => {
  it('leaves a whole record, never older than the last save that resolved, twenty times', async () => {
    const dataDir = temporaryDataDir();
    let next = 1;
    for (let round = 1; round <= 20; round += 1) {
      const resolved = await saveUntilKilled(dataDir, next, 1 + Math.floor(Math.random() * 40));
      const store = await openLowdbStore({ dataDir });
      expect(store.setAside).toEqual([]);
      const record = await store.loadSession('s1');
      expect(record?.nextOutboxId).toBeGreaterThanOrEqual(resolved);
      expect(record?.nextOutboxId).toBeLessThanOrEqual(resolved + 1);
      expect(await store.unquietSessions()).toEqual(record && !isQuiet(record) ? ['s1'] : []);
      // The killed one's start counted, and so does this one.
      expect(store.epoch).toBe(round * 2);
      expect(readdirSync(join(dataDir, 'tmp'))).toEqual([]);
      await store.close();
      next = resolved + 2;
    }
    // Twenty starts of Node: five seconds on a quiet machine.
  }, 180_000);
});

/** The saves of one session, as a daemon may make them. The name is their number. */
const SAVES = [
  aRecord({ name: '1', epoch: 1 }),
  aRecord({ name: '2', epoch: 1, state: 'active' }),
  aRecord({ name: '3', epoch: 1, state: 'idle', inbox: [aMessage('u1')] }),
  aRecord({ name: '4', epoch: 1 }),
  aRecord({ name: '5', epoch: 1, state: 'active' }),
];

/** Makes the saves on a disk that stops for good before its nth call. Resolves with how far it came. */
async function saveUntilCall(dataDir: string, lastCall: number) {
  let calls = 0;
  const fs = watchedFileSystem(() => {
    calls += 1;
    if (calls >= lastCall) throw Object.assign(new Error('power cut'), { code: 'EIO' });
  });
  let resolved = 0;
  let epoch = 0;
  try {
    const store = await openLowdbStore({ dataDir, fs });
    epoch = store.epoch;
    for (const record of SAVES) {
      await store.saveSession(record);
      resolved += 1;
    }
  } catch {
    // It died, as it should.
  }
  return { resolved, epoch, hasDied: calls >= lastCall };
}

describe('a daemon that dies before any one call to the disk', () => {
  it('leaves what it had saved, finds its unquiet sessions again, and never counts a start twice', async () => {
    let hasDied = true;
    let points = 0;
    for (; hasDied; points += 1) {
      const dataDir = temporaryDataDir();
      const before = await saveUntilCall(dataDir, points + 1);
      hasDied = before.hasDied;
      const where = `before call ${points + 1}`;

      const store = await openLowdbStore({ dataDir });
      expect(store.epoch, where).toBeGreaterThan(before.epoch);
      const record = await store.loadSession('s1');
      const name = Number(record?.name ?? 0);
      expect(name, where).toBeGreaterThanOrEqual(before.resolved);
      expect(name, where).toBeLessThanOrEqual(before.resolved + 1);
      if (record) expect(record, where).toEqual(SAVES[name - 1]);
      expect(await store.unquietSessions(), where).toEqual(record && !isQuiet(record) ? ['s1'] : []);
      expect(store.setAside, where).toEqual([]);
    }
    // Five saves of at least eight calls each: the loop has really been through them.
    expect(points).toBeGreaterThan(40);
  });
});

describe('any file', () => {
  it('is loaded as it is or set aside as it is, and a save goes on beside it', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    let count = 0;
    const content = fc.oneof(
      fc.jsonValue().map((value) => JSON.stringify(value)),
      fc.string(),
      anyRecord('other').map((record) => JSON.stringify(record)),
    );
    await fc.assert(
      fc.asyncProperty(content, fc.boolean(), async (text, isOurs) => {
        const id = `s${(count += 1)}`;
        const path = join(dataDir, 'sessions', `${id}.json`);
        const planted = isOurs ? text.replace('"id":"other"', `"id":"${id}"`) : text;
        writeFileSync(path, planted);
        const known = store.setAside.length;
        const loaded = await store.loadSession(id);
        if (loaded) {
          expect(loaded).toEqual(JSON.parse(planted));
        } else {
          expect(store.setAside).toHaveLength(known + 1);
          expect(readFileSync(store.setAside[known]?.path ?? '', 'utf8')).toBe(planted);
        }
        await store.saveSession(aRecord({ id, epoch: Number.MAX_SAFE_INTEGER }));
        expect(await store.loadSession(id)).toEqual(aRecord({ id, epoch: Number.MAX_SAFE_INTEGER }));
      }),
      { numRuns: 60 },
    );
  });

  it('of a valid record is saved and loaded exactly', async () => {
    const dataDir = temporaryDataDir();
    const store = await openLowdbStore({ dataDir });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(anyRecord('x'), async (generated) => {
        const record = { ...generated, id: `s${(count += 1)}` };
        await store.saveSession(record);
        expect(await store.loadSession(record.id)).toEqual(record);
      }),
      { numRuns: 60 },
    );
  });
});
