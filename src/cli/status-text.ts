/** The daemon and its sessions as a table for a terminal. Pure. */
import { z } from 'zod';
import { formatDuration } from '../words/duration.ts';
import { printable } from './printable.ts';
import { shownPhase, timeLeft } from './session-text.ts';
import { table } from './table.ts';

const unreadableSchema = z.array(z.object({ path: z.string(), why: z.string() }));

/** What the table needs of the status, whichever version of the daemon sent it. */
export const shownStatusSchema = z.object({
  daemon: z
    .object({
      pid: z.number(),
      version: z.string(),
      state: z.string(),
      startedAt: z.number(),
      drain: z.object({ endsAt: z.number() }).nullable().optional(),
      telegram: z.object({
        state: z.string(),
        lastError: z.string().nullable(),
        conflict: z.object({ count: z.number(), lastAt: z.number() }).nullable(),
      }),
      processes: z
        .object({ live: z.number(), max: z.number(), maxWhy: z.string(), waiting: z.number() })
        .optional(),
      unreadable: unreadableSchema,
    })
    .nullable(),
  /** Told here if no daemon runs. */
  unreadable: unreadableSchema.optional(),
  undelivered: z.array(
    z.object({ chatId: z.number(), since: z.number(), reason: z.string(), items: z.number() }),
  ),
  sessions: z.array(
    z.object({
      chatId: z.number(),
      unconfirmed: z.object({ count: z.number(), at: z.number() }).nullable(),
      name: z.string(),
      state: z.string(),
      phase: z.string(),
      roomPlace: z.number().nullable().optional(),
      pid: z.number().nullable(),
      idleForMs: z.number(),
      idleTimeoutMs: z.number().nullable(),
      suspendsInMs: z.number().nullable(),
      workspace: z.string(),
      permissionMode: z.string().optional(),
      inbox: z.number(),
    }),
  ),
});

export type ShownStatus = z.infer<typeof shownStatusSchema>;
type ShownDaemon = NonNullable<ShownStatus['daemon']>;
type Undelivered = ShownStatus['undelivered'][number];
type ShownSession = ShownStatus['sessions'][number];

interface ShownAt {
  dataDir: string;
  /** Wall clock, ms since the epoch. */
  now: number;
}

export function describeStatus(status: ShownStatus, at: ShownAt): string {
  const head = status.daemon
    ? [...describeDaemon(status.daemon, at.now), ...describeDrain(status, at.now)]
    : [
        `No daemon runs on ${at.dataDir}. Start it with "hibernaut start".`,
        ...describeUnreadable(status.unreadable ?? []),
      ];
  const body =
    status.sessions.length === 0
      ? ['No sessions yet. The first message to the bot starts one.']
      : table([HEADINGS, ...status.sessions.map(toRow)]);
  const troubles = [
    ...status.undelivered.map((mail) => describeUndelivered(mail, at.now)),
    ...status.sessions.flatMap((session) => describeUnconfirmed(session, at.now)),
    ...status.sessions.flatMap(describeBypass),
  ];
  return `${[...head, ...troubles, '', ...body].map(printable).join('\n')}\n`;
}

function describeDaemon(daemon: ShownDaemon, now: number): string[] {
  const { version, pid, state, telegram, unreadable } = daemon;
  const up = formatDuration(now - daemon.startedAt);
  return [
    `Hibernaut ${version} (pid ${pid}) is ${state}, up ${up}.`,
    `Telegram: ${telegram.state}${telegram.lastError === null ? '' : ` (${telegram.lastError})`}`,
    ...describeConflict(telegram, now),
    ...describeProcesses(daemon),
    ...describeUnreadable(unreadable),
  ];
}

function describeUnreadable(files: z.infer<typeof unreadableSchema>): string[] {
  return files.map(({ path, why }) => `Unreadable, kept as ${path}: ${why}`);
}

/** What a stop waits for. Empty unless the daemon stops. */
export function describeDrain({ daemon, sessions }: ShownStatus, now: number): string[] {
  if (daemon?.state !== 'draining') return [];
  const busy = sessions.filter(({ pid, state }) => pid !== null || state === 'active');
  if (busy.length === 0) return ['It stops, and has only to put things away.'];
  const names = busy.map((session) => `${session.name} in chat ${session.chatId} (${shownPhase(session)})`);
  const longest = daemon.drain
    ? `, no longer than ${formatDuration(Math.max(0, daemon.drain.endsAt - now))}`
    : '';
  return [`It begins no more turns, and waits for ${names.join(', ')}${longest}.`];
}

function describeProcesses({ processes }: ShownDaemon): string[] {
  if (!processes) return [];
  const { live, max, maxWhy, waiting } = processes;
  const line = waiting === 0 ? '' : waiting === 1 ? '; 1 session waits' : `; ${waiting} sessions wait`;
  return [`Claude processes: ${live} of ${max} at most (${maxWhy})${line}.`];
}

function describeConflict({ conflict }: ShownDaemon['telegram'], now: number): string[] {
  if (!conflict) return [];
  const { count, lastAt } = conflict;
  const often = count === 1 ? 'once' : `${count} times`;
  const ago = formatDuration(now - lastAt);
  return [`Another program took updates over with the same token, ${often}, last ${ago} ago. Stop it.`];
}

function describeUndelivered({ chatId, since, reason, items }: Undelivered, now: number): string {
  const waiting = items === 1 ? '1 message waits' : `${items} messages wait`;
  return `Chat ${chatId} is refused: ${waiting} for ${formatDuration(now - since)} (${reason}).`;
}

function describeUnconfirmed({ name, chatId, unconfirmed }: ShownSession, now: number): string[] {
  if (!unconfirmed) return [];
  const { count, at } = unconfirmed;
  const may = count === 1 ? '1 message may' : `${count} messages may`;
  return [`In chat ${chatId}, ${may} not have arrived, of ${name}, ${formatDuration(now - at)} ago.`];
}

function describeBypass({ name, chatId, state, permissionMode }: ShownSession): string[] {
  if (permissionMode !== 'bypassPermissions' || state === 'terminated') return [];
  return [`In chat ${chatId}, ${name} bypasses permissions: Claude asks for nothing there.`];
}

const HEADINGS = ['NAME', 'STATE', 'PHASE', 'PID', 'LAST ACTIVITY', 'TIME LEFT', 'WAITING', 'FOLDER'];

function toRow(session: ShownSession): string[] {
  return [
    session.name,
    session.state,
    shownPhase(session),
    session.pid === null ? '-' : String(session.pid),
    `${formatDuration(session.idleForMs)} ago`,
    timeLeft(session),
    session.inbox === 0 ? '-' : String(session.inbox),
    session.workspace,
  ];
}
