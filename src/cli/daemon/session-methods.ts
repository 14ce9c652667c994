/** Sessions, over the control socket: what the daemon offers, and what its callers may rely on. */
import { z } from 'zod';
import { ControlError, type ControlMethod } from '../../control/protocol.ts';
import { historyEntrySchema } from '../../history-entry.ts';
import type { Desk } from '../../daemon/desk/desk.ts';
import type { DeskOrder } from '../../daemon/desk/orders.ts';
import { LONGEST_SENT } from '../../daemon/desk/sending.ts';
import { MAX_DURATION_MS, MIN_DURATION_MS } from '../../words/duration.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { resolveSession } from '../resolve-session.ts';

/** Which session is meant, as a person wrote it; null: the only one there is. */
export const meantSchema = z.string().max(200).nullable();

/** What the command line needs of a session, whichever version of the daemon sent it. */
export const shownSessionSchema = z.object({
  id: z.string(),
  chatId: z.number(),
  threadId: z.number().nullable(),
  name: z.string(),
  state: z.string(),
  phase: z.string(),
  roomPlace: z.number().nullable().optional(),
  pid: z.number().nullable(),
  createdAt: z.number(),
  idleForMs: z.number(),
  idleTimeoutMs: z.number().nullable(),
  suspendsInMs: z.number().nullable(),
  workspace: z.string(),
  model: z.string().nullable(),
  effort: z.string().nullable(),
  permissionMode: z.string(),
  whileWorking: z.string(),
  claudeSessionId: z.string(),
  inbox: z.number(),
  outbox: z.number(),
  approvals: z.number(),
  undeliverable: z.object({ since: z.number(), reason: z.string() }).nullable(),
  lastEnd: z
    .object({
      reason: z.string(),
      code: z.number().nullable(),
      signal: z.string().nullable(),
      at: z.number(),
    })
    .nullable(),
  usage: z.object({ costUsd: z.number(), turns: z.number() }),
});

export const shownSessionsSchema = z.array(shownSessionSchema);

export const shownDetailSchema = z.object({
  session: shownSessionSchema,
  processStartedAt: z.number().nullable(),
  waiting: z.array(z.object({ state: z.string(), at: z.number() })),
  owed: z.array(z.object({ kind: z.string(), at: z.number() })),
  /** Entries that this version does not know are left out. */
  timeline: z
    .array(historyEntrySchema.nullable().catch(null))
    .transform((all) => all.filter((entry) => entry !== null)),
});

export const ORDERS = ['suspend', 'wake', 'stop', 'end'] as const satisfies DeskOrder[];

export const obeyedSchema = z.object({
  outcome: z.enum(['done', 'already', 'ended', 'atDesk', 'failed', 'underWay']),
  before: shownSessionSchema,
  after: shownSessionSchema,
  freedBytes: z.number().nullable(),
});

const orderParameters = z.object({ session: meantSchema, order: z.enum(ORDERS) });

const timeoutParameters = z.object({
  session: meantSchema,
  idleTimeoutMs: z.number().min(MIN_DURATION_MS).max(MAX_DURATION_MS).nullable(),
});

export const sentSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('taken'), session: z.object({ id: z.string(), name: z.string() }) }),
  z.object({ type: z.literal('answered'), markdown: z.string() }),
  z.object({ type: z.literal('unanswered'), why: z.string() }),
  z.object({ type: z.literal('earlier') }),
]);

const sendParameters = z.object({
  session: z.string().max(200),
  /** The sender's own, for a message that is sent again because nobody knows whether it arrived. */
  requestId: z.string().min(1).max(100),
  text: z.string().max(LONGEST_SENT),
  waits: z.boolean(),
});

/** @param desk throws as long as the daemon does not serve */
export function sessionMethods(desk: () => Desk): Record<string, ControlMethod> {
  return {
    sessions: () => desk().views(),
    session: async (params) => {
      const { session } = asked('session', z.object({ session: meantSchema }), params);
      const { id } = await meantBy(desk(), session);
      const detail = await desk().detail(id);
      if (!detail) throw new ControlError(goneText(id));
      return detail;
    },
    'session.order': async (params) => {
      const { session, order } = asked('session.order', orderParameters, params);
      const { id } = await meantBy(desk(), session);
      const outcome = await desk().order(id, order);
      if (!outcome) throw new ControlError(goneText(id));
      return outcome;
    },
    // First that it is taken, then, if it is waited for, what became of it.
    'session.send': async function* (params, signal) {
      const { session, requestId, text, waits } = asked('session.send', sendParameters, params);
      if (text.trim() === '') throw new ControlError('There is nothing to send: the text is empty.');
      const { id, name } = await meantBy(desk(), session);
      const stop = new AbortController();
      try {
        const watch = desk().fateOf(id, requestId, AbortSignal.any([signal, stop.signal]));
        const sent = await desk().send(id, requestId, text);
        if (!sent) throw new ControlError(goneText(id));
        if (sent.type === 'refused') throw new ControlError(sent.refused);
        yield { type: 'taken', session: { id, name } };
        if (!waits) return;
        watch.begin();
        yield await watch.fate;
      } finally {
        stop.abort();
      }
    },
    'session.timeout': async (params) => {
      const { session, idleTimeoutMs } = asked('session.timeout', timeoutParameters, params);
      const { id, name } = await meantBy(desk(), session);
      const changed = await desk().setIdleTimeout(id, idleTimeoutMs);
      if (!changed) throw new ControlError(`${name} (${id}) has ended, so it is never suspended.`);
      return changed;
    },
  };
}

/** @throws ControlError as `resolveSession` */
export async function meantBy(
  desk: Pick<Desk, 'view' | 'views'>,
  given: string | null,
): Promise<SessionView> {
  // One that is named in full costs no look at the others.
  const exact = given === null ? null : await desk.view(given);
  return exact ?? resolveSession(await desk.views(), given);
}

/** @throws ControlError that names the field that is wrong */
export function asked<T>(method: string, schema: z.ZodType<T>, params: unknown): T {
  const read = schema.safeParse(params);
  if (read.success) return read.data;
  throw new ControlError(`${method} can't be asked like this: ${z.prettifyError(read.error)}`);
}

function goneText(id: string): string {
  return `The record of session ${id} can't be read. "hibernaut status" says which files can't.`;
}
