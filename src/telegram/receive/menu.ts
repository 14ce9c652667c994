/** Registers the commands, so that Telegram offers them. It is a courtesy: nothing waits for it. */
import type { Api } from 'grammy';
import { failureOf, logFields } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import { MENU } from './commands/commands.ts';
import type { TelegramLog } from '../log.ts';
import type { Timers } from '../timers.ts';

const RETRY_MS = 60_000;

/** Tries until Telegram took them, or refuses for good, or the signal says that it is over. */
export async function registerCommands(
  api: Api,
  { timers, log, signal }: { timers: Timers; log: TelegramLog; signal: AbortSignal },
): Promise<void> {
  while (!signal.aborted) {
    try {
      await api.setMyCommands(MENU, {}, apiSignal(signal));
      return;
    } catch (error) {
      const failure = failureOf(error);
      if (!signal.aborted) log.warn(logFields(error), 'telegram.menu.failed');
      if (failure.kind === 'refused') return;
      await pause(failure.kind === 'tooManyRequests' ? failure.retryAfterMs : RETRY_MS, timers, signal);
    }
  }
}

/** Ends early when the signal does. */
function pause(pauseMs: number, timers: Timers, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      timers.clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = timers.setTimeout(end, pauseMs);
    signal.addEventListener('abort', end);
  });
}
