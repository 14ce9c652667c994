/**
 * Everything that is to go out to one chat, one call at a time. Lanes (a session each, one for replies to commands) take
 * turns; within a lane the order is kept. A delivery stays until Telegram took it: a failure only says how long to wait.
 */
import type { ApiFailure } from '../api-failure.ts';
import { failureOf, isApiFailure, logFields } from '../api-failure.ts';
import { ChatPace, Gate } from './chat-pace.ts';
import type { Delivery } from './delivery.ts';
import type { TelegramLog } from '../log.ts';
import type { Timers } from '../timers.ts';

/** Pauses after failures in a row that pass by themselves: the network, Telegram's servers. */
const BACKOFF_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000] as const;
/** Pauses while the chat itself is refused (blocked, kicked …). A sign of life of the chat ends one. */
const REFUSED_MS = [600_000, 3_600_000, 6 * 3_600_000] as const;

interface Lane {
  queue: Delivery[];
  gate: Gate;
  /** Unknown outcomes in a row of the delivery at its head. */
  unknowns: number;
}

export interface ChatLineOptions {
  chatId: number;
  timers: Timers;
  log: TelegramLog;
  /** A frame of a live message may go out. */
  onFramesOpen: () => void;
  /** Everything was delivered, or has to wait for the chat. */
  onSettled: () => void;
  /** Resolves if Telegram can be reached now. Throws what grammY throws. */
  probe: (signal: AbortSignal) => Promise<unknown>;
  signal: AbortSignal;
}

export class ChatLine {
  readonly pace: ChatPace;
  readonly #options: ChatLineOptions;
  readonly #lanes = new Map<string, Lane>();
  /** What Telegram or the network last refused; null once something went out. */
  #problem: string | null = null;
  /** In Telegram's words, while it takes nothing in this chat. */
  #refusedBecause: string | null = null;
  #failures = 0;
  #refusals = 0;
  #isRunning = false;
  /** The delivery whose call is under way. */
  #underWay: Delivery | null = null;
  /** Told when that call has ended. */
  #awaitingEnd: (() => void)[] = [];

  constructor(options: ChatLineOptions) {
    this.#options = options;
    this.pace = new ChatPace(options.chatId, options.timers, () => this.#run(), options.onFramesOpen);
  }

  get problem(): string | null {
    return this.#problem;
  }

  /** True if nothing is under way: all was delivered, or the chat itself is refused. */
  get isSettled(): boolean {
    return !this.#isRunning && (this.#refusals > 0 || this.#lanes.size === 0);
  }

  /** How many deliveries a lane holds, the one under way included. */
  waiting(lane: string): number {
    return this.#lanes.get(lane)?.queue.length ?? 0;
  }

  add(laneName: string, delivery: Delivery): void {
    const lane = this.#lanes.get(laneName) ?? {
      queue: [],
      gate: new Gate(this.#options.timers, () => this.#run()),
      unknowns: 0,
    };
    lane.queue.push(delivery);
    this.#lanes.set(laneName, lane);
    if (this.#refusedBecause !== null) delivery.chatRefused?.(this.#refusedBecause);
    this.#run();
  }

  /** Takes out what nobody needs any more. Whether it was in time: what is under way goes on. */
  drop(delivery: Delivery): boolean {
    if (delivery === this.#underWay) return false;
    for (const [name, lane] of this.#lanes) {
      lane.queue = lane.queue.filter((other) => other !== delivery);
      if (lane.queue.length === 0) this.#close(name, lane);
    }
    return true;
  }

  /** Tells once the call that is under way has ended, well or badly, and before the next one begins. */
  onceEnded(tell: () => void): void {
    this.#awaitingEnd.push(tell);
  }

  /** Telegram says that nothing is taken here any more, before anything was refused. */
  noteRefused(reason: string): void {
    if (this.#refusedBecause !== null) return;
    this.#tellRefused(reason);
    this.pace.sends.close(at(REFUSED_MS, this.#refusals++));
  }

  /** Somebody wrote in the chat, so it is there: what was refused is tried again. */
  noteSignOfLife(): void {
    this.#refusedBecause = null;
    if (this.#refusals > 0) this.pace.sends.open();
    for (const lane of this.#lanes.values()) lane.gate.open();
  }

  /** Nothing more goes out. */
  dispose(): void {
    this.pace.dispose();
    for (const { gate } of this.#lanes.values()) gate.dispose();
    this.#lanes.clear();
  }

  #run(): void {
    if (this.#isRunning) return;
    this.#isRunning = true;
    // In this tick, but not on the caller's stack: who adds something does not expect to be reported to meanwhile.
    queueMicrotask(() => void this.#deliver());
  }

  async #deliver(): Promise<void> {
    await this.#deliverAll();
    this.#isRunning = false;
    // Something may have been added between the last look and here.
    if (this.#next()) this.#run();
    else this.#options.onSettled();
  }

  async #deliverAll(): Promise<void> {
    for (let next = this.#next(); next; next = this.#next()) {
      const [name, lane] = next;
      const [delivery] = lane.queue;
      if (!delivery) throw new Error(`Lane ${name} is empty.`);
      if (lane.unknowns > 0 && !(await this.#isReachable())) continue;
      this.#underWay = delivery;
      this.pace.begin();
      try {
        const isDone = await delivery.step(this.#options.signal);
        this.#noteDelivered();
        lane.unknowns = 0;
        if (isDone) this.#finish(name, lane);
      } catch (error) {
        this.#noteFailure(error, delivery, name, lane);
      } finally {
        this.#underWay = null;
        for (const tell of this.#awaitingEnd.splice(0)) tell();
      }
    }
  }

  /** A message is sent once more at most: not into a connection that is broken still. */
  async #isReachable(): Promise<boolean> {
    try {
      await this.#options.probe(this.#options.signal);
      return true;
    } catch (error) {
      const failure = failureOf(error);
      this.#problem = failure.description;
      const pauseMs =
        failure.kind === 'tooManyRequests' ? failure.retryAfterMs : at(BACKOFF_MS, this.#failures++);
      if (!this.#options.signal.aborted) this.pace.sends.close(pauseMs);
      return false;
    }
  }

  /** The lane whose turn it is, unless all must wait. */
  #next(): [string, Lane] | undefined {
    if (!this.pace.mayCall || this.#options.signal.aborted) return undefined;
    return [...this.#lanes].find(([, { gate }]) => gate.isOpen);
  }

  #finish(name: string, lane: Lane): void {
    lane.queue.shift();
    lane.unknowns = 0;
    // To the end of the turn.
    this.#lanes.delete(name);
    if (lane.queue.length > 0) this.#lanes.set(name, lane);
    else this.#close(name, lane);
  }

  #close(name: string, lane: Lane): void {
    lane.gate.dispose();
    this.#lanes.delete(name);
  }

  #noteDelivered(): void {
    this.pace.noteSent();
    this.#failures = 0;
    this.#refusals = 0;
    this.#problem = null;
    this.#refusedBecause = null;
  }

  #noteFailure(error: unknown, delivery: Delivery, name: string, lane: Lane): void {
    if (this.#options.signal.aborted) return;
    const { log, chatId } = this.#options;
    if (!isApiFailure(error)) {
      this.pace.noteFailed();
      // A bug of ours: it would fail again for ever, and hold up what comes after it.
      log.error({ chat: chatId, lane: name, err: error }, 'telegram.delivery.dropped');
      this.#finish(name, lane);
      return;
    }
    const failure = failureOf(error);
    this.#problem = failure.description;
    log.warn({ chat: chatId, lane: name, ...logFields(error) }, `telegram.delivery.${failure.kind}`);
    this.#wait(failure, delivery, name, lane);
  }

  #wait(failure: ApiFailure, delivery: Delivery, name: string, lane: Lane): void {
    if (failure.kind === 'tooManyRequests') return this.pace.holdOff(failure.retryAfterMs);
    this.#pause(failure, delivery, name, lane);
    this.pace.noteFailed();
  }

  #pause(
    failure: Exclude<ApiFailure, { kind: 'tooManyRequests' }>,
    delivery: Delivery,
    name: string,
    lane: Lane,
  ): void {
    switch (failure.kind) {
      case 'serverError':
      case 'notSent':
        return this.pace.sends.close(at(BACKOFF_MS, this.#failures++));
      case 'unknownOutcome':
        if (delivery.outcomeUnknown?.() === false) return this.#finish(name, lane);
        return lane.gate.close(at(BACKOFF_MS, lane.unknowns++));
      case 'refused':
        if (isAboutChat(failure.code)) this.#tellRefused(failure.description);
        return this.pace.sends.close(at(REFUSED_MS, this.#refusals++));
    }
  }

  #tellRefused(reason: string): void {
    this.#refusedBecause = reason;
    for (const { queue } of this.#lanes.values()) queue[0]?.chatRefused?.(reason);
  }
}

/** Not so a token that was revoked (401, 404): then no chat is to blame. */
function isAboutChat(code: number): boolean {
  return code === 400 || code === 403;
}

function at(pauses: readonly number[], index: number): number {
  return pauses[Math.min(index, pauses.length - 1)] ?? 0;
}
