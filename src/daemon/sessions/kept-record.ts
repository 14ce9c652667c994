/** The newest record of a session in memory: on its way to disk, and from there what it owes on its way to the chat. */
import type { TelegramEvent } from '../../../machines/session-events.ts';
import type { OutboxItem, SessionRecord } from '../../../machines/session-record.ts';
import type { Store } from '../../store/ports.ts';
import type { TelegramPort } from '../../telegram/ports.ts';
import type { WorkspacePort } from '../../workspace/ports.ts';
import { guarded } from '../guarded.ts';
import type { DaemonLog } from '../log.ts';
import { copiesOf, isLoose, looseNotice, offerable } from './record-only.ts';
import { Saving, type ClockOfActors } from './saving.ts';

export interface KeptRecordOptions {
  store: Pick<Store, 'saveSession'>;
  telegram: Pick<TelegramPort, 'offer'>;
  /** Of the files that it owes. */
  copies: Pick<WorkspacePort, 'drop'>;
  log: DaemonLog;
  clock: ClockOfActors;
  /** Wall clock, ms since the epoch. */
  now: () => number;
  /** More of it is on disk, or in the chat, than before. */
  onSettled: () => void;
  /** It was wrong, which is a bug; it is the last one on disk again. */
  onInvalid: (error: TypeError) => void;
  /** Another daemon has the session now. */
  onTakenOver: () => void;
}

export class KeptRecord {
  readonly #options: KeptRecordOptions;
  readonly #saving: Saving;
  #newest: SessionRecord;
  #onDisk: SessionRecord;
  /** What the chat is told without the disk, until Telegram took it. */
  #loose: OutboxItem[] = [];
  #looseCount = 0;

  /** @param record as it is on disk */
  constructor(record: SessionRecord, options: KeptRecordOptions) {
    this.#options = options;
    this.#newest = record;
    this.#onDisk = record;
    const { store, clock, log } = options;
    this.#saving = new Saving({
      store,
      clock,
      onSaved: (saved) => this.#guarded(() => this.#saved(saved)),
      onRefused: (error) => this.#guarded(() => this.#tellRefused(error)),
      onInvalid: (error) => {
        this.#newest = this.#onDisk;
        options.onInvalid(error);
      },
      onTakenOver: (error) => {
        log.error({ sessionId: record.id, err: error }, 'session.takenOver');
        options.onTakenOver();
      },
    });
  }

  get newest(): SessionRecord {
    return this.#newest;
  }

  /** Whether all of it is on disk, and the chat knows whatever the disk does not. */
  get isSettled(): boolean {
    return this.#saving.isSaved && this.#loose.length === 0;
  }

  /** Takes the newest one in. The same object as before changes nothing. */
  keep(record: SessionRecord): void {
    if (record === this.#newest) return;
    this.#newest = record;
    this.#saving.save(record);
  }

  /** Gives Telegram what is owed and on disk; it knows what it has already. */
  offer(): void {
    this.#guarded(() => {
      this.#options.telegram.offer(offerable(this.#onDisk, this.#newest, this.#loose));
    });
  }

  /** Whether the report was about a word of our own, of which no record knows. */
  takeLooseReport(event: TelegramEvent): boolean {
    if (!('outboxId' in event) || !isLoose(event.outboxId)) return false;
    if (event.type === 'telegram.delivered') {
      this.#loose = this.#loose.filter((item) => item.id !== event.outboxId);
      this.#options.onSettled();
    }
    return true;
  }

  /** Resolves once the newest one is on disk. Rejects if the disk refuses it now. */
  saved(): Promise<void> {
    return this.#saving.saved();
  }

  /** As `saved`, but waits as long as the disk refuses. */
  savedAtLast(): Promise<void> {
    return this.#saving.savedAtLast();
  }

  /** Saves no more. */
  end(): void {
    this.#saving.end();
  }

  #saved(record: SessionRecord): void {
    const { copies } = this.#options;
    const owed = copiesOf(record);
    const delivered = [...copiesOf(this.#onDisk)].filter((key) => !owed.has(key));
    if (delivered.length > 0) void copies.drop(delivered);
    this.#onDisk = record;
    this.offer();
    this.#options.onSettled();
  }

  #tellRefused(error: unknown): void {
    const { log, now } = this.#options;
    log.error({ sessionId: this.#newest.id, err: error }, 'session.notSaved');
    const detail = error instanceof Error ? error.message : String(error);
    this.#looseCount += 1;
    this.#loose.push(looseNotice({ type: 'notSaved', detail }, this.#looseCount, now()));
    this.offer();
  }

  #guarded(act: () => void): void {
    guarded(this.#options.log, this.#newest.id, act);
  }
}
