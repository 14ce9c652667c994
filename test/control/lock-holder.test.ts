/** Who holds a data folder, by what the kernel lists, and by what the last holder said where it lists nothing. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { beforeEach, describe, expect, it } from 'vitest';
import { findLockHolder } from '../../src/control/lock-holder.ts';
import { acquireLock } from '../../src/control/lock.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const LOCK = new URL('../../src/control/lock.ts', import.meta.url).href;
const NO_LIST = '/proc/there/is/no/such/list';

let dataDir: string;
beforeEach(() => {
  dataDir = join(temporaryFolder(), 'data');
});

/** A process that holds the folder until its input ends. */
async function holder() {
  const script = `import { acquireLock } from '${LOCK}'; await acquireLock(${JSON.stringify(dataDir)}); console.log('held'); process.stdin.resume();`;
  const subprocess = execa(process.execPath, ['--input-type=module', '--eval', script], {
    reject: false,
    stderr: 'ignore',
  });
  await subprocess[Symbol.asyncIterator]().next();
  // In an object: a promise of the subprocess alone would be one of its end.
  return { subprocess };
}

describe.runIf(process.platform === 'linux')('where the kernel lists locks', () => {
  it('the holder is found, and its end', async () => {
    const { subprocess } = await holder();
    try {
      expect(await findLockHolder(dataDir)).toEqual({ isHeld: 'yes', pid: subprocess.pid });
    } finally {
      subprocess.kill('SIGKILL');
      await subprocess;
    }
    expect(await findLockHolder(dataDir)).toEqual({ isHeld: 'no', pid: null });
  });

  it('looking lets whoever wants it have it', async () => {
    (await acquireLock(dataDir)).release();
    expect(await findLockHolder(dataDir)).toEqual({ isHeld: 'no', pid: null });
    (await acquireLock(dataDir)).release();
  });
});

it('nobody holds a folder that is not there, and none is made', async () => {
  expect(await findLockHolder(dataDir)).toEqual({ isHeld: 'no', pid: null });
  expect(await findLockHolder(dataDir, NO_LIST)).toEqual({ isHeld: 'no', pid: null });
});

describe('where the kernel lists none', () => {
  it.each([
    ['is alive', process.pid, { isHeld: 'perhaps', pid: process.pid }],
    ['is gone', 999_999_999, { isHeld: 'no', pid: null }],
  ])('a holder that %s is known by its own word', async (_what, pid, expected) => {
    mkdirSync(dataDir);
    writeFileSync(join(dataDir, 'daemon.json'), JSON.stringify({ pid, since: 0 }));
    expect(await findLockHolder(dataDir, NO_LIST)).toEqual(expected);
  });
});
