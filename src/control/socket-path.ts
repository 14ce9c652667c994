/** Where the control socket of a data folder is: in the folder, or, if that path is too long for a socket, near the root. */
import { mkdtemp, rm, rmdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { readIfThere, writePrivateFile } from './private-file.ts';

/** `sun_path` has 104 bytes on macOS and 108 on Linux (unix(4), unix(7)), one of them for the end. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the running daemon of this data folder listens, if there is one. */
export async function findSocketPath(dataDir: string): Promise<string> {
  const recorded = await readIfThere(recordPath(dataDir));
  return recorded ?? join(dataDir, 'control.sock');
}

/**
 * A free path to listen on, in a folder for this user only; what an earlier daemon left behind is removed. Only for
 * the holder of the data folder's lock.
 */
export async function prepareSocketPath(dataDir: string, shortFolder = tmpdir()): Promise<string> {
  await clearSocketPath(dataDir);
  const path = join(dataDir, 'control.sock');
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH_BYTES) return path;
  // mkdtemp makes it 0700 and with a name that nobody can have made before.
  const shortPath = join(await mkdtemp(join(shortFolder, 'hibernaut-')), 'control.sock');
  await writePrivateFile(recordPath(dataDir), shortPath);
  return shortPath;
}

export async function clearSocketPath(dataDir: string): Promise<void> {
  const path = await findSocketPath(dataDir);
  await rm(path, { force: true });
  if (dirname(path) === dataDir) return;
  // Only ever an empty folder; it may be gone already, with everything else in the temporary folder.
  await rmdir(dirname(path)).catch(() => {});
  await rm(recordPath(dataDir), { force: true });
}

function recordPath(dataDir: string): string {
  return join(dataDir, 'control.path');
}
