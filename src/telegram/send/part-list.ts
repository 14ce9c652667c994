/** The parts of one message in their order, and how it goes on when Telegram does not take a file among them. Pure. */
import type { MessagePart } from './outgoing.ts';

export interface NextPart {
  part: MessagePart;
  /** Of the message as people see it. */
  isFirst: boolean;
  isLast: boolean;
}

export class PartList {
  /** How many parts there are before those without the file, which are counted behind all others. */
  readonly #ordinary: number;
  readonly #withoutFile: readonly MessagePart[] | null;
  readonly #isFileFirst: boolean;
  #waiting: MessagePart[];
  #sent: number;

  /**
   * @param withoutFile what goes out instead of a file and of all that follows it; null: what follows goes out all the same
   * @param sent how many Telegram has already
   */
  constructor(parts: readonly MessagePart[], withoutFile: readonly MessagePart[] | null, sent: number) {
    this.#ordinary = parts.length;
    this.#withoutFile = withoutFile;
    this.#isFileFirst = parts[0]?.document !== undefined;
    this.#sent = sent;
    this.#waiting = sent < parts.length ? parts.slice(sent) : (withoutFile ?? []).slice(sent - parts.length);
  }

  get sent(): number {
    return this.#sent;
  }

  /** Null if all were sent. */
  get next(): NextPart | null {
    const [part] = this.#waiting;
    if (!part) return null;
    // In place of a file that would have been the first.
    const isInstead = this.#isFileFirst && this.#sent === this.#ordinary;
    return { part, isFirst: this.#sent === 0 || isInstead, isLast: this.#waiting.length === 1 };
  }

  noteSent(): void {
    this.#waiting.shift();
    this.#sent += 1;
  }

  /** Telegram does not take the next part, which is a file. @param notice said in its place where nothing else is */
  noteFileRefused(notice: MessagePart): void {
    if (this.#withoutFile) {
      this.#waiting = [...this.#withoutFile];
      this.#sent = this.#ordinary;
    } else {
      this.#waiting[0] = notice;
    }
  }
}
