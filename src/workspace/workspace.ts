/** The folders that sessions work in, put together: files that go out, and what changed. */
import { imageSize } from '../image-size.ts';
import type { OutgoingFile } from '../../machines/session-record.ts';
import { openAllowed, type FileRules } from './allowed-file.ts';
import { FolderChanges } from './changes.ts';
import { chunksOf, Copies, type Copy } from './copies.ts';
import type { CopyOwner, WorkspacePort } from './ports.ts';

/** Bot API, Sending files: documents by upload. */
const DOCUMENT_LIMIT_BYTES = 50 * 2 ** 20;
/** Bot API, sendPhoto: size, width and height together, and the one divided by the other. */
const PHOTO = { limitBytes: 10 * 2 ** 20, edgesSum: 10_000, ratio: 20 };
/** Of most file systems; Telegram cuts longer ones off. */
const LONGEST_NAME = 255;

export interface WorkspaceOptions extends FileRules {
  /** Absolute: where copies wait to be sent. */
  copiesFolder: string;
  /** Absolute: how folders were when turns began in them. */
  snapshotsFolder: string;
  /** For git. */
  environment: Readonly<Record<string, string>>;
  /** Wall clock, ms since the epoch. Default: the system's. */
  now?: () => number;
}

export function createWorkspace(options: WorkspaceOptions): WorkspacePort {
  const { copiesFolder, snapshotsFolder, environment, now = Date.now, ...rules } = options;
  const copies = new Copies(copiesFolder);
  const folders = new FolderChanges({ snapshotsFolder, environment, hidden: rules.ownState, now });

  return {
    copy: async (owner, named, workspace) => {
      const opened = await openAllowed(named, workspace, rules);
      if (!('file' in opened)) return opened;
      const { file, path, name } = opened;
      try {
        const source = { what: path, chunks: chunksOf(file), limitBytes: DOCUMENT_LIMIT_BYTES };
        const copy = await copies.make(owner, source);
        return 'refused' in copy ? copy : outgoing(copy, name);
      } finally {
        await file.close();
      }
    },

    copyBytes: async (owner, name, bytes) => {
      const source = { what: name, chunks: once(bytes), limitBytes: DOCUMENT_LIMIT_BYTES };
      const copy = await copies.make(owner, source);
      return 'refused' in copy ? copy : outgoing(copy, name);
    },

    beginTurn: (sessionId, folder) => folders.begin(sessionId, folder),

    changes: (since, sessionId, folder) => folders.since(since, sessionId, folder),

    forgetTurns: (sessionId) => folders.forget(sessionId),

    read: (key) => copies.read(key),

    drop: (keys) => copies.drop(keys),

    sweep: async (keysOf) => {
      const named = new Map<string, ReadonlySet<string> | null>();
      for (const { key, owner } of await copies.list()) {
        const id = ownerId(owner);
        if (!named.has(id)) named.set(id, await keysOf(owner));
        if (named.get(id)?.has(key) === false) await copies.drop([key]);
      }
    },
  };
}

function ownerId(owner: CopyOwner): string {
  return 'sessionId' in owner ? owner.sessionId : String(owner.chatId);
}

function outgoing({ key, sizeBytes, head }: Copy, name: string): OutgoingFile {
  return {
    key,
    name: name.slice(0, LONGEST_NAME),
    sizeBytes,
    as: isPhoto(head, sizeBytes) ? 'photo' : 'document',
  };
}

/** Whether Telegram takes it as a picture. */
function isPhoto(head: Buffer, sizeBytes: number): boolean {
  const size = sizeBytes <= PHOTO.limitBytes ? imageSize(head) : null;
  if (!size) return false;
  const { width, height } = size;
  const [short, long] = [Math.min(width, height), Math.max(width, height)];
  return short > 0 && width + height <= PHOTO.edgesSum && long <= short * PHOTO.ratio;
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield await Promise.resolve(bytes);
}
