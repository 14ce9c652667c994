/** Receives updates, driven by the poller machine: what the machine decides is called here, what happened is told to it. */
import type { Api } from 'grammy';
import { createActor, fromCallback, type AnyActor, type SnapshotFrom } from 'xstate';
import { codeOf } from '../../error-code.ts';
import {
  pollerMachine,
  type PollerEvent,
  type PollerLimits,
  type PollConflict,
  type PollProblem,
  type ReceiveInput,
} from '../../../machines/poller.machine.ts';
import { failureOf, isApiFailure, logFields } from '../api-failure.ts';
import { apiSignal, POLL_SECONDS, TelegramTokenError } from '../api.ts';
import type { TelegramLog } from '../log.ts';
import type { PollingState, TelegramHealth } from '../ports.ts';
import type { Time } from '../timers.ts';
import { updateIdOf } from './update.ts';

/** Said in every call, because Telegram keeps what an earlier program asked for (Bot API, getUpdates). */
const ALLOWED_UPDATES = [
  'message',
  'edited_message',
  'callback_query',
  'stopped_message_generation',
  'my_chat_member',
] as const;

export interface PollerOptions {
  api: Pick<Api, 'getUpdates'>;
  /** Awaited before each call until it succeeds: what has to be known before updates can be handled. */
  prepare: () => Promise<unknown>;
  /** Resolves when every update had its effect, durably. */
  handle: (updates: readonly unknown[]) => Promise<void>;
  time: Time;
  limits: Partial<PollerLimits>;
  log: TelegramLog;
  /** Another poller began to take updates over, or has not come again for a while (null). */
  onConflict: (conflict: PollConflict | null) => void;
  /** Told of its actor, before its start. Nobody's words pass through it. Never throws. */
  onActor?: (actor: AnyActor) => void;
}

export interface Poller {
  start(): void;
  /** Resolves when no update is taken any more, and those taken are handled and confirmed. */
  stop(): Promise<void>;
  /** Ends it as it is, for whoever can't wait for `stop`. */
  halt(): void;
  readonly health: TelegramHealth;
}

export function createPoller(options: PollerOptions): Poller {
  const { api, time, log } = options;
  let batch: readonly unknown[] = [];
  let answeredOffset: number | null = null;

  async function receive({ offset, isProbe }: ReceiveInput, signal: AbortSignal): Promise<PollerEvent> {
    try {
      await options.prepare();
      const updates = await api.getUpdates(
        { ...offsetOf(offset), timeout: isProbe ? 0 : POLL_SECONDS, allowed_updates: ALLOWED_UPDATES },
        apiSignal(signal),
      );
      batch = updates;
      answeredOffset = offset;
      return { type: 'poll.received', count: updates.length, at: time.now() };
    } catch (error) {
      if (!signal.aborted) log.warn(logFields(error), 'telegram.poll.failed');
      return { type: 'poll.failed', problem: problemOf(error), at: time.now() };
    }
  }

  async function handle(): Promise<PollerEvent> {
    try {
      await options.handle(batch);
      return { type: 'batch.handled', offset: offsetAfter(batch) };
    } catch (error) {
      log.error(logFields(error), 'telegram.batch.failed');
      return { type: 'batch.failed', description: `Updates can't be handled: ${causeOf(error)}.` };
    }
  }

  /** Telegram forgets what is below the offset; what it may give in return is left for the next poller. */
  async function confirm(offset: number | null, signal: AbortSignal): Promise<PollerEvent> {
    try {
      if (offset !== null && offset !== answeredOffset) {
        const query = { offset, limit: 1, timeout: 0, allowed_updates: ALLOWED_UPDATES };
        await api.getUpdates(query, apiSignal(signal));
      }
    } catch (error) {
      // The updates come again after the next start, and are known then.
      if (!signal.aborted) log.warn(logFields(error), 'telegram.confirm.failed');
    }
    return { type: 'poll.confirmed' };
  }

  const machine = pollerMachine.provide({
    actors: {
      receive: abortable((input: ReceiveInput, signal) => receive(input, signal)),
      handle: abortable(() => handle()),
      confirm: abortable(({ offset }: { offset: number | null }, signal) => confirm(offset, signal)),
    },
  });
  const actor = createActor(machine, {
    id: 'poller',
    input: { limits: options.limits },
    clock: time.timers,
  });

  const ended = new Promise<void>((resolve) => {
    const error = (cause: unknown) => {
      // A bug of ours. Without an observer it would end the daemon.
      log.error({ err: cause }, 'telegram.poller.failed');
      resolve();
    };
    let isConflict = false;
    actor.subscribe({
      next: ({ context: { conflict } }) => {
        if (isConflict === (conflict !== null)) return;
        isConflict = conflict !== null;
        options.onConflict(conflict);
      },
      complete: resolve,
      error,
    });
  });

  options.onActor?.(actor);
  let isStarted = false;
  return {
    start: () => {
      isStarted = true;
      actor.start();
    },
    stop: async () => {
      // An actor takes no event before its start, nor after its end.
      if (!isStarted || actor.getSnapshot().status !== 'active') return;
      actor.send({ type: 'poller.stop' });
      await ended;
    },
    halt: () => void actor.stop(),
    get health() {
      const snapshot = actor.getSnapshot();
      const { lastPollAt, lastError, conflict } = snapshot.context;
      return { state: stateOf(snapshot), lastPollAt, lastError, conflict };
    },
  };
}

/** An actor that tells its parent one thing, and gives up when the state is left. */
function abortable<TInput>(run: (input: TInput, signal: AbortSignal) => Promise<PollerEvent>) {
  return fromCallback<PollerEvent, TInput>(({ input, sendBack }) => {
    const controller = new AbortController();
    void run(input, controller.signal).then(sendBack);
    return () => controller.abort();
  });
}

function stateOf(snapshot: SnapshotFrom<typeof pollerMachine>): PollingState {
  if (snapshot.status !== 'active') return 'stopped';
  if (snapshot.matches({ running: 'starting' })) return 'starting';
  if (snapshot.matches({ running: 'polling' })) return 'polling';
  if (snapshot.matches({ running: 'backingOff' })) return 'backingOff';
  return snapshot.matches({ running: 'displaced' }) ? 'displaced' : 'stopped';
}

function offsetOf(offset: number | null): { offset?: number } {
  return offset === null ? {} : { offset };
}

/**
 * One above the last of this batch, never above all there ever were: ids start again lower after an idle week. What has
 * no id is not Telegram's, and must not keep the rest from being confirmed.
 */
function offsetAfter(updates: readonly unknown[]): number {
  const last = updates.map(updateIdOf).findLast((id) => id !== null);
  if (last === undefined || last === null) throw new Error('Telegram sent updates without an update_id.');
  return last + 1;
}

function problemOf(error: unknown): PollProblem {
  if (!isApiFailure(error)) {
    const description = error instanceof TelegramTokenError ? error.message : causeOf(error);
    return { description, retryAfterMs: null, isConflict: false };
  }
  const failure = failureOf(error);
  return {
    description: failure.description,
    retryAfterMs: failure.kind === 'tooManyRequests' ? failure.retryAfterMs : null,
    isConflict: failure.kind === 'refused' && failure.code === 409,
  };
}

/** An error by name and code: its message may hold a path or a person's words. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown error';
  const code = codeOf(error);
  return code === undefined ? error.name : `${error.name} ${code}`;
}
