/** Tells listeners that a chat changed: the chat page, tests that wait, and the file that keeps the chats. */

export type ChatListener = (chatId: number) => void;

export class Changes {
  readonly #listeners = new Set<ChatListener>();

  /** Returns the way to stop. */
  on(listener: ChatListener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  emit(chatId: number): void {
    for (const listener of [...this.#listeners]) listener(chatId);
  }
}
