/**
 * What one open page is told, as server-sent events, at its own pace: first everything, then what changed. Whoever reads
 * slowly gets the newest state when there is room, and misses steps; what waits are ids, so nothing grows.
 */
import type { ServerResponse } from 'node:http';
import type { HistoryEntry } from '../../history-entry.ts';
import type { Board, BoardViewer } from './board.ts';
import { sessionOf, type MachineStep } from './machines.ts';

/** The first rows are few, so that the page has something to show at once. */
const FIRST_ROWS = 100;
const MORE_ROWS = 500;
/** Entries of a session that wait for a slow reader; beyond it all of its timeline is sent anew. */
const MAX_ENTRIES = 200;
/** By which the page knows that a connection through a tunnel is alive. */
const BEAT_MS = 15_000;

type Entry = HistoryEntry | MachineStep;

/** A session, or another machine. */
interface Followed {
  subject: string;
  isReading: boolean;
  /** All that happened, if it is to be sent. */
  timeline: Entry[] | null;
  /** What happened since. */
  entries: Entry[];
  /** Whether these have been gathered for long enough. */
  isDue: boolean;
  end: () => void;
}

export class Stream implements BoardViewer {
  readonly #response: ServerResponse;
  readonly #board: Board;
  readonly #owed = new Set<string>();
  #hello: object | null;
  #isHostOwed = true;
  readonly #owedMachines = new Set<string>();
  /** As they were last sent. */
  readonly #machines = new Map<string, string>();
  /** Whether all sessions have been read, and whether the page was told so after the last of them. */
  #isWhole = false;
  #isReady = false;
  #sentRows = 0;
  #followed: Followed | null = null;
  #isBlocked = false;

  /** @param hello what the page is told first */
  constructor(response: ServerResponse, board: Board, hello: object) {
    this.#response = response;
    this.#board = board;
    this.#hello = hello;
    response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
    const beat = setInterval(() => this.#beat(), BEAT_MS).unref();
    const stop = board.watch(this);
    response.once('close', () => {
      clearInterval(beat);
      this.#followed?.end();
      stop();
    });
    this.#pump();
  }

  rowsChanged(ids: readonly string[]): void {
    for (const id of ids) this.#owed.add(id);
    this.#pump();
  }

  whole(): void {
    this.#isWhole = true;
    this.#pump();
  }

  hostChanged(): void {
    this.#isHostOwed = true;
    this.#pump();
  }

  machineChanged(subject: string): void {
    const isSession = sessionOf(subject) !== null;
    if (isSession && subject !== this.#followed?.subject) return;
    this.#owedMachines.add(subject);
    this.#pump();
  }

  get followed(): string | null {
    return this.#followed?.subject ?? null;
  }

  noted(entry: Entry): void {
    const followed = this.#followed;
    if (!followed) return;
    followed.entries.push(entry);
    if (followed.entries.length > MAX_ENTRIES) {
      followed.entries.shift();
      if (!followed.isReading) void this.#readTimeline(followed);
    } else if (followed.entries.length === 1) {
      setTimeout(() => {
        followed.isDue = true;
        this.#pump();
      }, this.#board.gatherMs).unref();
    }
  }

  /** From now on also what happens in this session or machine, with what happened before. Null: in none. */
  async follow(subject: string | null): Promise<void> {
    this.#followed?.end();
    this.#followed = null;
    if (subject === null) return;
    const id = sessionOf(subject);
    const followed = { subject, isReading: false, timeline: null, entries: [], isDue: false };
    this.#machines.delete(subject);
    this.#followed = { ...followed, end: id === null ? () => undefined : this.#board.lookAtMachine(id) };
    this.machineChanged(subject);
    await this.#readTimeline(this.#followed);
  }

  end(): void {
    this.#response.end();
  }

  async #readTimeline(followed: Followed): Promise<void> {
    followed.isReading = true;
    const timeline = await this.#board.timeline(followed.subject);
    const known = new Set(timeline.map((entry) => JSON.stringify(entry)));
    followed.entries = followed.entries.filter((entry) => !known.has(JSON.stringify(entry)));
    followed.timeline = timeline;
    followed.isReading = false;
    this.#pump();
  }

  #pump(): void {
    while (!this.#isBlocked && !this.#response.destroyed) {
      const frame = this.#next();
      if (frame === null) return;
      this.#write(frame);
    }
  }

  #write(frame: string): void {
    this.#isBlocked = !this.#response.write(frame);
    if (!this.#isBlocked) return;
    this.#response.once('drain', () => {
      this.#isBlocked = false;
      this.#pump();
    });
  }

  #next(): string | null {
    if (this.#hello) {
      const hello = this.#hello;
      this.#hello = null;
      return frameOf('hello', JSON.stringify(hello));
    }
    if (this.#isHostOwed) {
      this.#isHostOwed = false;
      return frameOf('host', this.#board.host);
    }
    return this.#nextMachine() ?? this.#nextOfFollowed() ?? this.#nextRows();
  }

  #nextMachine(): string | null {
    for (const subject of this.#owedMachines) {
      this.#owedMachines.delete(subject);
      const json = JSON.stringify(this.#board.machine(subject));
      if (this.#machines.get(subject) === json) continue;
      if (sessionOf(subject) === null) this.#machines.set(subject, json);
      return frameOf('machine', json);
    }
    return null;
  }

  #nextOfFollowed(): string | null {
    const followed = this.#followed;
    if (!followed || followed.isReading) return null;
    const { subject, timeline, entries, isDue } = followed;
    if (timeline === null && (entries.length === 0 || !isDue)) return null;
    followed.timeline = null;
    followed.entries = [];
    followed.isDue = false;
    return timeline === null
      ? frameOf('entries', JSON.stringify({ subject, entries }))
      : frameOf('timeline', JSON.stringify({ subject, entries: [...timeline, ...entries] }));
  }

  #nextRows(): string | null {
    if (this.#owed.size === 0) {
      if (!this.#isWhole || this.#isReady) return null;
      this.#isReady = true;
      return frameOf('ready', '{}');
    }
    const most = this.#sentRows === 0 ? FIRST_ROWS : MORE_ROWS;
    const ids = firstOf(this.#owed, most);
    for (const id of ids) this.#owed.delete(id);
    this.#sentRows += ids.length;
    const rows = ids.map((id) => this.#board.rowJson(id)).join(',');
    return frameOf('rows', `{"total":${String(this.#board.total)},"rows":[${rows}]}`);
  }

  #beat(): void {
    if (!this.#isBlocked && !this.#response.destroyed) this.#write(frameOf('beat', '{}'));
  }
}

function firstOf(ids: ReadonlySet<string>, most: number): string[] {
  const first: string[] = [];
  for (const id of ids) {
    if (first.length === most) break;
    first.push(id);
  }
  return first;
}

function frameOf(event: string, json: string): string {
  return `event: ${event}\ndata: ${json}\n\n`;
}
