/** What Claude writes and thinks in a turn, as it streams. Pure. */
import type { ClaudeMessage } from '../talk/messages.ts';

type StreamEvent = Extract<ClaudeMessage, { type: 'stream_event' }>['event'];

/** A longer thought is known by its end. */
const THOUGHT_KEPT = 2_000;

export class Words {
  #text = '';
  #thought: string | null = null;
  /** A new message of Claude's replaces the text of the one before, but not until it has text itself. */
  #isNewMessage = false;

  get text(): string {
    return this.#text;
  }

  /** Null unless Claude thinks right now; empty if it does not show what. */
  get thought(): string | null {
    return this.#thought;
  }

  /** Whether anything changed. */
  read({ type, content_block: block, delta }: StreamEvent): boolean {
    switch (type) {
      case 'message_start':
        this.#isNewMessage = true;
        return false;
      case 'content_block_start':
        return this.#begin(block?.type);
      case 'content_block_delta':
        return delta ? this.#append(delta) : false;
      default:
        return false;
    }
  }

  reset(): void {
    this.#text = '';
    this.#thought = null;
    this.#isNewMessage = false;
  }

  #begin(kind: string | undefined): boolean {
    const thought = kind === 'thinking' || kind === 'redacted_thinking' ? '' : null;
    const isChanged = this.#thought !== thought;
    this.#thought = thought;
    if (kind !== 'text') return isChanged;
    this.#text = this.#isNewMessage || this.#text === '' ? '' : `${this.#text}\n\n`;
    this.#isNewMessage = false;
    return isChanged;
  }

  #append({ type, text, thinking }: NonNullable<StreamEvent['delta']>): boolean {
    if (type === 'text_delta' && text) {
      this.#text += text;
      return true;
    }
    if (type !== 'thinking_delta' || !thinking) return false;
    this.#thought = `${this.#thought ?? ''}${thinking}`.slice(-THOUGHT_KEPT);
    return true;
  }
}
