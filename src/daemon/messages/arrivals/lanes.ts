/** One lane for each chat or topic where something arrives: its prompts become whole and go on, one after the other. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { codeOf } from '../../../error-code.ts';
import type { SessionRecord } from '../../../../machines/session-record.ts';
import type { ArrivingFile, ArrivingMessage, ChatRecord } from '../../../store/ports.ts';
import type { ChatAddress, TelegramPort } from '../../../telegram/ports.ts';
import type { ChatSessions } from '../../chats/chat-sessions.ts';
import type { Chats } from '../../chats/chats.ts';
import type { DaemonLog } from '../../log.ts';
import type { ClockOfActors } from '../../sessions/saving.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { arrivingAt, piecesOf, withFile } from './arriving.ts';
import { fetchFile } from './fetching.ts';
import type { HandOver } from './hand-over.ts';
import { Settling, type Quiet } from './settling.ts';
import type { Transcribe } from './transcriber.ts';

/** Before work goes on that failed. */
const RETRY_MS = 5_000;
/** How often a prompt is tried whose handling fails for a bug. */
const TRIES = 3;

/** Shown as typing. Session ids have no colon. */
const ARRIVING = ':arriving';

/** Nobody knows where its workspace was. */
const NO_SESSION = { type: 'failed', why: 'noWorkspace' } as const;

export interface LanesOptions {
  chats: Chats;
  ofChat: ChatSessions;
  sessions: Pick<Sessions, 'record'>;
  telegram: Pick<TelegramPort, 'download' | 'typing'>;
  transcribe: Transcribe;
  handOver: HandOver;
  /** Whether the people of the chat are (still) allowed. */
  isServed: (chatId: number) => boolean;
  clock: ClockOfActors;
  log: DaemonLog;
}

/** A file that is to be fetched, with its message and its session (null: it can't be read). */
interface Wanted {
  message: ArrivingMessage;
  file: ArrivingFile;
  session: SessionRecord | null;
}

export class Lanes {
  readonly #options: LanesOptions;
  readonly #running = new Map<string, Promise<void>>();
  readonly #settling: Settling;
  /** How often each prompt met a bug. */
  readonly #bugs = new Map<string, number>();
  readonly #stopping = new AbortController();

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#settling = new Settling(options.clock);
    // Each pause and each download listens to it: no leak.
    setMaxListeners(0, this.#stopping.signal);
  }

  /** @param grown the prompt that just got another piece */
  start(address: ChatAddress, grown?: string): void {
    if (this.#stopping.signal.aborted) return;
    if (grown !== undefined) this.#settling.begin(grown);
    const key = `${address.chatId}/${address.threadId ?? ''}`;
    if (!this.#running.has(key)) this.#running.set(key, this.#run(address, key));
  }

  /** Takes up what an earlier daemon left in the chat. */
  restore({ chatId, arriving }: ChatRecord): void {
    for (const { threadId, prompt } of arriving) this.start({ chatId, threadId }, prompt);
  }

  /** Ends downloads and transcribers; what was not done is in the records. */
  async stop(): Promise<void> {
    this.#stopping.abort(new Error('The daemon stops.'));
    this.#settling.endAll();
    await Promise.all(this.#running.values());
  }

  /** Never rejects. */
  async #run(address: ChatAddress, key: string): Promise<void> {
    const { chats, isServed } = this.#options;
    while (!this.#stopping.signal.aborted) {
      let first: ArrivingMessage | undefined;
      try {
        [first] = arrivingAt(await chats.record(address.chatId), address);
        if (!first || !isServed(address.chatId)) {
          // At once: what comes from now on begins a lane of its own.
          this.#running.delete(key);
          return;
        }
        await this.#bring(address, first.prompt);
      } catch (error) {
        if (!this.#stopping.signal.aborted) await this.#failed(address, first?.prompt ?? null, error);
      }
    }
  }

  /** Resolves when the prompt has gone on, and left the record. */
  async #bring(address: ChatAddress, prompt: string): Promise<void> {
    const { ofChat, handOver } = this.#options;
    for (;;) {
      await this.#fetchFiles(address, prompt);
      const quiet = await this.#becomesQuiet(address, prompt);
      const isDone = await ofChat.inTurn(address, async () => {
        // Another piece may have come until it was our turn.
        const isWhole = this.#settling.of(prompt) === quiet && !(await this.#nextWanted(address, prompt));
        if (isWhole) await handOver(address, prompt);
        return isWhole;
      });
      if (!isDone) continue;
      this.#settling.forget(prompt);
      this.#bugs.delete(prompt);
      return;
    }
  }

  /** Of those of its files that are neither here nor given up, the first. None once the session has ended. */
  async #nextWanted({ chatId }: ChatAddress, prompt: string): Promise<Wanted | null> {
    const { chats, sessions } = this.#options;
    for (const message of piecesOf(await chats.record(chatId), prompt)) {
      const file = message.files.find(({ state }) => state.type === 'wanted');
      if (!file) continue;
      const session = await sessions.record(message.sessionId);
      return session?.state === 'terminated' ? null : { message, file, session };
    }
    return null;
  }

  async #fetchFiles(address: ChatAddress, prompt: string): Promise<void> {
    const { telegram } = this.#options;
    let wanted = await this.#nextWanted(address, prompt);
    if (!wanted) return;
    telegram.typing(address, ARRIVING, true);
    try {
      for (; wanted; wanted = await this.#nextWanted(address, prompt)) await this.#fetch(address, wanted);
    } finally {
      telegram.typing(address, ARRIVING, false);
    }
  }

  async #fetch(address: ChatAddress, { message, file, session }: Wanted): Promise<void> {
    const { chats, ofChat } = this.#options;
    const state = session ? await this.#stateOf(file, session) : NO_SESSION;
    // What was broken off is done again by the next daemon.
    this.#stopping.signal.throwIfAborted();
    await ofChat.inTurn(address, () =>
      chats.update(address.chatId, (chat) => withFile(chat, message, file, state)),
    );
  }

  async #stateOf(file: ArrivingFile, session: SessionRecord): Promise<ArrivingFile['state']> {
    const { signal } = this.#stopping;
    const pause = (delayMs: number) => this.#pause(delayMs);
    const fetched = await fetchFile(file, session, { ...this.#options, signal, pause });
    if ('failed' in fetched) return { type: 'failed', why: fetched.failed };
    const { path, bytes } = fetched;
    const transcript = await this.#options.transcribe(file, join(session.workspace, path), signal);
    return { type: 'kept', path, bytes, transcript };
  }

  /** Resolves with what it waited for, if it waited. */
  async #becomesQuiet(address: ChatAddress, prompt: string): Promise<Quiet | undefined> {
    const { chats } = this.#options;
    for (;;) {
      const pieces = piecesOf(await chats.record(address.chatId), prompt);
      const quiet = this.#settling.of(prompt);
      if (pieces.at(-1)?.waitsFor == null || !quiet) return quiet;
      await quiet.promise;
      this.#stopping.signal.throwIfAborted();
      if (this.#settling.of(prompt) === quiet) return quiet;
    }
  }

  /** A disk that refuses is waited for; a prompt that a bug keeps from going on is left out in the end. */
  async #failed(address: ChatAddress, prompt: string | null, error: unknown): Promise<void> {
    const { chats, ofChat, handOver, log } = this.#options;
    log.error({ chatId: address.chatId, err: error }, 'arrival.failed');
    try {
      await this.#pause(RETRY_MS);
      await ofChat.inTurn(address, () => chats.saved(address.chatId));
      if (prompt === null || !isBug(error)) return;
      const tries = (this.#bugs.get(prompt) ?? 0) + 1;
      this.#bugs.set(prompt, tries);
      if (tries >= TRIES) await ofChat.inTurn(address, () => handOver.giveUp(address, prompt));
    } catch (again) {
      if (!this.#stopping.signal.aborted) log.error({ err: again }, 'arrival.failedAgain');
    }
  }

  /** Rejects when the daemon stops. */
  async #pause(delayMs: number): Promise<void> {
    const { signal } = this.#stopping;
    const { clock } = this.#options;
    signal.throwIfAborted();
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer: unknown = clock.setTimeout(resolve, delayMs);
    signal.addEventListener('abort', () => resolve(), { once: true });
    await promise;
    clock.clearTimeout(timer);
    signal.throwIfAborted();
  }
}

/** Not the disk's doing, nor another daemon's that took the session over. */
function isBug(error: unknown): boolean {
  if (!(error instanceof Error)) return true;
  return codeOf(error) === undefined && error.cause === undefined && error.name !== 'StaleEpochError';
}
