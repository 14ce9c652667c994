/** Whether a chat has topics, in which case each new session gets one of its own. */
import type { BotIdentity } from './api.ts';

export interface TopicsChat {
  id: number;
  type?: string | undefined;
  /** Bot API, Chat and ChatFullInfo. */
  is_forum?: boolean | undefined;
}

/** A supergroup may be a forum; in private chats topics are the bot's to have. */
export function hasTopics(chat: TopicsChat, bot: BotIdentity): boolean {
  return chat.is_forum === true || (chat.type === 'private' && bot.hasTopics);
}
