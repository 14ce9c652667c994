/** What a chat sees while Claude works: "typing", and the live message of the turn. */
import { randomBytes } from 'node:crypto';
import { inHand } from '../../../machines/session-inbox.ts';
import type { SessionRecord, SessionUsage } from '../../../machines/session-record.ts';
import { usageSince } from '../../../machines/session-usage.ts';
import type { TurnProgress } from '../../claude/ports.ts';
import type { ShownProgress, TelegramPort } from '../../telegram/ports.ts';

/** The steps of a turn, and what a person is to see of them. */
const STEPS: Partial<Record<string, ShownProgress['phase']>> = {
  starting: 'working',
  working: 'working',
  silent: 'working',
  awaitingApproval: 'waiting',
  interrupting: 'stopping',
};

const NOTHING_YET: TurnProgress = {
  text: '',
  thought: null,
  tools: { count: 0, latest: [] },
  todos: [],
  agents: [],
};

interface Turn {
  id: string;
  /** The uuid of the prompt that it is about; null if Claude took up the work by itself. */
  prompt: string | null;
  phase: ShownProgress['phase'];
  /** When it began, or its last answer was given. */
  startedAt: number;
  /** What the session had used by then. */
  usage: SessionUsage;
  /** Since then. */
  progress: TurnProgress;
}

export interface PresenceOptions {
  telegram: Pick<TelegramPort, 'show' | 'conclude' | 'typing'>;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export class Presence {
  readonly #options: PresenceOptions;
  #isTyping = false;
  #turn: Turn | null = null;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Whether this is the turn that goes on, by the id that was shown with it. */
  isAt(turn: string): boolean {
    return this.#turn?.id === turn;
  }

  /** @param state the session's exact state, dotted */
  update(record: SessionRecord, state: string): void {
    const step = /^live\.active\.(\w+)$/.exec(state)?.[1] ?? '';
    const phase = STEPS[step] ?? null;
    if (this.#turn) this.#noteAnswer(record, this.#turn);
    if (this.#turn && (phase === null || isNext(record, this.#turn))) this.#end(record, this.#turn);
    if (phase !== null) this.#goOn(record, phase);
    this.#type(record, phase !== null && phase !== 'waiting' && step !== 'silent');
  }

  /** Shows how far the turn is. What comes after its end is of no interest any more. */
  progress(record: SessionRecord, progress: TurnProgress): void {
    if (!this.#turn) return;
    this.#turn.progress = progress;
    this.#show(record, this.#turn);
  }

  /** A result has come: what was shown so far led to it, and the rest of the turn is for another one. */
  #noteAnswer(record: SessionRecord, turn: Turn): void {
    if (record.usage.turns === turn.usage.turns) return;
    const { todos, agents } = turn.progress;
    this.#conclude(record, turn);
    turn.startedAt = this.#options.now();
    turn.usage = record.usage;
    turn.progress = { ...NOTHING_YET, todos, agents };
    // They may be silent for long, and are all that the rest of the turn is about.
    if (agents.length > 0) this.#show(record, turn);
  }

  #end(record: SessionRecord, turn: Turn): void {
    this.#conclude(record, turn);
    this.#turn = null;
  }

  #conclude(record: SessionRecord, { usage }: Turn): void {
    this.#options.telegram.conclude(record, usageSince(record.usage, usage).costUsd);
  }

  #goOn(record: SessionRecord, phase: Turn['phase']): void {
    const prompt = inHand(record)?.uuid ?? null;
    if (this.#turn) {
      this.#turn.prompt ??= prompt;
      if (this.#turn.phase === phase) return;
      this.#turn.phase = phase;
    } else {
      const id = randomBytes(6).toString('base64url');
      const startedAt = this.#options.now();
      this.#turn = { id, prompt, phase, startedAt, usage: record.usage, progress: NOTHING_YET };
    }
    this.#show(record, this.#turn);
  }

  #show(record: SessionRecord, { id: turn, startedAt, phase, progress }: Turn): void {
    this.#options.telegram.show(record, { turn, startedAt, phase, ...progress });
  }

  #type(record: SessionRecord, isTyping: boolean): void {
    if (isTyping === this.#isTyping) return;
    this.#isTyping = isTyping;
    const { chatId, threadId, id } = record;
    this.#options.telegram.typing({ chatId, threadId }, id, isTyping);
  }
}

/** Whether another prompt has taken the turn's place, without a pause between the two. */
function isNext(record: SessionRecord, { prompt }: Turn): boolean {
  const next = inHand(record)?.uuid ?? prompt;
  return prompt !== null && next !== prompt;
}
