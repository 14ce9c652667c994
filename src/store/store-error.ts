/** Why the store could not read or save, each with its path and the repair. All its wording is here, but for the repairs of disks. */
import { diskRepair } from '../disk/repairs.ts';
import { codeOf } from '../error-code.ts';
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

/** @param doing a verb, as in "Cannot write /data/epoch.json" */
export function diskError(doing: string, path: string, error: unknown): StoreError {
  if (error instanceof StoreError) return error;
  const code = codeOf(error);
  return new StoreError(`Cannot ${doing} ${path} (${code ?? 'unknown error'}). ${diskRepair(code)}`, {
    path,
    code,
    cause: error,
  });
}

/** What is on disk is of a newer Hibernaut, and no save takes its place. */
export class NewerRecordError extends StoreError {}

/** What one file may be while the disk around it is well. */
const OF_THIS_FILE = new Set(['EACCES', 'EPERM', 'EISDIR', 'ELOOP', 'EIO']);

/**
 * Whether it is the file that can't be read, as it is now, and not the disk that can't be used: then waiting does not
 * help, and the rest can go on.
 */
export function cannotBeReadAsItIs(error: unknown): error is StoreError {
  return error instanceof StoreError && error.code !== undefined && OF_THIS_FILE.has(error.code);
}

export function newerError(path: string, why: string): NewerRecordError {
  return new NewerRecordError(
    `${path} was written by a newer Hibernaut (${why}). It was left as it is. Update Hibernaut.`,
    { path },
  );
}

/** @param why what this one does not know */
export function newerFolderError(root: string, writtenBy: string | null, why: string): NewerRecordError {
  const writer = writtenBy === null ? 'a newer Hibernaut' : `Hibernaut ${writtenBy}`;
  const wanted = writtenBy === null ? 'the newer Hibernaut' : `Hibernaut ${writtenBy}, or a newer one,`;
  return new NewerRecordError(
    `The data folder ${root} was written by ${writer} (${why}). Nothing in it was changed. ` +
      `Start ${wanted} on it, or set HIBERNAUT_DATA_DIR to another folder.`,
    { path: root },
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
