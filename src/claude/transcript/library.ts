/**
 * Asks Claude Code's conversations through the Agent SDK, in a thread, because they may be long. The thread holds the SDK a
 * second time (some 40 MB), so there is one at most, and none while nobody asks.
 */
import { Worker } from 'node:worker_threads';
import { moduleBeside } from '../../module-beside.ts';
import type { LibraryRequest, LibraryResponse } from './library-thread.ts';

/** Longer than between the questions of one list that a person looks at, or of sessions that begin together. */
const REST_AFTER_MS = 5_000;

/** Runs in the thread. */
const PROGRAM = `import(${JSON.stringify(moduleBeside('./library-thread', import.meta.url).href)}).then(({ serve }) => serve());`;

interface Open {
  thread: Worker;
  asked: Map<number, PromiseWithResolvers<unknown>>;
  timer: NodeJS.Timeout | null;
}

export class Library {
  readonly #folder: string;
  #open: Open | null = null;
  #count = 0;

  /** @param folder where Claude Code keeps conversations */
  constructor(folder: string) {
    this.#folder = folder;
  }

  /** Rejects with what the SDK threw, or if the thread ends. */
  async ask(request: LibraryRequest): Promise<unknown> {
    const open = (this.#open ??= this.#begin());
    if (open.timer) clearTimeout(open.timer);
    open.thread.ref();
    const answer = Promise.withResolvers<unknown>();
    const id = (this.#count += 1);
    open.asked.set(id, answer);
    open.thread.postMessage({ id, request });
    return answer.promise;
  }

  #begin(): Open {
    const thread = new Worker(PROGRAM, {
      eval: true,
      // The SDK looks for the folder there.
      env: { CLAUDE_CONFIG_DIR: this.#folder },
      stdout: true,
      stderr: true,
    });
    const open: Open = { thread, asked: new Map(), timer: null };
    const failAll = (error: unknown): void => {
      if (this.#open === open) this.#open = null;
      for (const { reject } of open.asked.values()) reject(error);
      open.asked.clear();
    };
    thread.on('message', ({ id, ...response }: LibraryResponse) => {
      const answer = open.asked.get(id);
      open.asked.delete(id);
      if ('error' in response) answer?.reject(response.error);
      else answer?.resolve(response.value);
      if (open.asked.size === 0) this.#restSoon(open);
    });
    thread.on('error', failAll);
    thread.on('exit', (code) =>
      failAll(new Error(`The thread for conversations ended with ${String(code)}.`)),
    );
    return open;
  }

  #restSoon(open: Open): void {
    // A daemon that stops, or a command that is through, waits for neither.
    open.thread.unref();
    open.timer = setTimeout(() => {
      if (this.#open === open) this.#open = null;
      void open.thread.terminate();
    }, REST_AFTER_MS).unref();
  }
}
