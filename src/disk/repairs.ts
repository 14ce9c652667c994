/** What the system's refusals of a disk mean: what a person does about it, and which of them may pass by themselves. */

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

/** Those that nobody has to change a setting or a permission for. */
const PASSING = new Set([
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  'ENFILE',
  'ENOMEM',
  'EIO',
  'EBUSY',
  'ESTALE',
  'EAGAIN',
]);

/** A sentence or two. */
export function diskRepair(code: string | undefined): string {
  return REPAIRS[code ?? ''] ?? 'Check that the disk is healthy and the folder writable.';
}

/** Whether it is worth to try again later, as for a full disk. */
export function mayPass(code: string | undefined): boolean {
  return code !== undefined && PASSING.has(code);
}
