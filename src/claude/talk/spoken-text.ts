/**
 * What Claude says to a person in a turn: its last message, whole, and before it what it answered at once to somebody who
 * wrote during the turn. The `result` has the last block of the last message only (seen with Claude Code 2.1.330), and a
 * message may have several, with thinking between them. Pure.
 */
export class SpokenText {
  #messageId: string | undefined;
  #blocks: string[] = [];
  /** What was said at once to those who wrote meanwhile. */
  #replies: string[] = [];
  #isReply = false;
  #isReplyDue = false;

  /** Claude has taken a prompt into the turn that is running: what it says next is for whoever wrote that. */
  noteJoined(): void {
    this.#isReplyDue = true;
  }

  /** A block of a message of Claude's, whatever it is: text, thinking, a tool call. */
  read(messageId: string | undefined, text: string | null): void {
    if (messageId === undefined || messageId !== this.#messageId) this.#begin(messageId);
    if (text) this.#blocks.push(text);
  }

  /** Markdown; null if the last message has no text. */
  get whole(): string | null {
    return this.#blocks.length === 0 ? null : [...this.#replies, ...this.#blocks].map(trimmed).join('\n\n');
  }

  /** Whether these are the words that it ended with. */
  endsWith(text: string): boolean {
    return this.#blocks.at(-1)?.trim() === text.trim();
  }

  /** A new turn begins. */
  reset(): void {
    this.#begin(undefined);
    this.#replies = [];
    this.#isReply = false;
    this.#isReplyDue = false;
  }

  #begin(messageId: string | undefined): void {
    if (this.#isReply) this.#replies.push(...this.#blocks);
    this.#messageId = messageId;
    this.#blocks = [];
    this.#isReply = this.#isReplyDue;
    this.#isReplyDue = false;
  }
}

function trimmed(text: string): string {
  return text.trim();
}
