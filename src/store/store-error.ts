/** Why the store could not read or save, each with its path and the repair. All its wording is here. */
import { StaleEpochError } from './ports.ts';

/** The disk refused, or holds what must not be overwritten. The message is a sentence for whoever runs the daemon. */
export class StoreError extends Error {
  override name = 'StoreError';
  readonly path: string;
  /** The system's error code, if it was the system that refused. */
  readonly code: string | undefined;

  constructor(message: string, options: { path: string; code?: string | undefined; cause?: unknown }) {
    super(message, { cause: options.cause });
    this.path = options.path;
    this.code = options.code;
  }
}

const REPAIRS: Readonly<Record<string, string>> = {
  ENOSPC: 'The disk is full. Free some space.',
  EDQUOT: 'The disk quota is used up. Free some space.',
  EACCES: 'Give the user that runs Hibernaut access to it, and to the folders above it.',
  EPERM: 'Give the user that runs Hibernaut access to it, and to the folders above it.',
  EROFS: 'The file system is read-only. Mount it writable, or set HIBERNAUT_DATA_DIR to another folder.',
  EISDIR: 'A folder is in the place of a file. Move it away.',
  ENOTDIR: 'A file is in the place of a folder. Move it away, or set HIBERNAUT_DATA_DIR to another folder.',
  EEXIST: 'A file is in the place of a folder. Move it away, or set HIBERNAUT_DATA_DIR to another folder.',
  ENOENT: 'A folder of the data directory was removed while Hibernaut ran. Start it again.',
  EXDEV: 'All of the data directory must be on one file system.',
  EMFILE: 'Too many files are open. Raise the limit (ulimit -n).',
  EIO: 'Check the disk, it reports errors.',
};

/** @param doing a verb, as in "Cannot write /data/epoch.json" */
export function diskError(doing: string, path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  const repair = REPAIRS[code ?? ''] ?? 'Check that the disk is healthy and the folder writable.';
  return new StoreError(`Cannot ${doing} ${path} (${code ?? 'unknown error'}). ${repair}`, {
    path,
    code,
    cause: error,
  });
}

export function newerError(path: string, why: string): StoreError {
  return new StoreError(
    `${path} was written by a newer Hibernaut (${why}). It was left as it is. Update Hibernaut.`,
    { path },
  );
}

export function closedError(path: string): StoreError {
  return new StoreError(`The store in ${path} is closed; nothing can be saved any more.`, { path });
}

export function staleEpochError(id: string, epoch: number, storedEpoch: number): StaleEpochError {
  return new StaleEpochError(
    `Session ${id} was saved by a later daemon (epoch ${storedEpoch}; this one has ${epoch}). End its process here.`,
  );
}

export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
