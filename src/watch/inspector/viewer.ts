/** One viewer of the machines, served at its own pace: whoever reads slowly misses steps, and costs no memory. */

export interface ViewerOptions {
  /** Sends one frame; `sent` is called when it has left this process, or can't. */
  send: (frame: string, sent: () => void) => void;
  /** The ids of all live actors. */
  liveActors: () => string[];
  /** The frame that introduces an actor as it is now, or null if it has gone. */
  introduce: (sessionId: string) => string | null;
}

/** So much may wait for a viewer; beyond it the viewer starts anew with the actors as they are then. */
const MAX_WAITING_CHARACTERS = 1_000_000;

/** Tells the page to forget what it knew: all actors that are alive follow. */
export const START_FRAME = JSON.stringify({ type: 'hibernaut.start' });

export class Viewer {
  readonly #options: ViewerOptions;
  /** Introductions, made when their turn comes; they go before anything that waits. */
  #owed: (() => string | null)[] = [];
  #waiting: string[] = [];
  #waitingCharacters = 0;
  #isSending = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#startAnew();
    this.#pump();
  }

  show(frame: string): void {
    if (this.#waitingCharacters + frame.length > MAX_WAITING_CHARACTERS) this.#startAnew();
    else this.#wait(frame);
    this.#pump();
  }

  #startAnew(): void {
    this.#waiting = [];
    this.#waitingCharacters = 0;
    const { liveActors, introduce } = this.#options;
    this.#owed = [() => START_FRAME, ...liveActors().map((id) => () => introduce(id))];
  }

  #wait(frame: string): void {
    this.#waiting.push(frame);
    this.#waitingCharacters += frame.length;
  }

  #pump(): void {
    if (this.#isSending) return;
    const frame = this.#next();
    if (frame === undefined) return;
    this.#isSending = true;
    this.#options.send(frame, () => {
      this.#isSending = false;
      this.#pump();
    });
  }

  #next(): string | undefined {
    for (let make = this.#owed.shift(); make; make = this.#owed.shift()) {
      const frame = make();
      if (frame !== null) return frame;
    }
    const frame = this.#waiting.shift();
    this.#waitingCharacters -= frame?.length ?? 0;
    return frame;
  }
}
