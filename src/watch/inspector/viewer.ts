/** One viewer of the machines, served at its own pace: whoever reads slowly misses steps, and costs no memory. */

export interface ViewerOptions {
  /** Sends frames; `sent` is called when they have left this process, and never if they can't. */
  send: (frames: string[], sent: () => void) => void;
  /** The ids of all live actors. */
  liveActors: () => string[];
  /** The frame that introduces an actor as it is now, or null if it has gone. */
  introduce: (sessionId: string) => string | null;
}

/** So much may wait for a viewer; beyond it the viewer starts anew with the actors as they are then. */
const MAX_WAITING_CHARACTERS = 1_000_000;
/** So much is sent together, before the sessions get their turn again. */
const CHARACTERS_AT_ONCE = 256_000;

/** Tells the page to forget what it knew: all actors that are alive follow. */
export const START_FRAME = JSON.stringify({ type: 'hibernaut.start' });

export class Viewer {
  readonly #options: ViewerOptions;
  /** Each is made when its turn comes; they go before anything that waits. */
  #introductions: Iterator<string, undefined>;
  #waiting: string[] = [];
  #waitingCharacters = 0;
  /** Frames are on their way, or will be soon. */
  #isBusy = false;

  constructor(options: ViewerOptions) {
    this.#options = options;
    this.#introductions = this.#introduceAll();
    this.#sendSoon();
  }

  show(frame: string): void {
    if (this.#waitingCharacters + frame.length > MAX_WAITING_CHARACTERS) this.#startAnew();
    else this.#wait(frame);
    if (!this.#isBusy) this.#sendSoon();
  }

  #startAnew(): void {
    this.#waiting = [];
    this.#waitingCharacters = 0;
    this.#introductions = this.#introduceAll();
  }

  *#introduceAll(): Generator<string, undefined> {
    yield START_FRAME;
    for (const id of this.#options.liveActors()) {
      const frame = this.#options.introduce(id);
      if (frame !== null) yield frame;
    }
  }

  #wait(frame: string): void {
    this.#waiting.push(frame);
    this.#waitingCharacters += frame.length;
  }

  /** What comes together is sent together: most of what a frame costs is its way to the viewer. */
  #sendSoon(): void {
    this.#isBusy = true;
    setImmediate(() => {
      const frames = this.#takeSome();
      if (frames.length === 0) this.#isBusy = false;
      else this.#options.send(frames, () => this.#sendSoon());
    });
  }

  #takeSome(): string[] {
    const frames: string[] = [];
    let characters = 0;
    for (let frame = this.#take(); frame !== undefined; frame = this.#take()) {
      frames.push(frame);
      characters += frame.length;
      if (characters >= CHARACTERS_AT_ONCE) break;
    }
    return frames;
  }

  #take(): string | undefined {
    const introduction = this.#introductions.next().value;
    if (introduction !== undefined) return introduction;
    const frame = this.#waiting.shift();
    this.#waitingCharacters -= frame?.length ?? 0;
    return frame;
  }
}
