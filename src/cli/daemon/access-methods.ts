/** Who may use the bot, over the control socket: what the daemon offers, and what its callers may rely on. */
import { z } from 'zod';
import { ControlError, type ControlMethod } from '../../control/protocol.ts';
import type { DaemonAccess } from '../../daemon/daemon.ts';

const userId = z.int().positive();

export const accessListSchema = z.object({
  people: z.array(
    z.object({
      userId,
      name: z.string().nullable(),
      since: z.number().nullable(),
      from: z.array(z.enum(['setting', 'paired'])),
    }),
  ),
  pairing: z.object({ expiresAt: z.number() }).nullable(),
});

export const openedPairingSchema = z.object({
  code: z.string(),
  openedAt: z.number(),
  expiresAt: z.number(),
  botUsername: z.string().nullable(),
});

export const revocationSchema = z.enum(['revoked', 'bySetting', 'unknown']);

const revokeParameters = z.object({ userId });

export function accessMethods(access: () => DaemonAccess): Record<string, ControlMethod> {
  return {
    'access.list': () => Promise.resolve(access().list()),
    'access.open': async () => access().open(),
    'access.revoke': async (params) => {
      const asked = revokeParameters.safeParse(params);
      if (!asked.success) throw new ControlError('access.revoke wants {"userId": <number>}.');
      return access().revoke(asked.data.userId);
    },
  };
}
