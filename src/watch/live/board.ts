/** The rows of all sessions, kept for as long as somebody looks at the live page, and what changes in them. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { HistoryEntry } from '../../history-entry.ts';
import { rowOf, type Row } from './row.ts';

/** Where the page gets what it shows. */
export interface BoardSource {
  /** All sessions, the last used first, without words; null: not known yet. */
  views(): Promise<SessionView[] | null>;
  /** One of them; null if it has gone. */
  view(id: string): Promise<SessionView | null>;
  /** What happened in it, oldest first. */
  timeline(id: string): Promise<HistoryEntry[]>;
  /** Of the daemon and the poller: facts that may be shown. It reads nothing. */
  host(): object;
  /** Of a process, in bytes. */
  memoryOf(pid: number): Promise<number | null>;
}

/** One open page. It is told what it does not know any more, and asks when it has time. */
export interface BoardViewer {
  /** Everything is there. */
  start(ids: readonly string[]): void;
  rowChanged(id: string): void;
  hostChanged(): void;
  noted(sessionId: string, entry: HistoryEntry): void;
}

export interface BoardOptions {
  source: BoardSource;
  log: { warn(fields: object, event: string): void };
  /** How long changes are gathered. Default: 100 ms. */
  gatherMs?: number;
  /** How often the machine's own figures are looked at. Defaults: 1 s, 5 s. */
  hostEveryMs?: number;
  memoryEveryMs?: number;
}

interface Kept {
  row: Row;
  /** As it is sent. */
  json: string;
}

/** From the first viewer to the last one. */
interface Look {
  isLoaded: boolean;
  timers: NodeJS.Timeout[];
}

/** So many sessions are looked at, at once. */
const LOOK_AT_ONCE = 32;
const BYTES_PER_MB = 1_000_000;
/** A look at what has changed may take a thirtieth of the time, and is made the more seldom the longer it takes. */
const REST_PER_LOOK = 30;
const LONGEST_REST_MS = 2_000;

export class Board {
  readonly #options: Required<BoardOptions>;
  readonly #viewers = new Set<BoardViewer>();
  readonly #rows = new Map<string, Kept>();
  readonly #memory = new Map<number, number>();
  readonly #touched = new Set<string>();
  #host = '';
  /** Of those who look now: what an earlier look still reads is no longer wanted. */
  #look: Look | null = null;
  #gathering: NodeJS.Timeout | null = null;
  /** How long the last look took. */
  #lookMs = 0;

  constructor(options: BoardOptions) {
    this.#options = { gatherMs: 100, hostEveryMs: 1_000, memoryEveryMs: 5_000, ...options };
  }

  get host(): string {
    return this.#host;
  }

  rowJson(id: string): string {
    return this.#rows.get(id)?.json ?? JSON.stringify({ id, gone: true });
  }

  timeline(id: string): Promise<HistoryEntry[]> {
    return this.#options.source.timeline(id);
  }

  /** @returns ends it */
  watch(viewer: BoardViewer): () => void {
    this.#viewers.add(viewer);
    if (!this.#look) this.#begin();
    else if (this.#look.isLoaded) viewer.start([...this.#rows.keys()]);
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.#end();
    };
  }

  /** Something happened in a session. Costs nothing while nobody looks. Never throws. */
  noted(sessionId: string, entry: HistoryEntry): void {
    if (!this.#look) return;
    this.#touch(sessionId);
    for (const viewer of this.#viewers) viewer.noted(sessionId, entry);
  }

  #begin(): void {
    const { hostEveryMs, memoryEveryMs } = this.#options;
    const look: Look = { isLoaded: false, timers: [] };
    this.#look = look;
    this.#host = JSON.stringify(this.#options.source.host());
    look.timers.push(
      setInterval(() => this.#lookAtHost(), hostEveryMs).unref(),
      setInterval(() => void this.#lookAtMemory(), memoryEveryMs).unref(),
    );
    void this.#load(look);
  }

  /** A daemon that starts, and a disk that refuses, are asked again. */
  async #load(look: Look): Promise<void> {
    const views = await this.#options.source.views().catch((error: unknown) => this.#failed(error));
    if (this.#look !== look) return;
    if (!views) {
      look.timers.push(setTimeout(() => void this.#load(look), this.#options.hostEveryMs).unref());
      return;
    }
    for (const view of views) this.#keep(view);
    look.isLoaded = true;
    for (const viewer of this.#viewers) viewer.start([...this.#rows.keys()]);
    this.#gather();
    await this.#lookAtMemory();
  }

  #end(): void {
    for (const timer of this.#look?.timers ?? []) clearInterval(timer);
    if (this.#gathering) clearTimeout(this.#gathering);
    this.#gathering = null;
    this.#look = null;
    this.#rows.clear();
    this.#memory.clear();
    this.#touched.clear();
  }

  /** Whether the row is another than before. */
  #keep(view: SessionView): boolean {
    const row = rowOf(view, view.pid === null ? null : (this.#memory.get(view.pid) ?? null));
    const json = JSON.stringify(row);
    if (this.#rows.get(row.id)?.json === json) return false;
    this.#rows.set(row.id, { row, json });
    return true;
  }

  #touch(id: string): void {
    this.#touched.add(id);
    if (this.#look?.isLoaded) this.#gather();
  }

  #gather(): void {
    if (this.#touched.size === 0) return;
    this.#gathering ??= setTimeout(() => {
      this.#lookAtTouched()
        .catch((error: unknown) => this.#failed(error))
        .finally(() => {
          this.#gathering = null;
          if (this.#look) this.#gather();
        });
    }, this.#restMs).unref();
  }

  get #restMs(): number {
    const rest = Math.min(this.#lookMs * REST_PER_LOOK, LONGEST_REST_MS);
    return Math.max(this.#options.gatherMs, rest);
  }

  async #lookAtTouched(): Promise<void> {
    const look = this.#look;
    const since = performance.now();
    // Who waits for room moves up when another one gets it.
    for (const [id, { row }] of this.#rows) if (row.roomPlace !== null) this.#touched.add(id);
    const ids = [...this.#touched];
    this.#touched.clear();
    for (let first = 0; first < ids.length; first += LOOK_AT_ONCE) {
      const some = ids.slice(first, first + LOOK_AT_ONCE);
      const views = await Promise.all(some.map((id) => this.#options.source.view(id)));
      if (this.#look !== look) return;
      for (const [index, id] of some.entries()) {
        const view = views[index];
        const isChanged = view ? this.#keep(view) : this.#rows.delete(id);
        if (isChanged) for (const viewer of this.#viewers) viewer.rowChanged(id);
      }
    }
    this.#lookMs = performance.now() - since;
  }

  #lookAtHost(): void {
    const host = JSON.stringify(this.#options.source.host());
    if (host === this.#host) return;
    this.#host = host;
    for (const viewer of this.#viewers) viewer.hostChanged();
  }

  async #lookAtMemory(): Promise<void> {
    const look = this.#look;
    const live = [...this.#rows.values()].flatMap(({ row: { id, pid } }) =>
      pid === null ? [] : [{ id, pid }],
    );
    const seen = new Map<number, number>();
    for (let first = 0; first < live.length; first += LOOK_AT_ONCE) {
      for (const { id, pid } of live.slice(first, first + LOOK_AT_ONCE)) {
        const bytes = await this.#options.source.memoryOf(pid);
        if (this.#look !== look) return;
        if (bytes === null) continue;
        const megabytes = Math.round(bytes / BYTES_PER_MB);
        seen.set(pid, megabytes);
        if (this.#memory.get(pid) !== megabytes) this.#touch(id);
      }
    }
    this.#memory.clear();
    for (const [pid, megabytes] of seen) this.#memory.set(pid, megabytes);
  }

  #failed(error: unknown): null {
    this.#options.log.warn({ err: error }, 'watch.failed');
    return null;
  }
}
