/** The data folder: whose it is, who can look into it, whether there is room, and what kind of disk it is on. */
import { access, chmod, constants, lstat, readdir, rm, stat, statfs } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskRepair } from '../../disk/repairs.ts';
import { judgeSpace } from '../../disk/space.ts';
import { codeOf } from '../../error-code.ts';
import { formatBytes } from '../../resident-memory.ts';
import { isAlive } from '../../control/lock.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface DataFolderFacts {
  dataDir: string;
  /** Of the user that looks; null where there are none (Windows). */
  uid: number | null;
  /** What the file system says of itself. Default: statfs. */
  fileSystem?: (path: string) => Promise<FileSystemFacts>;
}

export interface FileSystemFacts {
  /** statfs(2), f_type. */
  type: number;
  availableBytes: number;
  totalBytes: number;
  /** 0 and 0: it does not count them. */
  freeFiles: number;
  totalFiles: number;
}

/** Below it not even a record is sure to fit. */
const NOTHING_BYTES = 16_000_000;
const LOW_FILES = 1_000;
const FOR_OTHERS = 0o077;

/** Where locks of one machine may not hold on another, or not at all (statfs(2), linux/magic.h). */
const NETWORK: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x01021997: '9P',
  0x00c36400: 'Ceph',
  0x0bd00bd0: 'Lustre',
  0x5346414f: 'AFS',
};

export function dataFolderCheck(facts: DataFolderFacts): Check {
  return { name: 'Data folder', timeoutMs: 15_000, probe: () => probe(facts) };
}

async function probe(facts: DataFolderFacts): Promise<Finding[]> {
  const { dataDir, uid, fileSystem = askFileSystem } = facts;
  const stats = await lstatOrNull(dataDir);
  if (stats === null) return notYet(facts);
  if (!stats.isDirectory() && !stats.isSymbolicLink()) {
    return [problem(`${dataDir} is no folder.`, 'Move it away, or set HIBERNAUT_DATA_DIR to a folder.')];
  }
  const seen = await fileSystem(dataDir);
  return [
    ...(await whose(dataDir, uid)),
    ...(await openness(dataDir)),
    ...(await leftovers(dataDir)),
    room(dataDir, seen),
    ...kind(seen),
  ];
}

async function notYet({ dataDir, fileSystem = askFileSystem }: DataFolderFacts): Promise<Finding[]> {
  const parent = await nearest(dirname(dataDir));
  const refusal = await refusalOf(parent);
  if (refusal !== null) {
    return [problem(`${dataDir} is not there and can't be made: ${parent} is ${refusal}`, REPAIR_OF_ACCESS)];
  }
  return [
    ok(`${dataDir} is not there yet; the first start makes it`),
    room(parent, await fileSystem(parent)),
  ];
}

const REPAIR_OF_ACCESS =
  'Make it a folder of the user that runs Hibernaut, or set HIBERNAUT_DATA_DIR to another one.';

async function whose(dataDir: string, uid: number | null): Promise<Finding[]> {
  const stats = await lstatOrNull(join(dataDir, '.'));
  const refusal = await refusalOf(dataDir);
  if (refusal !== null) return [problem(`${dataDir} is ${refusal}`, REPAIR_OF_ACCESS)];
  if (stats === null || uid === null || stats.uid === uid) return [ok(dataDir)];
  const found = `${dataDir} belongs to another user (uid ${String(stats.uid)}; this is ${String(uid)}).`;
  const repair = 'Run Hibernaut, and this, as that user; or give the folder over with chown -R.';
  return [uid === 0 ? warning(found, repair) : problem(found, repair)];
}

interface Open {
  path: string;
  mode: number;
  isFolder: boolean;
}

/** What group and others may do: in the folder itself, what is directly in it, and the records. */
async function openness(dataDir: string): Promise<Finding[]> {
  const folders = [dataDir, join(dataDir, 'sessions'), join(dataDir, 'chats')];
  const inside = await Promise.all(folders.map(childrenOf));
  const paths = [...new Set([...folders, ...inside.flat()])];
  const open = (await Promise.all(paths.map(openOf))).filter((found) => found !== null);
  const [first] = open;
  if (!first) return [];
  const others = open.length > 1 ? `, and ${String(open.length - 1)} more` : '';
  const found = `${first.path} is open to other users (mode ${first.mode.toString(8)})${others}.`;
  const repair = '--fix closes it: folders 0700, files 0600.';
  const fix = {
    done: `${String(open.length)} ${open.length === 1 ? 'path was' : 'paths were'} closed to other users in ${dataDir}.`,
    run: async () => {
      for (const { path, isFolder } of open) await chmod(path, isFolder ? 0o700 : 0o600);
    },
  };
  // Nobody comes to what is in a closed folder.
  return [first.path === dataDir ? problem(found, repair, fix) : warning(found, repair, fix)];
}

async function openOf(path: string): Promise<Open | null> {
  const stats = await lstatOrNull(path);
  if (stats === null || stats.isSymbolicLink() || (stats.mode & FOR_OTHERS) === 0) return null;
  return { path, mode: stats.mode & 0o777, isFolder: stats.isDirectory() };
}

/** Files that a daemon was writing when it was killed, beside the records (`src/control/private-file.ts`). */
async function leftovers(dataDir: string): Promise<Finding[]> {
  const paths = (await childrenOf(dataDir)).filter((path) => {
    const pid = /\.(\d+)\.tmp$/.exec(path)?.[1];
    return pid !== undefined && !isAlive(Number(pid));
  });
  if (paths.length === 0) return [];
  return [
    warning(`Half-written files of a killed daemon: ${paths.join(', ')}`, '--fix removes them.', {
      done: `${String(paths.length)} half-written ${paths.length === 1 ? 'file was' : 'files were'} removed.`,
      run: async () => {
        for (const path of paths) await rm(path, { force: true });
      },
    }),
  ];
}

function room(path: string, facts: FileSystemFacts): Finding {
  const { availableBytes, totalBytes, freeFiles, totalFiles } = facts;
  const found = `${formatBytes(availableBytes)} free`;
  const repair = `Free some space on the disk of ${path}.`;
  // Some network file systems tell no size.
  if (totalBytes > 0 && availableBytes < NOTHING_BYTES) {
    return problem(`The disk is full: ${found}. No message is confirmed until it has room.`, repair);
  }
  if (totalFiles > 0 && freeFiles < LOW_FILES) {
    return problem(
      `The file system has room for ${String(freeFiles)} more files only.`,
      `Remove files that nobody needs on the disk of ${path}.`,
    );
  }
  if (judgeSpace({ totalBytes, availableBytes }) === 'low') {
    return warning(`The disk is nearly full: ${found}.`, repair);
  }
  return ok(found);
}

function kind({ type }: FileSystemFacts): Finding[] {
  const name = NETWORK[type >>> 0];
  if (name === undefined) return [];
  return [
    warning(
      `The folder is on a network file system (${name}): its locks may let two daemons in.`,
      'Set HIBERNAUT_DATA_DIR to a folder on a disk of this machine.',
    ),
  ];
}

async function askFileSystem(path: string): Promise<FileSystemFacts> {
  const { type, bsize, bavail, blocks, ffree, files } = await statfs(path);
  return {
    type,
    availableBytes: bsize * bavail,
    totalBytes: bsize * blocks,
    freeFiles: ffree,
    totalFiles: files,
  };
}

/** Half a sentence, or null if we may read and write there. */
async function refusalOf(folder: string): Promise<string | null> {
  if (!(await isFolder(folder))) return 'no folder. Move it away.';
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return null;
  } catch (error) {
    return `not writable for this user (${codeOf(error) ?? 'unknown error'}). ${diskRepair(codeOf(error))}`;
  }
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
}

async function nearest(path: string): Promise<string> {
  const stats = await lstatOrNull(path);
  return stats !== null || dirname(path) === path ? path : nearest(dirname(path));
}

async function childrenOf(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).map((name) => join(folder, name));
  } catch {
    // Not there, or closed to us, which is told by itself.
    return [];
  }
}

async function lstatOrNull(path: string) {
  try {
    return await lstat(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error) ?? '')) return null;
    throw error;
  }
}
