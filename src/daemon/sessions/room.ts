/**
 * Room for processes: at most so many live at once, and who gets a place when all are taken. A process has its place from
 * the moment it may start until nothing of it lives. For a message, or a person's wake, the session that has been idle
 * longest gives its place up; one that works never has to.
 */
import type { RoomEvent, RoomInput } from '../../../machines/session-events.ts';
import type { KeptSession } from './kept-session.ts';

export interface RoomOptions {
  /** At least 1. */
  places: number;
  /** The sessions of which a process lives, ending ones included. */
  taken: () => ReadonlySet<string>;
  /** Those in memory. */
  sessions: () => readonly Occupant[];
  /** Whether somebody is at work with the session now: it is about to get a message, or its process is asked something. */
  isInUse: (sessionId: string) => boolean;
  /** Orders an idle session to end its process. */
  evict: (session: Occupant) => void;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** What of a session matters here. */
type Occupant = Pick<KeptSession, 'id' | 'phase' | 'record' | 'tellIfRunning'>;

type Answer = (event: RoomEvent) => void;

interface Waiting extends RoomInput {
  answer: Answer;
  /** What it was told last of a full house; it is not told the same again. */
  told: string;
}

const URGENCY: Record<RoomInput['wantedFor'], number> = { message: 0, wake: 1, restore: 2 };

export class Room {
  readonly #options: RoomOptions;
  /** In the order in which they get room. */
  #line: Waiting[] = [];
  /** They may start, and their processes do not live yet. */
  readonly #granted = new Set<string>();
  /** What happens while one is let in is seen to right after. */
  #isLooking = false;
  #mayLet = true;

  constructor(options: RoomOptions) {
    this.#options = options;
  }

  /** How many sessions have room, and how many wait for it. */
  get count(): { live: number; waiting: number } {
    return { live: this.#occupied().size, waiting: this.#line.length };
  }

  /** In the line: 1 is the next one. Null if it is not in it. */
  placeOf(sessionId: string): number | null {
    const index = this.#line.findIndex(({ id }) => id === sessionId);
    return index === -1 ? null : index + 1;
  }

  /** Nobody gets room any more, as the daemon stops. */
  close(): void {
    this.#mayLet = false;
  }

  /**
   * Asks for room for one process.
   * @returns for whoever asks no longer, or has started the process by now
   */
  ask(input: RoomInput, answer: Answer): () => void {
    const waiting: Waiting = { ...input, answer, told: '' };
    this.#line = [...this.#line, waiting].sort(byUrgency);
    this.look();
    return () => {
      this.#line = this.#line.filter((other) => other !== waiting);
      // Whatever starts the process does so before this: from then on the process itself has the place.
      queueMicrotask(() => {
        this.#granted.delete(input.id);
        this.look();
      });
    };
  }

  /** Lets in whoever can be, and sees to it that others get room. To be called when anything has changed. */
  look(): void {
    // Nearly always nobody waits, and each event of each session comes by here.
    if (this.#line.length === 0 || this.#isLooking || !this.#mayLet) return;
    this.#isLooking = true;
    try {
      while (this.#letNextIn());
      this.#refuse();
      this.#makeRoom();
      this.#tell();
    } finally {
      this.#isLooking = false;
    }
  }

  #letNextIn(): boolean {
    const [next] = this.#line;
    if (!next || this.#occupied().size >= this.#options.places) return false;
    this.#line.shift();
    this.#granted.add(next.id);
    next.answer({ type: 'room.granted', at: this.#options.now() });
    return true;
  }

  /** What is wanted for a restore only is not worth a wait. */
  #refuse(): void {
    const refused = this.#line.filter(({ wantedFor }) => wantedFor === 'restore');
    this.#line = this.#line.filter((waiting) => !refused.includes(waiting));
    for (const { answer } of refused) answer({ type: 'room.refused', at: this.#options.now() });
  }

  #makeRoom(): void {
    const wanted = this.#line.length - this.#leaving().length;
    if (wanted <= 0) return;
    const idle = this.#living().filter((session) => this.#mayGo(session));
    const longest = idle.sort((a, b) => a.record.lastActivityAt - b.record.lastActivityAt);
    for (const session of longest.slice(0, wanted)) this.#options.evict(session);
  }

  #mayGo({ id, phase }: Occupant): boolean {
    return phase === 'live.idle' && !this.#options.isInUse(id);
  }

  /** Those whom no process that ends makes room for are told so; each of them once, and once more if it comes to wait for people. */
  #tell(): void {
    const { places, now } = this.#options;
    const waitingForPeople = this.#living().filter(({ phase }) => phase.includes('awaitingApproval')).length;
    for (const [index, waiting] of this.#line.entries()) {
      if (index < this.#leaving().length || this.#mayYetGo()) continue;
      const told = waitingForPeople >= places ? 'people' : 'full';
      if (waiting.told === told) continue;
      waiting.told = told;
      waiting.answer({ type: 'room.full', places, ahead: index, waitingForPeople, at: now() });
    }
  }

  /** Idle, but somebody is at work with it: it is let go of in a moment, or has a message then. */
  #mayYetGo(): boolean {
    return this.#living().some(({ phase }) => phase === 'live.idle');
  }

  #occupied(): Set<string> {
    return new Set([...this.#options.taken(), ...this.#granted]);
  }

  #living(): Occupant[] {
    const taken = this.#options.taken();
    return this.#options.sessions().filter(({ id }) => taken.has(id));
  }

  #leaving(): Occupant[] {
    return this.#living().filter(({ phase }) => phase.startsWith('live.stopping'));
  }
}

function byUrgency(a: Waiting, b: Waiting): number {
  return URGENCY[a.wantedFor] - URGENCY[b.wantedFor] || a.since - b.since;
}
