/** The memory that the machine has, and what control groups leave of it. Real files, in a folder that stands for the root. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMemory } from '../../src/config/machine-memory.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const TOTAL = 16_000_000_000;
const V2 = '30 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate';
const V1 = '35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory';

/** @param files by their path under the root */
function memoryOf(files: Record<string, string>) {
  const root = temporaryFolder();
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return readMemory(root, TOTAL);
}

it('is that of the machine where there are no control groups', () => {
  expect(memoryOf({})).toEqual({ totalBytes: TOTAL, limit: null });
});

it('of this very machine can be read', () => {
  const { totalBytes, limit } = readMemory();
  expect(totalBytes).toBe(totalmem());
  expect(limit?.bytes ?? 1).toBeGreaterThan(0);
});

describe('version 2', () => {
  const service = {
    'proc/self/mountinfo': `22 1 8:1 / / rw - ext4 /dev/sda1 rw\n${V2}\n`,
    'proc/self/cgroup': '0::/user.slice/user-1000.slice/hibernaut.service\n',
  };
  const at = (group: string, file: string) => join('sys/fs/cgroup', group, file);

  it('limits by the least of all groups up to the top, by memory.max and by memory.high', () => {
    const { limit } = memoryOf({
      ...service,
      [at('user.slice/user-1000.slice/hibernaut.service', 'memory.max')]: '4000000000\n',
      [at('user.slice/user-1000.slice/hibernaut.service', 'memory.high')]: 'max\n',
      [at('user.slice/user-1000.slice', 'memory.high')]: '3000000000\n',
      [at('user.slice', 'memory.max')]: '8000000000\n',
    });
    expect(limit).toEqual({
      bytes: 3_000_000_000,
      setBy: '/sys/fs/cgroup/user.slice/user-1000.slice/memory.high',
    });
  });

  it('limits nothing where every group may take all', () => {
    expect(memoryOf({ ...service, [at('user.slice', 'memory.max')]: 'max\n' }).limit).toBeNull();
  });

  it('is found in a container whose mount begins at its own group', () => {
    const { limit } = memoryOf({
      'proc/self/mountinfo': '30 23 0:26 /docker/abc /sys/fs/cgroup ro - cgroup2 cgroup rw\n',
      'proc/self/cgroup': '0::/docker/abc\n',
      'sys/fs/cgroup/memory.max': '536870912\n',
    });
    expect(limit).toEqual({ bytes: 536_870_912, setBy: '/sys/fs/cgroup/memory.max' });
  });
});

it('of version 1 is limited by its groups, and not by the number that stands for none', () => {
  const files = {
    'proc/self/mountinfo': `${V1}\n38 31 0:35 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n`,
    'proc/self/cgroup': '5:blkio:/other\n4:memory:/app/web\n',
    'sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
    'sys/fs/cgroup/memory/app/memory.limit_in_bytes': '2147483648\n',
    'sys/fs/cgroup/memory/app/web/memory.limit_in_bytes': '9223372036854771712\n',
  };
  const setBy = '/sys/fs/cgroup/memory/app/memory.limit_in_bytes';
  expect(memoryOf(files).limit).toEqual({ bytes: 2_147_483_648, setBy });
});
