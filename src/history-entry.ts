/**
 * One line of a session's history: what the statechart was told, and where that led. An allow-list: of an event only its
 * name and the facts that are named here, which are numbers and words of our own, never a text, a path, a name that people
 * or Claude chose, or anything of a tool's input. It can be stepped through on the chart: `from` and `to` are its states.
 */
import { z } from 'zod';
import { CLAUDE_PROBLEMS, EFFORTS, END_REASONS, PERMISSION_MODES } from '../machines/session-record.ts';

/** States and events are named like this in the code; XState's own (`xstate.after.idleTimeout…`) too. */
const NAME = /^[\w.:#,-]{1,160}$/;
const name = z.string().regex(NAME);

/** Who made it happen. `timer`: a time was over. */
const BY = ['chat', 'commandLine', 'timer', 'claude', 'daemon', 'telegram'] as const;

const signal = z
  .string()
  .regex(/^SIG[A-Z0-9]{1,12}$/)
  .nullable();

export const historyEntrySchema = z.object({
  v: z.literal(1),
  /** Wall clock, ms since the epoch. */
  at: z.number(),
  /** The event's type. `xstate.init`: the session came into memory; `daemon.sessionFailed`: a bug ended its actor. */
  event: name,
  by: z.enum(BY),
  /** The exact state before, dotted as `phase` is everywhere; null if it was not in memory. */
  from: name.nullable(),
  /** The exact state after. */
  to: name,
  /** Of the event. */
  facts: z.record(name, z.union([z.number(), z.boolean(), name, z.null()])).optional(),
  /** Why a process ended, if it did here. */
  end: z
    .object({ reason: z.enum(END_REASONS), code: z.int().nullable(), signal: signal.catch(null) })
    .optional(),
  /** Messages without an answer, what Telegram has not taken, and what a person is asked: how many, after it. */
  inbox: z.int(),
  outbox: z.int(),
  approvals: z.int(),
});

export type HistoryEntry = z.infer<typeof historyEntrySchema>;

const count = z.array(z.unknown()).transform((items) => items.length);

/** By event type, what is kept of it; of all others nothing. */
const FACTS: Readonly<Record<string, z.ZodType<Record<string, unknown>>>> = {
  'user.timeoutChanged': z.object({ idleTimeoutMs: z.number().nullable() }),
  'user.whileWorkingChanged': z.object({ whileWorking: z.enum(['steer', 'queue']) }),
  'user.settingsChanged': z
    .object({
      settings: z.object({
        permissionMode: z.enum(PERMISSION_MODES).optional(),
        effort: z.enum(EFFORTS).nullable().optional(),
      }),
    })
    .transform(({ settings }) => settings),
  'claude.spawned': z
    .object({ process: z.object({ pid: z.int() }) })
    .transform(({ process }) => ({ pid: process.pid })),
  'claude.spent': z.object({ durationMs: z.number() }),
  'claude.answered': z.object({ answers: count }),
  'claude.failed': z.object({
    problem: z.enum(CLAUDE_PROBLEMS),
  }),
  'claude.backgroundTasksChanged': z.object({ count: z.int() }),
  'claude.approvalRequested': z
    .object({ approval: z.object({ subject: z.object({ type: z.enum(['tool', 'plan', 'questions']) }) }) })
    .transform(({ approval }) => ({ subject: approval.subject.type })),
  'claude.permissionModeChanged': z.object({ permissionMode: z.enum(PERMISSION_MODES) }),
  'claude.exited': z.object({ code: z.int().nullable(), signal: signal.catch(null) }),
  'telegram.delivered': z.object({ outboxId: z.int() }),
  'telegram.outcomeUnknown': z.object({ outboxId: z.int() }),
};

/** What may be kept of an event besides its type. Never throws. */
export function factsOf(event: { type: string }): HistoryEntry['facts'] {
  const read = Object.hasOwn(FACTS, event.type) ? FACTS[event.type]?.safeParse(event) : undefined;
  if (!read?.success) return undefined;
  const facts = Object.entries(read.data).filter(([, value]) => value !== undefined);
  return facts.length === 0 ? undefined : (Object.fromEntries(facts) as HistoryEntry['facts']);
}

/** Who made an event happen, by its type, and, if a person did, by who that was. */
export function byOf(event: { type: string; by?: unknown }): HistoryEntry['by'] {
  const [source] = event.type.split('.');
  if (source === 'desk') return 'commandLine';
  if (source === 'user') return event.by === 'commandLine' ? 'commandLine' : 'chat';
  if (source === 'poll') return 'telegram';
  if (source === 'claude' || source === 'telegram') return source;
  return event.type.startsWith('xstate.after.') ? 'timer' : 'daemon';
}

/** The name, or a stand-in if it can't have been written in the code. */
export function knownName(given: string): string {
  return NAME.test(given) ? given : 'hidden';
}
