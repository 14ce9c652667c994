/** What is looked for on the host once a minute, and what the owner's notices are told of it. */
import pino from 'pino';
import { SimulatedClock } from 'xstate';
import { expect, it } from 'vitest';
import type { DiskSpace } from '../../../src/disk/space.ts';
import { HostTroubles } from '../../../src/daemon/owner/host-troubles.ts';
import type { SetAside } from '../../../src/store/ports.ts';
import type { TelegramHealth } from '../../../src/telegram/ports.ts';

const GB = 1e9;
const ROOMY = { device: 1, totalBytes: 100 * GB, availableBytes: 50 * GB };
const NEARLY_FULL = { ...ROOMY, availableBytes: 0.1 * GB };
const BETWEEN = { ...ROOMY, availableBytes: 0.8 * GB };

function start() {
  const clock = new SimulatedClock();
  const told: string[] = [];
  const at = {
    spaces: new Map<string, DiskSpace>([
      ['/data', ROOMY],
      ['/work', ROOMY],
    ]),
    setAside: [] as SetAside[],
    health: { state: 'polling', lastPollAt: 1, lastError: null, conflict: null } as TelegramHealth,
    isRestored: true,
  };
  const troubles = new HostTroubles({
    notices: {
      found: (trouble) => Promise.resolve(void told.push(JSON.stringify(trouble))),
      gone: (about) => Promise.resolve(void told.push(`no ${about}`)),
    },
    folders: ['/data', '/work'],
    store: {
      get setAside() {
        return at.setAside;
      },
    },
    health: () => at.health,
    isRestored: () => at.isRestored,
    clock,
    log: pino({ level: 'silent' }),
    space: (folder) => {
      const space = at.spaces.get(folder);
      return space ? Promise.resolve(space) : Promise.reject(new Error('gone'));
    },
  });
  const look = async () => {
    told.splice(0);
    await troubles.look();
    return [...told];
  };
  return { at, troubles, told, clock, look };
}

it('tells of a disk that is nearly full and of one that has room again, and nothing of one between', async () => {
  const { at, look } = start();
  expect(await look()).toContain('no disk');
  at.spaces.set('/work', NEARLY_FULL);
  const found = { about: 'disk', folder: '/work', availableBytes: 0.1 * GB };
  expect(await look()).toContain(JSON.stringify(found));
  at.spaces.set('/work', BETWEEN);
  expect((await look()).join()).not.toContain('disk');
});

it('knows nothing of a disk that does not answer, and still tells of the other', async () => {
  const { at, look } = start();
  at.spaces.delete('/work');
  expect((await look()).join()).not.toContain('disk');
  at.spaces.set('/data', NEARLY_FULL);
  expect((await look()).join()).toContain('/data');
});

it('tells of records that can not be read once all were read', async () => {
  const { at, look } = start();
  at.isRestored = false;
  at.setAside = [{ path: '/data/x', name: 's1', why: 'empty' }];
  expect((await look()).join()).not.toContain('records');
  at.isRestored = true;
  expect(await look()).toContain(JSON.stringify({ about: 'records', count: 1, path: '/data/x' }));
  at.setAside = [];
  expect(await look()).toContain('no records');
});

it('tells that no other program polls only when none came for minutes', async () => {
  const { at, look } = start();
  for (let looks = 0; looks < 5; looks += 1) expect(await look()).not.toContain('no poller');
  expect(await look()).toContain('no poller');
  at.health = { ...at.health, conflict: { since: 1, lastAt: 1, count: 1 } };
  expect(await look()).not.toContain('no poller');
});

it('looks at once and then every minute, until it is stopped', async () => {
  const { troubles, told, clock } = start();
  const looks = () => told.filter((each) => each === 'no disk').length;
  const settled = () => new Promise((resolve) => setImmediate(resolve));
  troubles.start();
  await settled();
  expect(looks()).toBe(1);
  clock.increment(60_000);
  await settled();
  expect(looks()).toBe(2);
  troubles.stop();
  clock.increment(600_000);
  await settled();
  expect(looks()).toBe(2);
});
