/** What all open pages are told: the rows of all sessions, kept for as long as somebody looks, the machines, and what changes. */
import type { AnyActor } from 'xstate';
import type { SessionView } from '../../../machines/session-view.ts';
import type { HistoryEntry } from '../../history-entry.ts';
import { Machines, sessionOf, type MachineState, type MachineStep } from './machines.ts';
import { rowOf, type Row } from './row.ts';

/** All sessions, without words, in the order in which they can be had. */
export interface ViewsAsRead {
  /** How many there are, about. */
  total: number;
  batches: AsyncIterable<SessionView[]>;
}

/** Where the page gets what it shows. */
export interface BoardSource {
  /** Null: not known yet. */
  views(): Promise<ViewsAsRead | null>;
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
  /** The session or machine whose events it wants to be told, too. */
  readonly followed: string | null;
  rowsChanged(ids: readonly string[]): void;
  /** All sessions have been read. */
  whole(): void;
  hostChanged(): void;
  /** Of a machine: its state, or what time will do to it. */
  machineChanged(subject: string): void;
  noted(entry: HistoryEntry | MachineStep): void;
}

export interface BoardOptions {
  source: BoardSource;
  log: { warn(fields: object, event: string): void };
  /** Wall clock, ms since the epoch. */
  now: () => number;
  /** How long changes are gathered. Default: 100 ms. */
  gatherMs?: number;
  /** How long many changes, which take long to look at, are gathered at most. Default: 5 s. */
  longestRestMs?: number;
  /** How often the machine's own figures are looked at. Defaults: 1 s, 5 s. */
  hostEveryMs?: number;
  memoryEveryMs?: number;
}

/** From the first viewer to the last one. */
interface Look {
  /** Whether all sessions have been read. */
  isWhole: boolean;
  timers: NodeJS.Timeout[];
}

/** So many sessions are looked at, at once. */
const LOOK_AT_ONCE = 32;
const BYTES_PER_MB = 1_000_000;
/** A look at what has changed, and telling it, may take a hundredth of the time: it is done the more seldom the longer it takes. */
const REST_PER_LOOK = 100;

export class Board {
  readonly #options: Required<BoardOptions>;
  readonly #viewers = new Set<BoardViewer>();
  /** As they are sent. */
  readonly #rows = new Map<string, string>();
  /** Of the rows, what changes by itself: of those that have a process, or wait for room. */
  readonly #live = new Map<string, Pick<Row, 'pid' | 'roomPlace'>>();
  readonly #memory = new Map<number, number>();
  readonly #touched = new Set<string>();
  readonly #machines: Machines;
  readonly #moved = new Set<string>();
  #tellingMoved: NodeJS.Timeout | null = null;
  #host = '';
  #total = 0;
  /** Of those who look now: what an earlier look still reads is no longer wanted. */
  #look: Look | null = null;
  #gathering: NodeJS.Timeout | null = null;
  /** How long the last look took. */
  #lookMs = 0;

  constructor(options: BoardOptions) {
    this.#options = {
      gatherMs: 100,
      longestRestMs: 5_000,
      hostEveryMs: 1_000,
      memoryEveryMs: 5_000,
      ...options,
    };
    this.#machines = new Machines(
      {
        changed: (subject) => this.#moves(subject),
        stepped: (subject, step) => {
          for (const viewer of this.#viewers) if (viewer.followed === subject) viewer.noted(step);
        },
      },
      options.now,
    );
  }

  get host(): string {
    return this.#host;
  }

  /** How many sessions there are, about, until all have been read. */
  get total(): number {
    return this.#look?.isWhole ? this.#rows.size : Math.max(this.#total, this.#rows.size);
  }

  rowJson(id: string): string {
    return this.#rows.get(id) ?? JSON.stringify({ id, gone: true });
  }

  get gatherMs(): number {
    return this.#options.gatherMs;
  }

  /** Of a session, or of another machine. */
  timeline(subject: string): Promise<(HistoryEntry | MachineStep)[]> {
    const id = sessionOf(subject);
    return id === null ? Promise.resolve(this.#machines.steps(subject)) : this.#options.source.timeline(id);
  }

  /** To call with each root actor, before its start. */
  follow(actor: AnyActor): void {
    this.#machines.follow(actor);
  }

  machine(subject: string): MachineState {
    return this.#machines.state(subject);
  }

  /** Viewers are told when this session's machine moves. @returns ends it */
  lookAtMachine(sessionId: string): () => void {
    return this.#machines.lookAt(sessionId);
  }

  /** @returns ends it */
  watch(viewer: BoardViewer): () => void {
    this.#viewers.add(viewer);
    if (!this.#look) this.#begin();
    else {
      viewer.rowsChanged([...this.#rows.keys()]);
      if (this.#look.isWhole) viewer.whole();
    }
    for (const subject of this.#machines.standing) viewer.machineChanged(subject);
    return () => {
      this.#viewers.delete(viewer);
      if (this.#viewers.size === 0) this.#end();
    };
  }

  /** Something happened in a session. Costs nothing while nobody looks. Never throws. */
  noted(sessionId: string, entry: HistoryEntry): void {
    if (!this.#look) return;
    this.#touch(sessionId);
    for (const viewer of this.#viewers) {
      if (viewer.followed !== null && sessionOf(viewer.followed) === sessionId) viewer.noted(entry);
    }
  }

  #begin(): void {
    const { hostEveryMs, memoryEveryMs } = this.#options;
    const look: Look = { isWhole: false, timers: [] };
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
    const isWhole = await this.#read(look).catch((error: unknown) => this.#failed(error));
    if (this.#look !== look) return;
    if (!isWhole) {
      look.timers.push(setTimeout(() => void this.#load(look), this.#options.hostEveryMs).unref());
      return;
    }
    look.isWhole = true;
    for (const viewer of this.#viewers) viewer.whole();
    await this.#lookAtMemory();
  }

  /** Whether all were there. It ends as soon as nobody looks any more. */
  async #read(look: Look): Promise<boolean> {
    const views = await this.#options.source.views();
    if (!views || this.#look !== look) return false;
    this.#total = views.total;
    for await (const batch of views.batches) {
      if (this.#look !== look) return false;
      // What has changed since it was asked for is newer.
      const unknown = batch.filter(({ id }) => !this.#rows.has(id));
      for (const view of unknown) this.#keep(view);
      for (const viewer of this.#viewers) viewer.rowsChanged(unknown.map(({ id }) => id));
    }
    return true;
  }

  #end(): void {
    for (const timer of this.#look?.timers ?? []) clearInterval(timer);
    for (const timer of [this.#gathering, this.#tellingMoved]) if (timer) clearTimeout(timer);
    this.#gathering = null;
    this.#tellingMoved = null;
    this.#moved.clear();
    this.#look = null;
    this.#rows.clear();
    this.#live.clear();
    this.#total = 0;
    this.#memory.clear();
    this.#touched.clear();
  }

  /** Whether the row is another than before. */
  #keep(view: SessionView): boolean {
    const row = rowOf(view, view.pid === null ? null : (this.#memory.get(view.pid) ?? null));
    const json = JSON.stringify(row);
    if (this.#rows.get(row.id) === json) return false;
    this.#rows.set(row.id, json);
    const { pid, roomPlace } = row;
    if (pid !== null || roomPlace !== null) this.#live.set(row.id, { pid, roomPlace });
    else this.#live.delete(row.id);
    return true;
  }

  #forget(id: string): boolean {
    this.#live.delete(id);
    return this.#rows.delete(id);
  }

  #touch(id: string): void {
    this.#touched.add(id);
    if (this.#look) this.#gather();
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
    const rest = Math.min(this.#lookMs * REST_PER_LOOK, this.#options.longestRestMs);
    return Math.max(this.#options.gatherMs, rest);
  }

  async #lookAtTouched(): Promise<void> {
    const look = this.#look;
    const since = performance.now();
    // Who waits for room moves up when another one gets it.
    for (const [id, { roomPlace }] of this.#live) if (roomPlace !== null) this.#touched.add(id);
    const ids = [...this.#touched];
    this.#touched.clear();
    const changed: string[] = [];
    for (let first = 0; first < ids.length; first += LOOK_AT_ONCE) {
      const some = ids.slice(first, first + LOOK_AT_ONCE);
      const views = await Promise.all(some.map((id) => this.#options.source.view(id)));
      if (this.#look !== look) return;
      for (const [index, id] of some.entries()) {
        const view = views[index];
        if (view ? this.#keep(view) : this.#forget(id)) changed.push(id);
      }
    }
    for (const viewer of this.#viewers) viewer.rowsChanged(changed);
    this.#lookMs = performance.now() - since;
  }

  /** The daemon's and the poller's other facts change with their states. */
  #moves(subject: string): void {
    if (!this.#look) return;
    this.#moved.add(subject);
    this.#tellingMoved ??= setTimeout(() => {
      this.#tellingMoved = null;
      const moved = [...this.#moved];
      this.#moved.clear();
      for (const viewer of this.#viewers) for (const each of moved) viewer.machineChanged(each);
      if (moved.some((each) => sessionOf(each) === null)) this.#lookAtHost();
    }, this.#options.gatherMs).unref();
  }

  #lookAtHost(): void {
    const host = JSON.stringify(this.#options.source.host());
    if (host === this.#host) return;
    this.#host = host;
    for (const viewer of this.#viewers) viewer.hostChanged();
  }

  async #lookAtMemory(): Promise<void> {
    const look = this.#look;
    const live = [...this.#live].flatMap(([id, { pid }]) => (pid === null ? [] : [{ id, pid }]));
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
