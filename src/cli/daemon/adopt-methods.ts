/** Conversations that terminals began, over the control socket: what the daemon offers, and what its callers may rely on. */
import { z } from 'zod';
import { ControlError, type ControlMethod } from '../../control/protocol.ts';
import type { Adopting } from '../../daemon/desk/adopting.ts';
import { asked } from './session-methods.ts';

export const adoptablesSchema = z.array(
  z.object({
    claudeSessionId: z.string(),
    title: z.string(),
    lastUsedAt: z.number(),
    sessionId: z.string().nullable(),
  }),
);

export const adoptedSchema = z.object({
  id: z.string(),
  name: z.string(),
  chatId: z.number(),
  workspace: z.string(),
  threadId: z.number().nullable(),
  /** Telegram's words. */
  noTopic: z.string().nullable(),
});

const list = z.object({ folder: z.string().max(4_096) });
const adopt = z.object({
  claudeSessionId: z.uuid(),
  chatId: z.int().nullable(),
  name: z.string().max(1_000).nullable(),
  host: z.string().max(255),
});

/** @param adopting throws as long as the daemon does not serve */
export function adoptMethods(adopting: () => Adopting): Record<string, ControlMethod> {
  return {
    'adopt.list': (params) => adopting().list(asked('adopt.list', list, params).folder),
    adopt: async (params) => {
      const adopted = await adopting().adopt(asked('adopt', adopt, params));
      if ('refused' in adopted) throw new ControlError(adopted.refused);
      return { ...adopted.session, noTopic: adopted.noTopic };
    },
  };
}
