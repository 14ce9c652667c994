/** Starts everything in order and stops it in the reverse one, as `machines/daemon.machine.ts` says. */
import { homedir } from 'node:os';
import { createActor, toPromise, waitFor, type Actor, type AnyActor, type InspectionEvent } from 'xstate';
import {
  daemonStateOf,
  type daemonMachine,
  type DaemonMachineEvent,
  type DaemonSnapshot,
  type DaemonState,
} from '../../machines/daemon.machine.ts';
import { WallClock } from '../clock.ts';
import type { ClaudePort } from '../claude/ports.ts';
import type { Config } from '../config/config.ts';
import type { History } from '../store/history-files.ts';
import type { Store } from '../store/ports.ts';
import type { ReportToSession, SessionsPort, TelegramPort } from '../telegram/ports.ts';
import { Access, type AccessList, type OpenedPairing, type Revocation } from './chats/access.ts';
import type { Adopting } from './desk/adopting.ts';
import type { Attaching } from './desk/attaching.ts';
import type { Desk } from './desk/desk.ts';
import { suspendChat } from './drain.ts';
import { figuresOf, type DaemonFigures } from './figures.ts';
import type { DaemonLog } from './log.ts';
import type { ClockOfActors } from './sessions/saving.ts';
import { createSessionsPort } from './session-port.ts';
import { NO_HISTORY } from './sessions/session-history.ts';
import { Sessions } from './sessions/sessions.ts';
import { TrustedFolders } from './sessions/trusted-folders.ts';
import { daemonStatus, type DaemonStatus } from './status.ts';
import { wireDaemon } from './steps.ts';
import { namingByTitle } from './sessions/titles.ts';
import { HostTroubles } from './owner/host-troubles.ts';
import { watchSessionTroubles } from './owner/session-troubles.ts';
import { UndeliveredMail } from './chats/undelivered.ts';
import { workspaceOptions } from './files/own-state.ts';
import { createWorkspace } from '../workspace/workspace.ts';

export type { DaemonStatus } from './status.ts';

export interface DaemonParts {
  /** Opened; the daemon closes it. */
  store: Store;
  claude: ClaudePort;
  createTelegram: (sessions: SessionsPort, report: ReportToSession) => TelegramPort;
  log: DaemonLog;
  /** What happened in each session. Default: nothing is kept. */
  history?: History;
  /** Of all actors. Default: wall clock. */
  clock?: ClockOfActors;
  /** Wall clock, ms since the epoch. */
  now?: () => number;
  /** Absolute: what `~` in a folder's name stands for. Default: the user's home. */
  home?: string;
  /** Sees what happens in all actors (XState's `ActorOptions.inspect`). */
  inspect?: (event: InspectionEvent) => void;
  /** Told of every root actor, before its start. Never throws. */
  onActor?: (actor: AnyActor) => void;
  /** As `stop`, also while it starts. */
  signal?: AbortSignal;
  /** As `stopNow`, also while it starts. */
  signalNow?: AbortSignal;
}

/** Who may use the bot, for the command line. */
export interface DaemonAccess {
  list(): AccessList;
  /** A new code, and the bot to bring it to: its name without the @, or null as long as Telegram has not told it. */
  open(): Promise<OpenedPairing & { botUsername: string | null }>;
  /** Resolves when it is durable. From then on nothing of the person is heard, and nothing is sent to them. */
  revoke(userId: number): Promise<Revocation>;
}

export interface Daemon {
  /** `stopped` too if its machine failed, which is a bug. */
  readonly state: DaemonState;
  /** How many sessions have a process, or are about to. */
  readonly live: number;
  readonly access: DaemonAccess;
  /** The sessions, for the command line. */
  readonly desk: Desk;
  /** Whether the sessions that an earlier daemon left live, or owing something, are back. */
  readonly isRestored: boolean;
  /** How much of everything there is right now. It reads nothing. */
  figures(): DaemonFigures;
  readonly attaching: Attaching;
  readonly adopting: Adopting;
  status(): Promise<DaemonStatus>;
  /**
   * Begins no more turns and lets running ones end, for `config.drainMs` at most, then ends all processes, takes no more
   * updates, sends what is owed, and closes the store. Resolves when all that is done. Never rejects.
   * @param drainMs instead of the configuration's; also while it drains already, from then on
   */
  stop(drainMs?: number): Promise<void>;
  /** As `stop`, but kills what runs. For the second signal. */
  stopNow(): Promise<void>;
  /** Resolves when it has stopped, whoever had it stop. Never rejects. */
  readonly stopped: Promise<void>;
}

/** What a session and its process get once the machine has woken, before a wait counts as over: as long as a start may take. */
const GRACE_MS = 60_000;

/**
 * Resolves once it serves. Rejects with the reason if it can't start (a `TelegramTokenError`, a disk that refuses), after
 * it has put everything away again.
 */
export async function startDaemon(config: Config, parts: DaemonParts): Promise<Daemon> {
  const {
    store,
    log,
    now = Date.now,
    clock = new WallClock({ graceMs: GRACE_MS }),
    inspect,
    onActor,
  } = parts;
  const startedAt = now();
  // Each side needs the other; nothing is said to Telegram before there is one.
  const outlet: Pick<
    TelegramPort,
    | 'offer'
    | 'offerReplies'
    | 'show'
    | 'conclude'
    | 'showCommands'
    | 'makeTopic'
    | 'showTopic'
    | 'react'
    | 'typing'
    | 'download'
  > = {
    offer: (record) => telegram.offer(record),
    offerReplies: (chatId, replies) => telegram.offerReplies(chatId, replies),
    show: (session, progress) => telegram.show(session, progress),
    conclude: (session, costUsd) => telegram.conclude(session, costUsd),
    showCommands: (chatId, commands) => telegram.showCommands(chatId, commands),
    makeTopic: (chatId, name) => telegram.makeTopic(chatId, name),
    showTopic: (sessionId, topic) => telegram.showTopic(sessionId, topic),
    react: (message, standing) => telegram.react(message, standing),
    typing: (address, sessionId, on) => telegram.typing(address, sessionId, on),
    download: (fileId, write, signal) => telegram.download(fileId, write, signal),
  };
  const access = await orPutAway(store, () =>
    Access.load({ store, log, now, configured: config.allowedUsers }),
  );
  const trust = await orPutAway(store, () => TrustedFolders.load({ store, log, now }));
  const isServed = (chatId: number): boolean => !isPrivate(chatId) || access.isAllowed(chatId);
  const undelivered = new UndeliveredMail();
  const home = parts.home ?? homedir();
  const workspace = createWorkspace(workspaceOptions(config, home));
  const nameByTitle = namingByTitle({ conversations: parts.claude.conversations, log, now });
  const sessions: Sessions = new Sessions({
    store,
    undelivered,
    isServed,
    workspace,
    claude: parts.claude,
    trust,
    telegram: outlet,
    onChange: (session) => {
      nameByTitle(session);
      port.showTopic(session);
      noteTroubles(session);
    },
    maxLive: config.maxLive.places,
    limits: { silenceMs: config.silenceMs },
    history: parts.history ?? NO_HISTORY,
    allowBypass: config.allowBypass,
    log,
    clock,
    now,
    inspect,
    onActor,
  });
  const port = createSessionsPort({
    history: parts.history ?? null,
    sessions,
    trust,
    access,
    isServed,
    conversations: parts.claude.conversations,
    terminals: parts.claude.desk,
    people: () => access.list().people,
    store,
    workspace,
    telegram: outlet,
    undelivered,
    config,
    home,
    clock,
    log,
    now,
    onActor,
  });
  const noteTroubles = watchSessionTroubles(port.notices);
  const telegram = parts.createTelegram(port, (id, event) => {
    if (event.type === 'telegram.topicGone') port.noteTopicGone(id, event);
    else sessions.report(id, event);
  });

  let isRestored = false;
  const hostTroubles = new HostTroubles({
    notices: port.notices,
    folders: [config.dataDir, config.workspace],
    store,
    health: () => telegram.health,
    isRestored: () => isRestored,
    clock,
    log,
  });
  const actor = createActor(
    wireDaemon({
      ...parts,
      sessions,
      isServed,
      telegram,
      workspace,
      undelivered,
      replaceLost: (address) => port.replaceLost(address),
      lanes: port.lanes,
      finishMigrations: () => port.finishMigrations(),
      onRestored: () => {
        isRestored = true;
        hostTroubles.start();
      },
      lookForNoTroubles: () => {
        hostTroubles.stop();
        port.notices.stop();
      },
      now,
    }),
    {
      id: 'daemon',
      input: { drainMs: config.drainMs },
      clock,
      ...(inspect && { inspect }),
    },
  );
  const stopped = toPromise(actor).catch((error: unknown) => log.error({ err: error }, 'daemon.failed'));
  actor.subscribe({
    next: (snapshot) => log.info({ state: snapshot.value }, 'daemon.state'),
    error: () => undefined, // `stopped` tells.
  });
  onActor?.(actor);
  actor.start();
  const request = async (event: DaemonMachineEvent): Promise<void> => {
    if (actor.getSnapshot().status === 'active') actor.send(event);
    await stopped;
  };
  const stop = (drainMs?: number): Promise<void> =>
    request({ type: 'daemon.stopRequested', at: now(), ...(drainMs !== undefined && { drainMs }) });
  const stopNow = (): Promise<void> => request({ type: 'daemon.stopNowRequested' });
  // Also if somebody has asked for a longer drain: whoever signals counts on the configured one.
  onceGiven(parts.signal, () => void stop(config.drainMs));
  onceGiven(parts.signalNow, () => void stopNow());

  const notSuspended = (chatId: number) => (error: unknown) =>
    log.error({ chatId, err: error }, 'session.notSuspended');
  await started(actor);
  return {
    access: {
      list: () => access.list(),
      open: async () => ({ ...(await access.open()), botUsername: telegram.botUsername }),
      revoke: async (userId) => {
        const revocation = await access.revoke(userId);
        if (!isServed(userId)) suspendChat(sessions, userId, now).catch(notSuspended(userId));
        return revocation;
      },
    },
    desk: port.desk,
    attaching: port.attaching,
    adopting: port.adopting,
    get state() {
      const snapshot = actor.getSnapshot();
      return snapshot.status === 'error' ? 'stopped' : daemonStateOf(snapshot);
    },
    get live() {
      return sessions.open.filter((session) => session.isBusy).length;
    },
    get isRestored() {
      return isRestored;
    },
    figures: () =>
      figuresOf(sessions.open, undelivered.list(), {
        waiting: sessions.room.count.waiting,
        places: config.maxLive.places,
      }),
    status: async () => ({
      daemon: daemonStatus(store, {
        state: daemonStateOf(actor.getSnapshot()),
        startedAt,
        drain: drainOf(actor.getSnapshot()),
        telegram: telegram.health,
        processes: { ...sessions.room.count, max: config.maxLive.places, maxWhy: config.maxLive.why },
      }),
      sessions: await port.desk.views(),
      undelivered: undelivered.list(),
    }),
    stop,
    stopNow,
    stopped: stopped.then(() => undefined),
  };
}

function drainOf({ context, value }: DaemonSnapshot): DaemonStatus['daemon']['drain'] {
  const isWaiting = typeof value === 'object' && value.draining === 'turns';
  return isWaiting && context.drainEndsAt !== null ? { endsAt: context.drainEndsAt } : null;
}

/** A store that can't say what the daemon has to know first is put away again. */
async function orPutAway<T>(store: Store, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (error) {
    await store.close();
    throw error;
  }
}

/** The chat with one person, whose id it has; groups are below 0 (Bot API, Chat). */
function isPrivate(chatId: number): boolean {
  return chatId > 0;
}

function onceGiven(signal: AbortSignal | undefined, act: () => void): void {
  if (signal?.aborted) act();
  else signal?.addEventListener('abort', act, { once: true });
}

/** Resolves once it serves, or was told to stop before it did. Throws what kept it from starting. */
async function started(actor: Actor<typeof daemonMachine>): Promise<void> {
  const { context } = await waitFor(
    actor,
    (snapshot) => snapshot.status === 'done' || (!snapshot.matches('starting') && !snapshot.context.failure),
  );
  if (context.failure) throw context.failure.error;
}
