/** The daemon's real adapters with a fuse between each two durable steps. Nothing in them is replaced. */
import * as fileSystem from 'node:fs/promises';
import type { MakeParts } from '../../src/cli/daemon/daemon-parts.ts';
import { createClaude } from '../../src/claude/claude.ts';
import type { ClaudeListener, ClaudePort } from '../../src/claude/ports.ts';
import { createLog } from '../../src/log/log.ts';
import type { FileSystem } from '../../src/store/disk.ts';
import { openLowdbStore } from '../../src/store/lowdb-store.ts';
import type { Store } from '../../src/store/ports.ts';
import type { ReportToSession, SessionsPort, TelegramPort } from '../../src/telegram/ports.ts';
import { createTelegram } from '../../src/telegram/telegram.ts';
import { fastTimers } from '../helpers/fast-timers.ts';
import { type CrashPoint, isCrashPoint } from './crash-points.ts';
import type { Fuse } from './fuse.ts';

/** Telegram's pauses are this much shorter, so that a round takes seconds. What happens after them is the same. */
const HASTE = 10;
/** Longer than a poll, and than a slow machine needs: these two are no pauses. */
const UNHURRIED = { watchdogMs: 120_000 * HASTE, confirmMs: 5_000 * HASTE };
/** What Claude needs to read a prompt, more or less. */
const HANDED_AFTER_MS = 15;

export function sabotagedParts(fuse: Fuse): MakeParts {
  return {
    createLog,
    openStore: async ({ dataDir, log }) =>
      sabotagedStore(await openLowdbStore({ dataDir, log, fs: sabotagedDisk(fuse) }), fuse),
    createClaude: (options) => sabotagedClaude(createClaude(options), fuse),
    createTelegram: ({ sessions, report, ...options }) =>
      sabotagedTelegram(
        createTelegram({
          ...options,
          sessions: sabotagedSessions(sessions, fuse),
          report: sabotagedReport(report, fuse),
          timers: fastTimers(HASTE),
          pollerLimits: UNHURRIED,
        }),
        fuse,
      ),
  };
}

/** Both sides of a step. */
type Step = Extract<CrashPoint, `${string}.before`> extends `${infer Name}.before` ? Name : never;

async function between<T>(fuse: Fuse, step: Step, act: () => Promise<T>): Promise<T> {
  fuse.reach(`${step}.before` as CrashPoint);
  const result = await act();
  reachIfAny(fuse, `${step}.after`);
  return result;
}

async function then<T>(fuse: Fuse, point: CrashPoint, act: () => Promise<T>): Promise<T> {
  const result = await act();
  fuse.reach(point);
  return result;
}

function reachIfAny(fuse: Fuse, name: string): void {
  if (isCrashPoint(name)) fuse.reach(name);
}

function sabotagedDisk(fuse: Fuse): FileSystem {
  return {
    chmod: fileSystem.chmod,
    mkdir: fileSystem.mkdir,
    readdir: fileSystem.readdir,
    readFile: fileSystem.readFile,
    stat: fileSystem.stat,
    open: async (path, flags, mode) => {
      const isNew = flags === 'wx';
      if (isNew) fuse.write(String(path));
      const file = await fileSystem.open(path, flags, mode);
      if (isNew) fuse.reach('disk.created');
      return file;
    },
    rename: async (from, to) => {
      fuse.reach('disk.written');
      await fileSystem.rename(from, to);
      fuse.reach('disk.renamed');
    },
    rm: (path, options) => then(fuse, 'disk.removed', () => fileSystem.rm(path, options)),
  };
}

function sabotagedStore(store: Store, fuse: Fuse): Store {
  return {
    get epoch() {
      return store.epoch;
    },
    get setAside() {
      return store.setAside;
    },
    loadSession: (id) => store.loadSession(id),
    saveSession: (record) =>
      between(fuse, 'store.saveSession', async () => {
        const isNew = record.inbox.length === 0 && record.handled.length === 0;
        if (isNew || !fuse.has('pretendToSave')) await store.saveSession(record);
      }),
    unquietSessions: () => store.unquietSessions(),
    countSessions: () => store.countSessions(),
    savedSince: (ids, at) => store.savedSince(ids, at),
    endedSessions: () => store.endedSessions(),
    sessionsWith: (claudeSessionId) => store.sessionsWith(claudeSessionId),
    sessionIds: () => store.sessionIds(),
    loadChat: (chatId) => store.loadChat(chatId),
    saveChat: (chat) => between(fuse, 'store.saveChat', () => store.saveChat(chat)),
    chatIds: () => store.chatIds(),
    unquietChats: () => store.unquietChats(),
    loadAccess: () => store.loadAccess(),
    saveAccess: (access) => store.saveAccess(access),
    loadTrust: () => store.loadTrust(),
    saveTrust: (trust) => store.saveTrust(trust),
    close: () => between(fuse, 'store.close', () => store.close()),
  };
}

function sabotagedSessions(sessions: SessionsPort, fuse: Fuse): SessionsPort {
  const { replies } = sessions;
  const told = <T>(act: () => Promise<T>): Promise<T> => then(fuse, 'sessions.told', act);
  return {
    ...sessions,
    arrive: (address, message) =>
      then(fuse, 'sessions.accepted', async () => {
        if (fuse.has('loseMessage')) return;
        await sessions.arrive(address, message);
        if (!fuse.has('repeatMessage')) return;
        await sessions.arrive(address, { ...message, uuid: message.uuid.replace(/^.{8}/, '00000000') });
      }),
    create: (address, request) => then(fuse, 'sessions.created', () => sessions.create(address, request)),
    select: (address, id) => then(fuse, 'sessions.selected', () => sessions.select(address, id)),
    suspend: (...call) => told(() => sessions.suspend(...call)),
    interrupt: (...call) => told(() => sessions.interrupt(...call)),
    end: (...call) => told(() => sessions.end(...call)),
    setIdleTimeout: (...call) => told(() => sessions.setIdleTimeout(...call)),
    tapApproval: (...call) => then(fuse, 'sessions.approvalTapped', () => sessions.tapApproval(...call)),
    choose: (...call) => told(() => sessions.choose(...call)),
    replies: {
      ...replies,
      owe: (...call) => between(fuse, 'replies.owe', () => replies.owe(...call)),
      noteTaken: (...call) => between(fuse, 'replies.noteTaken', () => replies.noteTaken(...call)),
    },
  };
}

function sabotagedReport(report: ReportToSession, fuse: Fuse): ReportToSession {
  return (id, event) => {
    reachIfAny(fuse, `${event.type}.before`);
    report(id, event);
    reachIfAny(fuse, `${event.type}.after`);
  };
}

function sabotagedTelegram(telegram: TelegramPort, fuse: Fuse): TelegramPort {
  return {
    ...telegram,
    stopPolling: () => between(fuse, 'telegram.stopPolling', () => telegram.stopPolling()),
    stop: (withinMs) => between(fuse, 'telegram.stop', () => telegram.stop(withinMs)),
    get health() {
      return telegram.health;
    },
  };
}

function sabotagedClaude(claude: ClaudePort, fuse: Fuse): ClaudePort {
  const heard = (listener: ClaudeListener): ClaudeListener => {
    let pid: number | null = null;
    const event: ClaudeListener['event'] = (event) => {
      if (event.type === 'claude.spawned') fuse.noteSpawned((pid = event.process.pid));
      if (event.type === 'claude.exited' && pid !== null) fuse.noteExited(pid);
      reachIfAny(fuse, `${event.type}.before`);
      listener.event(event);
      reachIfAny(fuse, `${event.type}.after`);
    };
    return { ...listener, event };
  };
  return {
    start: (input, listener, beforePrompt) => {
      fuse.reach('claude.start.before');
      const process = claude.start(input, heard(listener), async () => {
        fuse.reach('claude.prompt.before');
        await beforePrompt();
        fuse.reach('claude.prompt.recorded');
        setTimeout(() => fuse.reach('claude.prompt.handed'), HANDED_AFTER_MS);
      });
      fuse.reach('claude.start.after');
      return process;
    },
    conversations: claude.conversations,
    desk: claude.desk,
    recover: (input) => between(fuse, 'claude.recover', () => claude.recover(input)),
    memory: (roots) => claude.memory(roots),
    endOrphans: () => between(fuse, 'claude.endOrphans', () => claude.endOrphans()),
  };
}
