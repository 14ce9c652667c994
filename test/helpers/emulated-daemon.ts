/** The daemon with its real Telegram side, over HTTP to the emulated Bot API; a store in memory, and a Claude that answers at once. */
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import type { InspectionEvent } from 'xstate';
import { startDaemon, type Daemon } from '../../src/daemon/daemon.ts';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { BotCall, EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { createMemoryDisk, type MemoryDisk } from '../../src/store/memory-store.ts';
import { createTelegram, type TelegramOptions } from '../../src/telegram/telegram.ts';
import { isLiveMessage } from './asking.ts';
import { ME } from './bot.ts';
import { fastTimers } from './fast-timers.ts';
import { SteerableClaude, type SteerableProcess } from './steerable-claude.ts';
import { SteerableStore } from './steerable-store.ts';
import { temporaryFolder } from './temporary-folder.ts';
import { aConfig } from './test-daemon.ts';
import { until } from './until.ts';

export interface EmulatedDaemonOptions {
  /** Of an earlier daemon, to start after it. */
  emulator?: EmulatedTelegram;
  disk?: MemoryDisk;
  allowedUsers?: number[];
  /** How many times faster than the clock Telegram's side waits. Default: 50. */
  speed?: number;
  /** Whether Claude answers each prompt at once. Default: yes, with `You said: …`. */
  isTalkative?: boolean;
  telegram?: Partial<TelegramOptions>;
  inspect?: (event: InspectionEvent) => void;
}

export interface EmulatedDaemon {
  daemon: Daemon;
  emulator: EmulatedTelegram;
  store: SteerableStore;
  claude: SteerableClaude;
  /** The workspace, which sessions may not leave. */
  folder: string;
  /** The calls of these methods so far, by all daemons on this emulator. */
  calls: (...methods: string[]) => BotCall[];
  /** The bot's messages in a chat as a person sees them now. */
  texts: (chatId?: number) => string[];
  /** As `texts`, without the live message of a turn that runs. */
  said: (chatId?: number) => string[];
  /** A person writes. Resolves with the message's id. */
  write: (text: string, chatId?: number) => number;
  /** Until all that came was handled, and the disk knows that all was said: it would be said again after a crash. */
  settled: () => Promise<void>;
  /** As by kill -9: the next daemon finds what was on disk at this instant. */
  killAndRestart: (over?: EmulatedDaemonOptions) => Promise<EmulatedDaemon>;
}

/** Serves. It is stopped after the test, and so is the emulator. */
export async function startEmulatedDaemon(options: EmulatedDaemonOptions = {}): Promise<EmulatedDaemon> {
  const { speed = 50, isTalkative = true, allowedUsers = [ME] } = options;
  const emulator = options.emulator ?? (await startEmulator({ botUsername: 'hiber_bot' }));
  if (!options.emulator) onTestFinished(() => emulator.close());
  const folder = temporaryFolder();
  const store = new SteerableStore(options.disk ?? createMemoryDisk());
  const claude = isTalkative ? new TalkativeClaude() : new SteerableClaude({ obedient: true });
  const log = pino({ level: 'silent' });
  let halt = (): Promise<void> => Promise.resolve();
  const daemon = await startDaemon(aConfig(folder, { allowedUsers }), {
    store,
    claude,
    createTelegram: (sessions, report) => {
      const telegram = createTelegram({
        token: emulator.token,
        apiRoot: emulator.url,
        sessions,
        report,
        log,
        timers: fastTimers(speed),
        ...options.telegram,
      });
      halt = () => telegram.stop(0);
      return telegram;
    },
    log,
    home: folder,
    ...(options.inspect && { inspect: options.inspect }),
  });
  onTestFinished(() => daemon.stopNow());
  const ofBot = (chatId: number) =>
    emulator.messages(chatId).filter(({ from }) => from?.id === emulator.bot.id);
  return {
    daemon,
    emulator,
    store,
    claude,
    folder,
    calls: (...methods) => emulator.calls.filter(({ method }) => methods.includes(method)),
    texts: (chatId = ME) => ofBot(chatId).map(({ text }) => text ?? ''),
    said: (chatId = ME) =>
      ofBot(chatId)
        .filter((message) => !isLiveMessage(message))
        .map(({ text }) => text ?? ''),
    write: (text, chatId = ME) => emulator.sendText({ chatId, text }).message_id,
    settled: () =>
      until(
        'all to be said',
        () =>
          emulator.pendingUpdates() === 0 &&
          [...store.disk.sessions.values(), ...store.disk.chats.values()].every(owesNothing),
        (isSettled) => isSettled,
      ).then(() => undefined),
    killAndRestart: async (over = {}) => {
      const disk = copyOf(store.disk);
      await halt();
      return startEmulatedDaemon({ ...options, emulator, disk, ...over });
    },
  };
}

class TalkativeClaude extends SteerableClaude {
  constructor() {
    super({ obedient: true });
  }

  override start(...how: Parameters<SteerableClaude['start']>): SteerableProcess {
    const process = super.start(...how);
    process.onPrompt = (text) =>
      queueMicrotask(() => {
        if (!process.hasExited) process.answers(`You said: ${text}`);
      });
    return process;
  }
}

/** @param text of a file, of a session or a chat */
function owesNothing(text: string): boolean {
  return (JSON.parse(text) as { outbox: unknown[] }).outbox.length === 0;
}

function copyOf({ epoch, sessions, chats, access, trust, unreadable }: MemoryDisk): MemoryDisk {
  return {
    epoch,
    sessions: new Map(sessions),
    chats: new Map(chats),
    access: new Map(access),
    trust: new Map(trust),
    unreadable: new Map(unreadable),
  };
}
