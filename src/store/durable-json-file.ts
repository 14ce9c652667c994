/**
 * lowdb's adapter for one document in one file. It adds to lowdb's own JSONFile what a daemon needs: a document that is
 * durable when `write` resolves, validated and migrated when it is read, and never overwritten unread.
 *
 * Reads and writes of a file take turns. Of writes that wait for their turn only the newest is made, and it resolves
 * them all; each write first reads what it is about to replace, unless it is what was written here the last time.
 */
import type { Adapter } from 'lowdb';
import type { Disk } from './disk.ts';
import { decode, encode, type DocumentKind } from './document.ts';
import { Lane } from './lane.ts';
import { cannotBeReadAsItIs, newerError } from './store-error.ts';
import type { UnreadableFiles } from './unreadable-files.ts';

export interface DurableJsonFileOptions<T> {
  path: string;
  /** What the document must say that it is. */
  name: string;
  kind: DocumentKind<T>;
  disk: Disk;
  unreadable: UnreadableFiles;
  /** Called in the file's turn, so that nothing else happens to the file meanwhile. */
  hooks?: DurableJsonFileHooks<T>;
}

export interface DurableJsonFileHooks<T> {
  /** Throws if `next` must not take the place of `stored`. */
  mayReplace?(next: T, stored: T): void;
  /** What must be durable before this document is. */
  beforeReplace?(next: T, stored: T | null): Promise<void>;
  /** It has taken the place of `stored`. */
  replaced?(next: T, stored: T | null): Promise<void>;
  /** What is on disk now: a document, or null for none. Not called for one that was left alone. */
  afterwards?(stored: T | null): Promise<void>;
}

/** `leftAlone`: nothing is wrong with it, as far as we know, and so it stays where it is. */
type Found<T> = { record: T | null } | { leftAlone: Error };

export class DurableJsonFile<T> implements Adapter<T | null> {
  readonly #options: DurableJsonFileOptions<T>;
  readonly #hooks: DurableJsonFileHooks<T>;
  readonly #lane = new Lane();
  /** What is on disk, while `identity` is that of the file. */
  #written: { record: T; identity: string } | null = null;
  /** The write that has not begun yet. */
  #next: { record: T; written: Promise<void> } | null = null;

  constructor(options: DurableJsonFileOptions<T>) {
    this.#options = options;
    this.#hooks = options.hooks ?? {};
  }

  get isFree(): boolean {
    return this.#lane.isFree;
  }

  settled(): Promise<void> {
    return this.#lane.settled();
  }

  /** Null if there is no file, or none that can be read. */
  read = (): Promise<T | null> =>
    this.#lane.run(async () => {
      const found = await this.#find();
      if ('leftAlone' in found) return null;
      await this.#hooks.afterwards?.(found.record);
      return found.record;
    });

  /** Resolves once `record`, or a newer one, is durable. Null is not written: lowdb has it for "nothing". */
  write = async (record: T | null): Promise<void> => {
    if (record === null) return;
    if (this.#next) {
      this.#hooks.mayReplace?.(record, this.#next.record);
      this.#next.record = record;
      return this.#next.written;
    }
    const next = { record, written: this.#lane.run(() => this.#writeNext()) };
    this.#next = next;
    return next.written;
  };

  async #writeNext(): Promise<void> {
    const next = this.#next;
    this.#next = null;
    if (next) await this.#replace(next.record);
  }

  async #replace(record: T): Promise<void> {
    const { path, kind, disk } = this.#options;
    const text = encode(record, kind);
    const found = (await this.#findWritten()) ?? (await this.#find());
    if ('leftAlone' in found) throw found.leftAlone;
    if (found.record !== null) this.#hooks.mayReplace?.(record, found.record);
    await this.#hooks.beforeReplace?.(record, found.record);
    this.#written = null;
    this.#written = { record, identity: await disk.replace(path, text) };
    await this.#hooks.replaced?.(record, found.record);
    await this.#hooks.afterwards?.(record);
  }

  /** Null if it has to be read: somebody else may have written it. */
  async #findWritten(): Promise<Found<T> | null> {
    const { path, disk } = this.#options;
    if (this.#written === null) return null;
    const isUnchanged = (await disk.identityOf(path)) === this.#written.identity;
    return isUnchanged ? { record: this.#written.record } : null;
  }

  async #find(): Promise<Found<T>> {
    const { path, name, kind, disk, unreadable } = this.#options;
    this.#written = null;
    let bytes: Uint8Array | null;
    try {
      bytes = await disk.read(path);
    } catch (error) {
      if (!cannotBeReadAsItIs(error)) throw error;
      unreadable.leaveAlone({ path, name, why: error.message });
      return { leftAlone: error };
    }
    if (bytes === null) return { record: null };
    const decoded = decode(bytes, kind, name);
    if ('newer' in decoded) {
      const error = newerError(path, decoded.newer);
      unreadable.leaveAlone({ path, name, why: decoded.newer });
      return { leftAlone: error };
    }
    unreadable.isWell(path);
    if ('record' in decoded) return decoded;
    await unreadable.setAside({ path, name, why: decoded.unreadable });
    return { record: null };
  }
}
