/** How much memory we may use: what the machine has, and what control groups (systemd, containers) leave us of it. */
import { readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { dirname, join } from 'node:path';

export interface MemoryFacts {
  /** Of the whole machine. */
  totalBytes: number;
  /** The least limit of the control groups that we are in; null if none of them has one. */
  limit: { bytes: number; setBy: string } | null;
}

/** @param root of the file system, for tests */
export function readMemory(root = '/', totalBytes = totalmem()): MemoryFacts {
  return { totalBytes, limit: readLimits(root).sort((a, b) => a.bytes - b.bytes)[0] ?? null };
}

/** Names of the files: kernel documentation, `admin-guide/cgroup-v2.rst` and `cgroup-v1/memory.rst`. */
const FILES = { 2: ['memory.max', 'memory.high'], 1: ['memory.limit_in_bytes'] } as const;

type Limit = NonNullable<MemoryFacts['limit']>;

/** Those of our group and of all above it: each holds for us. Nothing where there are no control groups (macOS). */
function readLimits(root: string): Limit[] {
  const own = linesOf(join(root, 'proc/self/cgroup'));
  return mountsOf(root).flatMap(({ version, mountPoint, mountedGroup }) => {
    const path = groupIn(own, version);
    if (path === null) return [];
    // In a container the mount may show a part of the hierarchy only, which the path names from the whole one's top.
    const shown = path.startsWith(mountedGroup) ? path.slice(mountedGroup.length) : '';
    return upFrom(`/${shown}`).flatMap((group) =>
      FILES[version].flatMap((file) => readLimit(root, join(mountPoint, group, file))),
    );
  });
}

function readLimit(root: string, path: string): Limit[] {
  const bytes = Number(linesOf(join(root, path))[0]);
  // `max` is no number. Version 1 writes the largest number of pages instead.
  return Number.isFinite(bytes) && bytes > 0 ? [{ bytes, setBy: path }] : [];
}

interface Mount {
  version: 1 | 2;
  mountPoint: string;
  mountedGroup: string;
}

/** proc(5), /proc/pid/mountinfo: `36 35 98:0 /root /mount/point options - type source superOptions`. */
function mountsOf(root: string): Mount[] {
  return linesOf(join(root, 'proc/self/mountinfo')).flatMap((line): Mount[] => {
    const [mount = '', system = ''] = line.split(' - ');
    const [, , , mountedGroup = '/', mountPoint = ''] = mount.split(' ');
    const [type, , options = ''] = system.split(' ');
    if (type === 'cgroup2') return [{ version: 2, mountPoint, mountedGroup }];
    const isMemory = type === 'cgroup' && options.split(',').includes('memory');
    return isMemory ? [{ version: 1, mountPoint, mountedGroup }] : [];
  });
}

/** Our group, from cgroups(7), /proc/pid/cgroup: `0::/path` of version 2, `4:memory:/path` of version 1. */
function groupIn(lines: readonly string[], version: 1 | 2): string | null {
  for (const line of lines) {
    const [, controllers = '', path = ''] = /^\d+:([^:]*):(.*)$/.exec(line) ?? [];
    if (version === 2 ? line.startsWith('0::') : controllers.split(',').includes('memory')) return path;
  }
  return null;
}

/** `/a/b`, `/a`, `/`. */
function upFrom(path: string): string[] {
  const normal = join('/', path);
  return normal === '/' ? ['/'] : [normal, ...upFrom(dirname(normal))];
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    // What can't be read limits nothing that we could know of.
    return [];
  }
}
