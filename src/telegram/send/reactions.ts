/** Reactions to people's messages, of all chats: they show what became of each. A courtesy that nothing ever waits for. */
import type { PersonMessage, Standing } from '../ports.ts';
import { REACTIONS } from '../texts/reactions.ts';
import { ChatReactions, type ChatReactionsOptions } from './chat-reactions.ts';
import type { ChatLine } from './chat-line.ts';

export type ReactionsOptions = Omit<ChatReactionsOptions, 'chatId' | 'line'> & {
  lineOf: (chatId: number) => ChatLine;
};

export class Reactions {
  readonly #options: ReactionsOptions;
  readonly #chats = new Map<number, ChatReactions>();

  constructor(options: ReactionsOptions) {
    this.#options = options;
  }

  show({ chatId, messageId }: PersonMessage, standing: Standing): void {
    const known = this.#chats.get(chatId);
    const chat = known ?? new ChatReactions({ ...this.#options, chatId, line: this.#options.lineOf(chatId) });
    this.#chats.set(chatId, chat);
    chat.show(messageId, REACTIONS[standing]);
  }

  /** Nothing else goes out in this chat for the moment. */
  pump(chatId: number): void {
    this.#chats.get(chatId)?.pump();
  }

  /** Shows now what is still to settle: after a stop nobody else would. Resolves when Telegram has answered. */
  async flush(): Promise<void> {
    await Promise.all([...this.#chats.values()].map((chat) => chat.flush()));
  }

  dispose(): void {
    for (const chat of this.#chats.values()) chat.dispose();
  }
}
