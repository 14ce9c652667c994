/** When to stop, as the process is told: by signals, and by the end of the program that started it. */
import type { ProcessEvents } from '../host.ts';

/**
 * SIGHUP: the terminal was closed. `disconnect`: whoever started it with an IPC channel (the sandbox) has died, however
 * that happened.
 */
const STOP_EVENTS = ['SIGTERM', 'SIGINT', 'SIGHUP', 'disconnect'];

/**
 * One Ctrl-C arrives several times at once: from the terminal, from npm, from `bin/hibernaut.js`. A person who wants it
 * sooner presses again after a moment.
 */
const SAME_ORDER_MS = 1_000;

export interface StopOrders extends Disposable {
  /** The first order: end in good order. */
  readonly stop: AbortSignal;
  /** The second one: end now. */
  readonly stopNow: AbortSignal;
}

/** @param monotonic a clock that never jumps, ms */
export function listenForStopOrders(
  process: ProcessEvents,
  monotonic: () => number = () => performance.now(),
): StopOrders {
  const stop = new AbortController();
  const stopNow = new AbortController();
  let firstAt = 0;
  const obey = (): void => {
    if (!stop.signal.aborted) {
      firstAt = monotonic();
      stop.abort();
    } else if (monotonic() - firstAt >= SAME_ORDER_MS) {
      stopNow.abort();
    }
  };
  for (const event of STOP_EVENTS) process.on(event, obey);
  return {
    stop: stop.signal,
    stopNow: stopNow.signal,
    [Symbol.dispose]: () => {
      for (const event of STOP_EVENTS) process.off(event, obey);
    },
  };
}

/** Resolves when the signal is, or was, given. */
export async function given(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
