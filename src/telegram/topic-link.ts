/** The address of a forum topic that Telegram's apps open. */

/** Supergroups have ids below this (Bot API server: `get_supergroup_chat_id`). */
const FIRST_SUPERGROUP_ID = -1_000_000_000_000;

/** Null where there is none: private chats have no links of their own. */
export function topicLink({ chatId, threadId }: { chatId: number; threadId: number }): string | null {
  if (chatId >= FIRST_SUPERGROUP_ID) return null;
  return `https://t.me/c/${String(FIRST_SUPERGROUP_ID - chatId)}/${String(threadId)}`;
}
