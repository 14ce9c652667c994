/** The lines of all chats, one for each chat that something went out to. */
import { ChatLine, type ChatLineOptions } from './chat-line.ts';

export type LinesOptions = Pick<ChatLineOptions, 'timers' | 'log' | 'signal' | 'probe'> & {
  /** A frame of a live message may go out in this chat. */
  onFramesOpen: (chatId: number) => void;
  /** Nothing is under way in this chat any more. */
  onSettled: (chatId: number) => void;
};

export class Lines {
  readonly #options: LinesOptions;
  readonly #lines = new Map<number, ChatLine>();
  readonly #waiters = new Set<() => void>();

  constructor(options: LinesOptions) {
    this.#options = options;
  }

  of(chatId: number): ChatLine {
    const known = this.#lines.get(chatId);
    if (known) return known;
    const { timers, log, signal, probe, onFramesOpen, onSettled } = this.#options;
    const line = new ChatLine({
      chatId,
      timers,
      log,
      signal,
      probe,
      onFramesOpen: () => onFramesOpen(chatId),
      onSettled: () => {
        this.#noteSettled();
        onSettled(chatId);
      },
    });
    this.#lines.set(chatId, line);
    return line;
  }

  /** The chat takes nothing any more. Of no concern if nothing ever went out there. */
  noteRefused(chatId: number, reason: string): void {
    this.#lines.get(chatId)?.noteRefused(reason);
  }

  /** What Telegram or the network last refused, in any chat that has not recovered; null if all is well. */
  get problem(): string | null {
    return (
      [...this.#lines.values()].map(({ problem }) => problem).find((problem) => problem !== null) ?? null
    );
  }

  /** Resolves when nothing is under way any more. */
  async settled(): Promise<void> {
    if (this.#areSettled()) return;
    await new Promise<void>((resolve) => this.#waiters.add(resolve));
  }

  dispose(): void {
    for (const line of this.#lines.values()) line.dispose();
  }

  #noteSettled(): void {
    if (this.#waiters.size === 0 || !this.#areSettled()) return;
    for (const resolve of this.#waiters) resolve();
    this.#waiters.clear();
  }

  #areSettled(): boolean {
    return [...this.#lines.values()].every(({ isSettled }) => isSettled);
  }
}
