/** Telegram's side of the daemon, put together: updates in, everything that people see out. */
import { setMaxListeners } from 'node:events';
import type { AnyActor } from 'xstate';
import type { PollerLimits } from '../../machines/poller.machine.ts';
import { systemTime, WallClock } from '../clock.ts';
import { apiSignal, createApis, identify, TelegramTokenError, type BotIdentity } from './api.ts';
import { failureOf, isApiFailure, logFields } from './api-failure.ts';
import { Batches } from './receive/batch.ts';
import type { OnCall } from './call-watch.ts';
import { ChatMenus } from './receive/chat-menus.ts';
import { createDownload } from './receive/download.ts';
import { hasTopics } from './has-topics.ts';
import { createIncoming } from './receive/incoming.ts';
import { Lines } from './send/lines.ts';
import { LiveMessages } from './send/live-messages.ts';
import type { TelegramLog } from './log.ts';
import { registerCommands } from './receive/menu.ts';
import { watchMigrations } from './send/migration-watch.ts';
import { onlyToAllowed } from './send/outbound-gate.ts';
import { Outbox } from './send/outbox.ts';
import { Reactions } from './send/reactions.ts';
import { Replies } from './send/replies.ts';
import { createPoller, type Poller } from './receive/poller.ts';
import type { MadeTopic, ReportToSession, SessionsPort, TelegramPort } from './ports.ts';
import { withinTime, type Timers } from './timers.ts';
import { createTopic, TopicTitles } from './send/topic-titles.ts';
import { Typing } from './send/typing.ts';

export { TelegramTokenError };

export interface TelegramOptions {
  token: string;
  /** Without a trailing slash and without the token. */
  apiRoot: string;
  sessions: SessionsPort;
  report: ReportToSession;
  log: TelegramLog;
  /** Wall clock, ms since the epoch. Default: the system's. */
  now?: () => number;
  /** Default: one of the daemon's kind, on the system's time. */
  timers?: Timers;
  pollerLimits?: Partial<PollerLimits>;
  /** Told of the poller's actor, before its start. Nobody's words pass through it. Never throws. */
  onActor?: (actor: AnyActor) => void;
  /** Told of each call of the Bot API once it is over. Never throws. */
  onCall?: OnCall;
}

export function createTelegram(options: TelegramOptions): TelegramPort {
  const { sessions, report, log } = options;
  const now = options.now ?? (() => systemTime.now());
  // Without a grace: a poll that the machine slept through is dead, and is begun anew at once.
  const timers = options.timers ?? new WallClock();
  const { access } = sessions;
  const apis = createApis(options);
  apis.send.config.use(
    watchMigrations((from, to) => {
      const notMoved = (error: unknown) => log.error({ err: error, from, to }, 'telegram.chat.notMoved');
      migrate(from, to).catch(notMoved);
    }),
    onlyToAllowed((userId) => access.isAllowed(userId)),
  );
  const closing = new AbortController();
  const { signal } = closing;
  // Each call under way listens to it, and there is one for each chat at least: no leak.
  setMaxListeners(0, signal);

  const probe = (until: AbortSignal) => apis.send.getMe(apiSignal(until));
  const lines = new Lines({
    timers,
    log,
    signal,
    probe,
    onFramesOpen: (chatId) => {
      live.pump(chatId);
      reactions.pump(chatId);
    },
    onSettled: (chatId) => reactions.pump(chatId),
  });
  const lineOf = (chatId: number) => lines.of(chatId);
  const outlet = { api: apis.send, lineOf, report, log, signal };
  const live: LiveMessages = new LiveMessages({
    ...outlet,
    viewOf: (address) => sessions.viewOf(address),
    time: { now, timers },
  });
  const readCopy = (key: string) => sessions.readCopy(key);
  const outbox = new Outbox({ ...outlet, live, now, readCopy });
  const replies = new Replies({ ...outlet, owed: sessions.replies, readCopy });
  const titles = new TopicTitles({ ...outlet, now, timers });
  const reactions: Reactions = new Reactions({ ...outlet, timers });
  const typing = new Typing({ ...outlet, paceOf: (chatId) => lineOf(chatId).pace, timers });

  const menus = new ChatMenus({ api: apis.send, log, signal });

  let bot: BotIdentity | null = null;
  /** Who we are, and that updates are ours to fetch; asked once. */
  async function prepare(): Promise<BotIdentity> {
    if (bot) return bot;
    const identity = await identify(apis.send);
    // While a webhook is set, getUpdates is refused (Bot API, getUpdates).
    await apis.poll.deleteWebhook();
    bot = identity;
    return identity;
  }

  /** Resolves when the sessions are the supergroup's, durably; what waits for the group goes there. */
  async function migrate(from: number, to: number): Promise<void> {
    if (!(await sessions.migrate(from, to))) return;
    replies.move(from, to);
    sessions.heard(to);
  }

  async function makeTopic(chatId: number, name: string): Promise<MadeTopic | null> {
    try {
      const api = apis.send;
      const chat =
        chatId > 0 ? { id: chatId, type: 'private' } : await api.getChat(chatId, apiSignal(signal));
      return hasTopics(chat, await prepare()) ? await createTopic(api, chatId, name, signal) : null;
    } catch (error) {
      if (!isApiFailure(error)) throw error;
      log.warn({ chat: chatId, ...logFields(error) }, 'telegram.topic.notMade');
      return { refused: failureOf(error).description };
    }
  }

  const incoming = createIncoming({
    api: apis.send,
    lineOf,
    sessions,
    strangers: apis.strangers,
    migrate,
    refuse: (chatId, reason) => lines.noteRefused(chatId, reason),
    bot: prepare,
    now,
    log,
    signal,
    conflict: () => poller.health.conflict,
    turnOfDraft: (chatId, draftId) => live.turnOfDraft(chatId, draftId),
  });
  const batches = new Batches({ ...incoming, log });
  const poller: Poller = createPoller({
    api: apis.poll,
    prepare,
    handle: (updates) => batches.handle(updates),
    time: { now, timers },
    limits: options.pollerLimits ?? {},
    log,
    onConflict: (conflict) => {
      sessions.noteConflict(conflict !== null);
    },
    ...(options.onActor && { onActor: options.onActor }),
  });

  return {
    start: async () => {
      try {
        await prepare();
      } catch (error) {
        if (!isApiFailure(error)) throw error;
        // The network may come later; the poller goes on trying.
        log.warn(logFields(error), 'telegram.start.unreachable');
      }
      void registerCommands(apis.send, { timers, log, signal });
      poller.start();
    },
    offer: (record) => outbox.offer(record),
    offerReplies: (chatId, owed) => replies.offer(chatId, owed),
    show: (session, progress) => {
      if (!signal.aborted) live.show(session, progress);
    },
    conclude: ({ id }, costUsd) => live.conclude(id, costUsd),
    showCommands: (chatId, commands) => menus.show(chatId, commands),
    makeTopic,
    showTopic: (sessionId, topic) => {
      if (!signal.aborted) titles.show(sessionId, topic);
    },
    react: (message, standing) => {
      if (!signal.aborted) reactions.show(message, standing);
    },
    typing: (address, sessionId, on) => {
      if (!signal.aborted) typing.set(address, sessionId, on);
    },
    download: createDownload({ ...options, api: apis.send, timers, signal }),
    stopPolling: () => poller.stop(),
    stop: async (withinMs) => {
      typing.dispose();
      live.flush();
      const settled = lines.settled().then(() => reactions.flush());
      await withinTime(Promise.all([poller.stop(), settled, titles.flush()]), withinMs, timers);
      closing.abort();
      poller.halt();
      lines.dispose();
      live.dispose();
      titles.dispose();
      reactions.dispose();
      typing.dispose();
    },
    get botUsername() {
      return bot?.username ?? null;
    },
    get health() {
      return { ...poller.health, lastError: poller.health.lastError ?? lines.problem };
    },
  };
}
