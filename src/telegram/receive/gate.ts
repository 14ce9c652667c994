/** Who may speak to the bot. It comes before anything else is looked at, for every kind of update: default deny. */
import { z } from 'zod';

const sender = z.object({ from: z.object({ id: z.int() }), sender_chat: z.undefined().optional() });
const stopTap = z.object({ chat: z.object({ id: z.int() }) });

/**
 * Whether the update comes from an allowed user: by the numeric id of its `from`. An update without one (a channel's
 * post, a poll's state) or in the name of a chat (an anonymous administrator) is a stranger's.
 * @param isAllowedUser asked anew each time: access is given and revoked while the daemon runs
 */
export function isAllowed(update: unknown, isAllowedUser: (userId: number) => boolean): boolean {
  const userId = senderOf(update);
  return userId !== null && isAllowedUser(userId);
}

function senderOf(update: unknown): number | null {
  if (typeof update !== 'object' || update === null) return null;
  const kinds = Object.keys(update).filter((key) => key !== 'update_id');
  const [kind] = kinds;
  if (kind === undefined || kinds.length !== 1) return null;
  const content: unknown = Reflect.get(update, kind);
  // Exists in private chats only, whose id is the user's, and has no `from` (Bot API 10.3).
  if (kind === 'stopped_message_generation') return stopTap.safeParse(content).data?.chat.id ?? null;
  return sender.safeParse(content).data?.from.id ?? null;
}
