/**
 * Which Hibernaut wrote a data folder last, and whether this one knows all that may be in it. Records climb to newer
 * versions one by one, when they are saved; the folder's word for all of them is in `epoch.json`, so that an older
 * Hibernaut need not look into each record to know that it must leave the folder alone.
 */
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };
import type { Disk } from './disk.ts';
import { decode, EPOCH } from './document.ts';
import type { Layout } from './layout.ts';
import { RECORD_VERSIONS } from './migrations.ts';
import { cannotBeReadAsItIs, newerFolderError } from './store-error.ts';

/** As `epoch.json` names this Hibernaut. */
export const WRITER = packageJson.version;

/** What is newer in a data folder than this Hibernaut knows. */
export interface NewerFolder {
  /** The Hibernaut that can read it, as far as it said. */
  writtenBy: string | null;
  why: string;
}

/** A later version of the file will still say this much. */
const anyVersion = z.looseObject({ writtenBy: z.string() });

/**
 * Reads only.
 * @returns null if this Hibernaut knows it all, and if the folder or its word can't be read
 */
export async function findNewerFolder(disk: Disk, layout: Layout): Promise<NewerFolder | null> {
  const bytes = await readWord(disk, layout);
  if (bytes === null) return null;
  const decoded = decode(bytes, EPOCH, 'epoch');
  if ('newer' in decoded) return { writtenBy: writerIn(bytes), why: `epoch.json is of ${decoded.newer}` };
  if (!('record' in decoded)) return null;
  const { writtenBy, records } = decoded.record;
  const [newer] = Object.entries(records).flatMap(([kind, version]) => unknownRecord(kind, version));
  return newer === undefined ? null : { writtenBy, why: newer };
}

/** @throws NewerRecordError */
export async function refuseNewerFolder(disk: Disk, layout: Layout): Promise<void> {
  const newer = await findNewerFolder(disk, layout);
  if (newer) throw newerFolderError(layout.root, newer.writtenBy, newer.why);
}

/** What can't be read is told, with its repair, by whoever has to write it. */
async function readWord(disk: Disk, { epochFile }: Layout): Promise<Uint8Array | null> {
  try {
    return await disk.read(epochFile);
  } catch (error) {
    if (cannotBeReadAsItIs(error)) return null;
    throw error;
  }
}

function unknownRecord(kind: string, version: number): string[] {
  const known = Object.hasOwn(RECORD_VERSIONS, kind) ? RECORD_VERSIONS[kind] : undefined;
  if (known === undefined) return [`it has ${kind} records, which this Hibernaut does not know`];
  if (version <= known) return [];
  return [`its ${kind} records are of version ${version}, and this Hibernaut knows ${known} at most`];
}

/** Only of a document that has been parsed already. */
function writerIn(bytes: Uint8Array): string | null {
  const read = anyVersion.safeParse(JSON.parse(new TextDecoder().decode(bytes)));
  return read.success ? read.data.writtenBy : null;
}
