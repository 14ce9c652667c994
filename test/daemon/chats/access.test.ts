/** Who may use the bot: codes, their limits, and what a disk that refuses means. */
import { describe, expect, it } from 'vitest';
import { Access, CODE_LIFE_MS } from '../../../src/daemon/chats/access.ts';
import { createLog } from '../../../src/log/log.ts';
import { createMemoryDisk, type MemoryDisk } from '../../../src/store/memory-store.ts';
import { NOON } from '../../helpers/records.ts';
import { SteerableStore } from '../../helpers/steerable-store.ts';

const OWNER = 7;
const BEN = 8;

async function anAccess(disk: MemoryDisk = createMemoryDisk(), configured = [OWNER]) {
  const store = new SteerableStore(disk);
  const time = { now: NOON };
  const logged: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line) => void logged.push(line) } });
  const access = await Access.load({ store, configured, log, now: () => time.now });
  const tries = (code: string | null, userId = BEN, messageId = 1) =>
    access.redeem({ userId, name: `Person ${String(userId)}`, messageId, code });
  return { access, store, disk, time, tries, logText: () => logged.join('') };
}

describe('access', () => {
  it('is what the settings say, and nothing else, at first', async () => {
    const { access } = await anAccess();
    expect([OWNER, BEN].map((id) => access.isAllowed(id))).toEqual([true, false]);
    expect(access.userIds()).toEqual([OWNER]);
    expect((await anAccess(createMemoryDisk(), [])).access.userIds()).toEqual([]);
  });

  it('is given by a code, to one person, and outlives a restart', async () => {
    const { access, disk, tries } = await anAccess();
    const { code } = await access.open();
    expect(await tries(code)).toEqual({ kind: 'paired', since: NOON });
    expect(access.isAllowed(BEN)).toBe(true);
    expect(access.isPairing).toBe(false);
    expect(await tries(code, 9)).toEqual({ kind: 'ignored' });

    const { access: later } = await anAccess(disk);
    expect(later.userIds()).toEqual([OWNER, BEN]);
    expect(later.list().people).toEqual([
      { userId: OWNER, name: null, since: null, from: ['setting'] },
      { userId: BEN, name: 'Person 8', since: NOON, from: ['paired'] },
    ]);
  });

  it('is given to one of those who send the code at the same time', async () => {
    const { access, tries } = await anAccess();
    const { code } = await access.open();
    const outcomes = await Promise.all([8, 9, 10].map((userId) => tries(code, userId)));
    expect(outcomes.map(({ kind }) => kind)).toEqual(['paired', 'ignored', 'ignored']);
    expect(access.userIds()).toEqual([OWNER, 8]);
  });

  it('is given once by a message that is delivered again, also after a restart', async () => {
    const { access, disk, tries, time } = await anAccess();
    const { code } = await access.open();
    await tries(code, BEN, 5);
    time.now += 1_000;
    expect(await tries(code, BEN, 5)).toEqual({ kind: 'paired', since: NOON });
    const later = await anAccess(disk);
    expect(later.access.wasPairedBy(BEN, 5)).toBe(true);
    expect(await later.tries(code, BEN, 5)).toEqual({ kind: 'paired', since: NOON });
    expect(later.access.list().people).toHaveLength(2);
  });

  it('can be got with a code that was shown before a restart', async () => {
    const { access, disk } = await anAccess();
    const { code } = await access.open();
    const later = await anAccess(disk);
    expect((await later.tries(code)).kind).toBe('paired');
  });

  it('is kept as a hash of the code, which is in no log either', async () => {
    const { access, disk, tries, logText } = await anAccess();
    const { code } = await access.open();
    await tries('AAAAA-AAAAA');
    const everywhere = [...disk.access.values()].join('') + logText();
    expect(everywhere).toContain('codeHash');
    expect(everywhere).not.toContain(code);
    expect(everywhere).not.toContain(code.replace('-', ''));
  });

  it('is not given for an hour-old code, nor by a clock that was set back', async () => {
    const { access, tries, time } = await anAccess();
    const { code, expiresAt } = await access.open();
    expect(expiresAt).toBe(NOON + CODE_LIFE_MS);
    time.now = expiresAt;
    expect(await tries(code)).toEqual({ kind: 'ignored' });
    time.now = NOON - 24 * CODE_LIFE_MS;
    expect(await tries(code)).toEqual({ kind: 'ignored' });
    time.now = expiresAt - 1;
    expect((await tries(code)).kind).toBe('paired');
  });

  it('is not given for a code that another one has taken the place of', async () => {
    const { access, tries } = await anAccess();
    const { code: first } = await access.open();
    const { code: second } = await access.open();
    expect((await tries(first)).kind).toBe('wrong');
    expect((await tries(second)).kind).toBe('paired');
  });

  it('lets nobody try more than five codes', async () => {
    const { access, tries } = await anAccess();
    const { code } = await access.open();
    const kinds = [];
    for (let index = 0; index < 7; index += 1) kinds.push((await tries('AAAAA-AAAAA')).kind);
    expect(kinds).toEqual([...Array<string>(5).fill('wrong'), 'ignored', 'ignored']);
    expect((await tries(code)).kind).toBe('ignored');
    expect((await tries(code, 9)).kind).toBe('paired');
  });

  it('withdraws a code that strangers guess at, and forgets who tried with the next one', async () => {
    const { access, disk, tries, logText } = await anAccess();
    const { code } = await access.open();
    for (let index = 0; index < 50; index += 1) await tries('AAAAA-AAAAA', 1_000 + Math.floor(index / 4));
    expect(access.isPairing).toBe(false);
    expect((await tries(code)).kind).toBe('ignored');
    expect(logText()).toContain('access.codeWithdrawn');
    expect((await anAccess(disk)).access.isPairing).toBe(false);
    const { code: next } = await access.open();
    expect((await tries(next, 1_000)).kind).toBe('paired');
  });

  it('tells who only knocks what to do, once, and no more than fifty of them', async () => {
    const { access, disk, tries } = await anAccess();
    await access.open();
    const kept = [...disk.access.values()];
    expect([await tries(null), await tries(null)].map(({ kind }) => kind)).toEqual(['asked', 'ignored']);
    const kinds = [];
    for (let id = 100; id < 200; id += 1) kinds.push((await tries(null, id)).kind);
    expect(kinds.filter((kind) => kind === 'asked')).toHaveLength(49);
    // Nothing of a stranger is on disk.
    expect([...disk.access.values()]).toEqual(kept);
  });

  it('is not given while the disk refuses, and is when the message comes again', async () => {
    const { access, store, tries } = await anAccess();
    const { code } = await access.open();
    store.accessRefusal = Object.assign(new Error('full'), { code: 'ENOSPC' });
    await expect(tries(code)).rejects.toThrow('full');
    expect(access.isAllowed(BEN)).toBe(false);
    store.accessRefusal = null;
    expect((await tries(code)).kind).toBe('paired');
  });

  it('is revoked at once, and for good', async () => {
    const { access, disk, tries } = await anAccess();
    const { code } = await access.open();
    await tries(code);
    expect(await access.revoke(BEN)).toBe('revoked');
    expect(access.isAllowed(BEN)).toBe(false);
    expect((await anAccess(disk)).access.isAllowed(BEN)).toBe(false);
    expect(await access.revoke(BEN)).toBe('unknown');
  });

  it('is not revoked while the disk refuses, which whoever asked is told', async () => {
    const { access, store, tries } = await anAccess();
    const { code } = await access.open();
    await tries(code);
    store.accessRefusal = new Error('full');
    await expect(access.revoke(BEN)).rejects.toThrow('full');
    expect(access.isAllowed(BEN)).toBe(true);
  });

  it('stays with those whom the settings name, whatever is revoked', async () => {
    const { access, tries } = await anAccess();
    const { code } = await access.open();
    await tries(code, OWNER);
    expect(access.list().people).toEqual([
      { userId: OWNER, name: 'Person 7', since: NOON, from: ['setting', 'paired'] },
    ]);
    expect(await access.revoke(OWNER)).toBe('bySetting');
    expect(access.isAllowed(OWNER)).toBe(true);
    expect(access.list().people[0]?.from).toEqual(['setting']);
  });

  it.each(['nonsense', '', '{"version":1,"people":[{"userId":8}],"pairing":null}'])(
    'is nobody else than the settings name if its file is %j',
    async (text) => {
      const disk = createMemoryDisk();
      disk.access.set('access', text);
      const { access, store } = await anAccess(disk);
      expect(access.userIds()).toEqual([OWNER]);
      expect(access.isPairing).toBe(false);
      expect(store.setAside.map(({ name }) => name)).toEqual(['access']);
      expect([...disk.unreadable.values()]).toEqual([text]);
      expect((await access.open()).code).toMatch(/-/);
    },
  );

  it('leaves the file of a newer version alone, and opens no pairing over it', async () => {
    const disk = createMemoryDisk();
    disk.access.set('access', '{"version":2}');
    const { access } = await anAccess(disk);
    expect(access.userIds()).toEqual([OWNER]);
    await expect(access.open()).rejects.toThrow('newer Hibernaut');
    expect(disk.access.get('access')).toBe('{"version":2}');
  });
});
