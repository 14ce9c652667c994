/** Who was let in, in its file: for the store, and for the command line while no daemon runs. */
import { Disk } from './disk.ts';
import { ACCESS } from './document.ts';
import { fileOf, type FileParts } from './file-of.ts';
import { layoutOf, type Layout } from './layout.ts';
import { OpenFiles } from './open-files.ts';
import type { AccessRecord, SetAside } from './ports.ts';
import { readDocument, unusable } from './read-document.ts';
import { UnreadableFiles } from './unreadable-files.ts';

const NAME = 'access';

export interface AccessFile {
  /** Null if there is none, or none that can be read. */
  load(): Promise<AccessRecord | null>;
  save(access: AccessRecord): Promise<void>;
  /** Resolves once all that was asked for has ended. */
  settled(): Promise<void>;
}

export function openAccessFile(parts: FileParts, { accessFile }: Pick<Layout, 'accessFile'>): AccessFile {
  const files = new OpenFiles<AccessRecord>((name) => fileOf(parts, ACCESS, accessFile, name));
  return {
    load: () => files.load(NAME),
    save: (access) => files.save(NAME, access),
    settled: () => files.settled(),
  };
}

/**
 * The file of a data folder on which no daemon runs, to be changed by the holder of the folder's lock.
 * @param now wall clock, ms since the epoch
 */
export function accessFileAtRest(dataDir: string, now: () => number): AccessFile {
  const layout = layoutOf(dataDir);
  const disk = new Disk({ temporaryFolder: layout.temporary });
  const unreadable = new UnreadableFiles({ disk, log: undefined, now });
  const file = openAccessFile({ disk, unreadable }, layout);
  return {
    ...file,
    save: async (access) => {
      await disk.makePrivateFolder(layout.temporary);
      await file.save(access);
    },
  };
}

/** As `load`, but what can't be read stays where it is, and is told. */
export async function peekAccess(
  dataDir: string,
): Promise<{ record: AccessRecord | null; unreadable: SetAside | null }> {
  const { accessFile: path, temporary } = layoutOf(dataDir);
  const seen = await readDocument(new Disk({ temporaryFolder: temporary }), ACCESS, path, NAME);
  const [unreadable = null] = unusable([seen]);
  return { record: 'record' in seen ? seen.record : null, unreadable };
}
