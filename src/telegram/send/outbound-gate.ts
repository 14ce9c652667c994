/** Who may be written to. The last thing before a call leaves, whatever part of the bot made it. */
import type { Transformer } from 'grammy';

/** As if Telegram had said it: so the mail stays in the records, and `hibernaut status` shows why. */
const REFUSAL = {
  ok: false,
  error_code: 403,
  description: 'Forbidden: this person is not allowed to use the bot (any more)',
} as const;

/**
 * Lets through what goes to groups, where only allowed people are answered, and to the private chats of allowed people,
 * whose ids are those of the people. Everything else is refused without a call.
 */
export function onlyToAllowed(isAllowed: (userId: number) => boolean): Transformer {
  return (call, method, payload, signal) => {
    const { chat_id: chatId = null } = payload as { chat_id?: unknown };
    const isForbidden = chatId !== null && !(Number(chatId) < 0) && !isAllowed(Number(chatId));
    return isForbidden ? Promise.resolve(REFUSAL) : call(method, payload, signal);
  };
}
