/** What a chat sees while Claude works: "typing", and the live message of the turn. */
import { inHand } from '../../machines/session-inbox.ts';
import type { SessionRecord } from '../../machines/session-record.ts';
import type { TurnProgress } from '../claude/ports.ts';
import type { TelegramPort } from '../telegram/ports.ts';

const TURN_PHASES = ['starting', 'working', 'awaitingApproval', 'interrupting'];

export class Presence {
  readonly #telegram: Pick<TelegramPort, 'show' | 'typing'>;
  #isTyping = false;
  #isTurn = false;
  /** The uuid of the prompt that the turn is about; null if Claude took up the work by itself. */
  #prompt: string | null = null;

  constructor(telegram: Pick<TelegramPort, 'show' | 'typing'>) {
    this.#telegram = telegram;
  }

  /** @param phase the session's exact state, dotted */
  update(record: SessionRecord, phase: string): void {
    const step = /^live\.active\.(\w+)$/.exec(phase)?.[1] ?? null;
    const isTurn = step !== null && TURN_PHASES.includes(step);
    const prompt = isTurn ? (inHand(record)?.uuid ?? this.#prompt) : null;

    const isNextTurn = isTurn && this.#prompt !== null && prompt !== this.#prompt;
    if ((this.#isTurn && !isTurn) || isNextTurn) this.#telegram.show(record, null);
    this.#isTurn = isTurn;
    this.#prompt = prompt;

    const isTyping = isTurn && step !== 'awaitingApproval';
    if (isTyping !== this.#isTyping) {
      this.#isTyping = isTyping;
      const { chatId, threadId, id } = record;
      this.#telegram.typing({ chatId, threadId }, id, isTyping);
    }
  }

  /** Shows how far the turn is. What comes after its end is of no interest any more. */
  progress(record: SessionRecord, progress: TurnProgress): void {
    if (this.#isTurn) this.#telegram.show(record, progress);
  }
}
