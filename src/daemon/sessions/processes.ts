/**
 * The Claude processes that are alive, kept outside the statecharts: XState does not stop the children of an actor
 * that failed (statelyai/xstate#5153), and no second process may start on a session before the first one is gone.
 */
import type { ClaudeCommand, ClaudeInput } from '../../../machines/session-events.ts';
import type { ClaudeListener, ClaudePort, ClaudeProcess } from '../../claude/ports.ts';
import type { DaemonLog } from '../log.ts';

/** What an actor holds of its process. */
export interface ProcessHandle {
  send(command: ClaudeCommand): void;
  /** The actor needs it no longer: whatever still lives is killed. */
  release(): void;
}

interface Living {
  /** Null while `ClaudePort.start` has not returned. */
  process: ClaudeProcess | null;
  /** Its actor has failed: there is nobody to tell. */
  isAbandoned: boolean;
  /** Null while nobody kills it. */
  killing: Promise<void> | null;
  gone: Promise<void>;
  markGone: () => void;
}

export class Processes {
  readonly #claude: ClaudePort;
  readonly #log: DaemonLog;
  readonly #onGone: (sessionId: string) => void;
  readonly #living = new Map<string, Living>();

  /** @param onGone told each time nothing of a session's process lives any more */
  constructor(claude: ClaudePort, log: DaemonLog, onGone: (sessionId: string) => void) {
    this.#claude = claude;
    this.#log = log;
    this.#onGone = onGone;
  }

  /** Starts the session's process, once an earlier one of the same session has gone. Never throws. */
  start(input: ClaudeInput, listener: ClaudeListener, beforePrompt: () => Promise<void>): ProcessHandle {
    const start = (): ProcessHandle => this.#startNow(input, listener, beforePrompt);
    const earlier = this.#living.get(input.id);
    if (!earlier) return start();
    this.#log.warn({ sessionId: input.id }, 'process.waitsForEarlierOne');
    return startAfter(earlier.gone, start);
  }

  /** Of how many sessions a process lives: starts, works, or ends and has not gone yet. */
  get living(): ReadonlySet<string> {
    return new Set(this.#living.keys());
  }

  isAlive(sessionId: string): boolean {
    return this.#living.has(sessionId);
  }

  /** The session's process, to be asked about itself; null if none lives. */
  of(sessionId: string): Pick<ClaudeProcess, 'usage' | 'rewindPoints' | 'rewind'> | null {
    return this.#living.get(sessionId)?.process ?? null;
  }

  /** Kills what an actor left that failed. Resolves when nothing of it lives. */
  async abandon(sessionId: string): Promise<void> {
    const living = this.#living.get(sessionId);
    if (!living) return;
    living.isAbandoned = true;
    await this.#kill(sessionId, living);
  }

  /** Kills them all. Their actors hear of the exits. */
  async killAll(): Promise<void> {
    await Promise.all([...this.#living].map(([id, living]) => this.#kill(id, living)));
  }

  /** Resolves when none is alive. */
  async allGone(): Promise<void> {
    while (this.#living.size > 0) await Promise.all([...this.#living.values()].map(({ gone }) => gone));
  }

  #startNow(input: ClaudeInput, listener: ClaudeListener, beforePrompt: () => Promise<void>): ProcessHandle {
    const { promise: gone, resolve: markGone } = Promise.withResolvers<void>();
    const living: Living = { process: null, isAbandoned: false, killing: null, gone, markGone };
    this.#living.set(input.id, living);
    const watched: ClaudeListener = {
      trust: listener.trust,
      event: (event) => {
        // Before the machine hears of it: it may start the next process within this very event.
        if (event.type === 'claude.exited') this.#forget(input.id, living);
        if (!living.isAbandoned) listener.event(event);
      },
      progress: (progress) => listener.progress(progress),
      offers: (offers) => listener.offers(offers),
      sendFiles: (files) => listener.sendFiles(files),
    };
    const process = this.#claude.start(input, watched, beforePrompt);
    living.process = process;
    return {
      send: (command) => process.send(command),
      release: () => void this.#kill(input.id, living),
    };
  }

  async #kill(sessionId: string, living: Living): Promise<void> {
    if (this.#living.get(sessionId) !== living) return;
    living.killing ??= living.process?.kill() ?? living.gone;
    try {
      await living.killing;
    } catch (error) {
      // It may still live, so it stays in the table and no other one starts on this session.
      this.#log.error({ sessionId, err: error }, 'process.killFailed');
      return living.gone;
    }
    this.#forget(sessionId, living);
  }

  #forget(sessionId: string, living: Living): void {
    if (this.#living.get(sessionId) !== living) return;
    this.#living.delete(sessionId);
    living.markGone();
    this.#onGone(sessionId);
  }
}

/** A process that does not exist yet: commands wait for it, and it never starts if it is released before. */
function startAfter(earlierGone: Promise<void>, start: () => ProcessHandle): ProcessHandle {
  const early: ClaudeCommand[] = [];
  let handle: ProcessHandle | null = null;
  let isReleased = false;
  void earlierGone.then(() => {
    if (isReleased) return;
    handle = start();
    for (const command of early) handle.send(command);
  });
  return {
    send: (command) => {
      if (handle) handle.send(command);
      else early.push(command);
    },
    release: () => {
      isReleased = true;
      handle?.release();
    },
  };
}
