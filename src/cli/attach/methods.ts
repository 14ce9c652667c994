/** Sessions that go on in a terminal, over the control socket: what the daemon offers, and what its callers may rely on. */
import { z } from 'zod';
import { EFFORTS, PERMISSION_MODES } from '../../../machines/session-record.ts';
import type { ControlMethod } from '../../control/protocol.ts';
import type { Attaching } from '../../daemon/desk/attaching.ts';
import type { Desk } from '../../daemon/desk/desk.ts';
import { asked, meantBy, meantSchema } from '../daemon/session-methods.ts';

const pid = z.int().positive();

export const loanSchema = z.object({
  sessionId: z.string(),
  name: z.string(),
  workspace: z.string(),
  claudeSessionId: z.string(),
  resumes: z.boolean(),
  model: z.string().nullable(),
  effort: z.enum(EFFORTS).nullable(),
  permissionMode: z.enum(PERMISSION_MODES),
  allowBypass: z.boolean(),
  configFolder: z.string().nullable(),
});

export const takenSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('yours'), loan: loanSchema }),
  z.object({
    type: z.literal('busy'),
    sessionId: z.string(),
    name: z.string(),
    phase: z.string(),
    approvals: z.number(),
  }),
  z.object({
    type: z.literal('refused'),
    why: z.enum([
      ...['unknown', 'ended', 'openElsewhere', 'openAtDesk'],
      ...['notRecovered', 'stopping', 'unseen'],
    ] as [string, ...string[]]),
    name: z.string(),
    host: z.string().optional(),
    pid: z.number().optional(),
  }),
]);

export type Taken = z.infer<typeof takenSchema>;

export const handedBackSchema = z
  .object({ name: z.string(), prompts: z.number(), waiting: z.number() })
  .nullable();

const take = z.object({ session: meantSchema, wrapperPid: pid, host: z.string().max(255), now: z.boolean() });
const opened = z.object({ session: z.string(), wrapperPid: pid, claudePid: pid });
const handBack = z.object({
  session: z.string(),
  wrapperPid: pid,
  conversations: z.array(z.string()).max(1_000),
});

/** @param serving throws as long as the daemon does not serve */
export function attachMethods(
  serving: () => { desk: Desk; attaching: Attaching },
): Record<string, ControlMethod> {
  return {
    'attach.take': async (params) => {
      const { session, ...request } = asked('attach.take', take, params);
      const { desk, attaching } = serving();
      const { id, name } = await meantBy(desk, session);
      const taken = await attaching.take(id, request);
      return taken.type === 'yours' ? taken : { ...taken, sessionId: id, name };
    },
    'attach.opened': async (params) => {
      const { session, wrapperPid, claudePid } = asked('attach.opened', opened, params);
      return serving().attaching.opened(session, wrapperPid, claudePid);
    },
    'attach.handBack': async (params) => {
      const { session, wrapperPid, conversations } = asked('attach.handBack', handBack, params);
      return serving().attaching.handBack(session, wrapperPid, conversations);
    },
  };
}
