/** Telegram's side of the daemon against the emulated Bot API, over real HTTP, with sessions under the test's control. */
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { TelegramEvent } from '../../machines/session-events.ts';
import type { BotCall, EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { TelegramPort } from '../../src/telegram/ports.ts';
import { createTelegram, type TelegramOptions } from '../../src/telegram/telegram.ts';
import { fastTimers } from './fast-timers.ts';
import { steerableSessions, type SteerableSessions } from './steerable-sessions.ts';

/** The user who is allowed, and so their private chat. */
export const ME = 7;

export interface TestBot {
  telegram: TelegramPort;
  emulator: EmulatedTelegram;
  sessions: SteerableSessions;
  /** What the sessions were told, in order. */
  reports: { sessionId: string; event: TelegramEvent }[];
  /** Everything that was logged, as text. */
  logged: () => string;
  /** The calls of these methods so far. */
  calls: (...methods: string[]) => BotCall[];
  /** The bot's messages in a chat as a person sees them now. */
  texts: (chatId?: number) => string[];
  /** Another bot on the same emulator, as after a restart. */
  restart: () => Promise<TestBot>;
}

export type BotOptions = Partial<TelegramOptions> & { speed?: number; allowedUsers?: number[] };

/** Started, on an emulator of its own. Both are stopped after the test. */
export async function startBot(options: BotOptions = {}): Promise<TestBot> {
  const emulator = await startEmulator({ botUsername: 'hiber_bot' });
  onTestFinished(() => emulator.close());
  const bot = makeBot(emulator, options);
  await bot.telegram.start();
  return bot;
}

/** Not started yet. */
export function makeBot(emulator: EmulatedTelegram, options: BotOptions = {}): TestBot {
  const { speed = 50, allowedUsers = [ME], ...over } = options;
  const sessions = steerableSessions(allowedUsers);
  const reports: TestBot['reports'] = [];
  const lines: string[] = [];
  const telegram = createTelegram({
    token: emulator.token,
    apiRoot: emulator.url,
    sessions,
    report: (sessionId, event) => reports.push({ sessionId, event }),
    log: pino({ level: 'trace' }, { write: (line: string) => lines.push(line) }),
    timers: fastTimers(speed),
    ...over,
  });
  sessions.offerReplies = (chatId, replies) => telegram.offerReplies(chatId, replies);
  onTestFinished(() => telegram.stop(0));
  return {
    telegram,
    emulator,
    sessions,
    reports,
    logged: () => lines.join(''),
    calls: (...methods) => emulator.calls.filter(({ method }) => methods.includes(method)),
    texts: (chatId = ME) =>
      emulator
        .messages(chatId)
        .filter(({ from }) => from?.id === emulator.bot.id)
        .map(({ text }) => text ?? ''),
    restart: async () => {
      // Two pollers on one token would be a matter of its own.
      await telegram.stopPolling();
      const next = makeBot(emulator, options);
      await next.telegram.start();
      return next;
    },
  };
}
