/** The whole daemon over a memory store, a steerable Claude, a fake Telegram and a simulated clock. */
import { expect } from 'vitest';
import { SimulatedClock, type InspectionEvent } from 'xstate';
import type { IncomingMessage } from '../../src/telegram/arrival.ts';
import type { SessionRecord } from '../../machines/session-record.ts';
import type { SessionView } from '../../machines/session-view.ts';
import type { Config } from '../../src/config/config.ts';
import { startDaemon, type Daemon } from '../../src/daemon/daemon.ts';
import { createLog } from '../../src/log/log.ts';
import { createMemoryDisk, type MemoryDisk } from '../../src/store/memory-store.ts';
import type { History } from '../../src/store/history-files.ts';
import type { Store } from '../../src/store/ports.ts';
import type { ChatAddress } from '../../src/telegram/ports.ts';
import { FakeTelegram } from './fake-telegram.ts';
import { NOON } from './records.ts';
import { SteerableClaude } from './steerable-claude.ts';
import { SteerableStore } from './steerable-store.ts';
import { temporaryFolder } from './temporary-folder.ts';

export const CHAT: ChatAddress = { chatId: 7, threadId: null };

export interface TestDaemonOptions {
  /** That of an earlier daemon, to start after it. */
  disk?: MemoryDisk;
  /** Instead of the memory store. */
  store?: Store;
  config?: Partial<Config>;
  /** Processes get ready and exit by themselves. Default true. */
  obedient?: boolean;
  /** Wall clock at the start, ms. */
  at?: number;
  /** Called on the fake before the daemon starts it. */
  prepare?: (parts: { telegram: FakeTelegram; claude: SteerableClaude; store: SteerableStore }) => void;
  inspect?: (event: InspectionEvent) => void;
  history?: History;
  signal?: AbortSignal;
}

export async function startTestDaemon(options: TestDaemonOptions = {}) {
  const clock = new SimulatedClock();
  const startedAt = options.at ?? NOON;
  const now = () => startedAt + clock.now();
  const workspace = temporaryFolder();
  const store = new SteerableStore(options.disk ?? createMemoryDisk(), options.store);
  const claude = new SteerableClaude({ now, obedient: options.obedient ?? true });
  const logged: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line) => void logged.push(line) } });
  let made: FakeTelegram | null = null;
  const daemon: Daemon = await startDaemon(aConfig(workspace, options.config), {
    store,
    claude,
    createTelegram: (sessions, report) => {
      made = new FakeTelegram(sessions, report, now);
      options.prepare?.({ telegram: made, claude, store });
      return made;
    },
    log,
    clock,
    now,
    home: workspace,
    ...(options.inspect && { inspect: options.inspect }),
    ...(options.history && { history: options.history }),
    ...(options.signal && { signal: options.signal }),
  });
  const telegram = made as unknown as FakeTelegram;
  const { sessions } = telegram;
  let lastMessageId = 0;

  const test = {
    daemon,
    telegram,
    sessions,
    claude,
    store,
    workspace,
    now,
    pass: (ms: number) => clock.increment(ms),
    /** The names of what was logged, in order. */
    logged: () => logged.map((line) => (JSON.parse(line) as { msg: string }).msg),
    logText: () => logged.join(''),
    message: (text: string, messageId = (lastMessageId += 1)): IncomingMessage => ({
      uuid: `uuid-${text}`,
      messageId,
      text,
      at: now(),
    }),
    /** A person writes; resolves when it is accepted. */
    writes: (text: string, address: ChatAddress = CHAT) => sessions.accept(address, test.message(text)),
    /** The record on disk. */
    stored: (id: string): SessionRecord => {
      const text = store.disk.sessions.get(id);
      if (text === undefined) throw new Error(`There is no record of ${id}.`);
      return JSON.parse(text) as SessionRecord;
    },
    /** The chat's current session. */
    current: async (address: ChatAddress = CHAT): Promise<SessionView> => {
      const view = await sessions.current(address);
      if (!view) throw new Error('The chat has no current session.');
      return view;
    },
    /** Waits until the newest process has as many prompts. */
    prompted: (count = 1) => expect.poll(() => claude.started.at(-1)?.prompts.length).toBe(count),
    /** A message, and its answer by the newest process. */
    talks: async (text: string, answer: string, address: ChatAddress = CHAT) => {
      await test.writes(text, address);
      await expect.poll(() => claude.started.at(-1)?.prompts.at(-1)?.text).toBe(text);
      claude.latest.answers(answer);
      await expect.poll(() => telegram.told(address.chatId)).toContain(answer);
    },
    phase: async (id: string) =>
      (await daemon.status()).sessions.find((session) => session.id === id)?.phase ?? null,
  };
  return test;
}

export type TestDaemon = Awaited<ReturnType<typeof startTestDaemon>>;

export function aConfig(workspace: string, over: Partial<Config> = {}): Config {
  return {
    envFile: null,
    telegram: { token: '1:token', apiRoot: 'http://127.0.0.1' },
    // The chats that tests write in.
    allowedUsers: [7, 8, ...Array.from({ length: 200 }, (_, index) => 100 + index)],
    dataDir: workspace,
    workspace,
    workspaceRoots: [workspace],
    idleTimeoutMs: 600_000,
    maxLive: { places: 1_000, why: 'by the test' },
    permissionMode: 'default',
    allowBypass: false,
    http: null,
    logLevel: 'trace',
    silenceMs: null,
    drainMs: 10_000,
    inspect: false,
    transcribe: null,
    transcribeEnvironment: { PATH: process.env['PATH'] ?? '' },
    claudeCommand: null,
    claudeEnvironment: {},
    ...over,
  };
}
