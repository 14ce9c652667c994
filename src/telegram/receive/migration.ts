/** A group that became a supergroup lives on under another id. Telegram says so in both, in nobody's name. */
import { z } from 'zod';

const groupId = z.int().negative();

const migration = z.object({
  message: z.object({
    chat: z.object({ id: groupId }),
    migrate_to_chat_id: groupId.optional(),
    migrate_from_chat_id: groupId.optional(),
  }),
});

/** From which id to which; null if the update is about something else. */
export function readMigration(update: unknown): { from: number; to: number } | null {
  const message = migration.safeParse(update).data?.message;
  if (message?.migrate_to_chat_id !== undefined) {
    return { from: message.chat.id, to: message.migrate_to_chat_id };
  }
  return message?.migrate_from_chat_id === undefined
    ? null
    : { from: message.migrate_from_chat_id, to: message.chat.id };
}
