/**
 * What a viewer may see of an actor: names that are written in the code, and a few figures. This is an allow-list: a
 * field that is not named here is left out, so a new one can't leak a prompt, an answer, a path or a secret.
 * The sanitisers of `@statelyai/inspect` do not cover inputs, outputs and definitions; what it is handed comes from here.
 */
import { z } from 'zod';

/** States, events, actors, guards and actions are named like this in the code; people's words are not. */
const NAME = /^[\w.:*#-]{1,120}$/;
const HIDDEN = '(hidden)';

/** The name, or a stand-in if it can't have been written in the code. */
export function shownName(name: unknown): string {
  return typeof name === 'string' && NAME.test(name) ? name : HIDDEN;
}

export interface ShownSnapshot {
  status: 'active' | 'done' | 'error' | 'stopped';
  value?: ShownStateValue;
  tags?: string[];
  context?: Partial<ShownContext>;
}

export type ShownStateValue = string | { [state: string]: ShownStateValue };

const name = z.string().regex(NAME);
const valueSchema: z.ZodType<ShownStateValue> = z.lazy(() => z.union([name, z.record(name, valueSchema)]));
const count = z.array(z.unknown()).transform((items) => items.length);

/** Of a session's context only its record says anything, and of that only this. */
const contextSchema = z.object({
  record: z.object({
    id: z.string().regex(/^[a-z0-9-]{1,64}$/i),
    state: z.enum(['active', 'idle', 'suspended', 'terminated']),
    idleTimeoutMs: z.number().nullable(),
    lastActivityAt: z.number(),
    inbox: count,
    outbox: count,
    approvals: count,
  }),
});
type ShownContext = z.infer<typeof contextSchema>['record'];

const snapshotSchema = z.object({
  status: z.enum(['active', 'done', 'error', 'stopped']).catch('active'),
  value: valueSchema.optional().catch(undefined),
  tags: z
    .set(z.unknown())
    .transform((tags) => [...tags].map(shownName))
    .optional()
    .catch(undefined),
  context: contextSchema
    .transform(({ record }) => record)
    .optional()
    .catch(undefined),
});

/** Of any actor's snapshot, machine or not. Never throws. */
export function shownSnapshot(snapshot: unknown): ShownSnapshot {
  const parsed = snapshotSchema.safeParse(snapshot);
  if (!parsed.success) return { status: 'active' };
  const { status, value, tags, context } = parsed.data;
  // The inspector's page reads the context of machines without asking whether there is one.
  return value === undefined
    ? { status }
    : { status, value, context: context ?? {}, ...(tags !== undefined && { tags }) };
}

/** Of an event its type only. */
export function shownEvent(event: { type: unknown }): { type: string } {
  return { type: shownName(event.type) };
}
