/** One message that shows a turn as it goes. The newest frame wins; frames that Telegram has no time for are never sent. */
import type { Api } from 'grammy';
import { failureOf, logFields } from '../api-failure.ts';
import type { TelegramLog } from '../log.ts';
import type { ShownProgress, ShownSession, StoppedTurn, TurnView } from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import type { Time } from '../timers.ts';
import type { ChatPace } from './chat-pace.ts';
import { frameText } from './frame.ts';
import { LiveDraft, LiveText, type Medium } from './live-medium.ts';

/** How long frames pause after a failure that passes by itself. */
const PAUSE_MS = 5_000;
/** Words alone are not shown before: an answer that comes at once needs no live message. */
const FIRST_AFTER_MS = 2_000;
/** The time that went by is shown at least so often. */
const TICK_MS = 12_000;

export interface LiveMessageOptions {
  api: Api;
  session: ShownSession;
  pace: ChatPace;
  time: Time;
  log: TelegramLog;
  signal: AbortSignal;
  view: () => TurnView;
  /** Whether it may come into being now: what is owed to the chat before it comes first. */
  mayBegin: () => boolean;
  /** The message came into being, or another took its place. */
  onMessage: (messageId: number) => void;
}

/** What the message that is left of a turn says of it. */
export interface Outcome {
  /** Null if there is none in the chat. */
  messageId: number | null;
  toolCount: number;
  elapsedMs: number;
}

export class LiveMessage {
  readonly #options: LiveMessageOptions;
  #newest: ShownProgress;
  #medium: Medium;
  /** The last frame that Telegram took, and what it was made from. */
  #shown: { frame: RichText; progress: ShownProgress } | null = null;
  #underWay: Promise<void> | null = null;
  #timer: unknown = null;
  /** Whether a frame is wanted although nothing but the time has changed. */
  #isTimeUp = false;
  /** The first frame does not wait for the pace of frames; if it fails, the next does. */
  #isFirst = true;
  #isOver = false;

  /** @param progress the first one */
  constructor(progress: ShownProgress, options: LiveMessageOptions) {
    this.#options = options;
    this.#newest = progress;
    // Groups have negative ids, and no drafts (Bot API, sendMessageDraft).
    const isDraft = options.view().usesDrafts && options.session.chatId > 0;
    this.#medium = isDraft ? new LiveDraft(options) : new LiveText(options);
    const elapsedMs = options.time.now() - progress.startedAt;
    this.#wakeAfter(Math.min(Math.max(0, FIRST_AFTER_MS - elapsedMs), FIRST_AFTER_MS));
    this.pump();
  }

  get session(): ShownSession {
    return this.#options.session;
  }

  /** Whether a frame has gone out, or is about to. */
  get isInChat(): boolean {
    return this.#shown !== null || this.#underWay !== null;
  }

  /** Its turn, if this draft shows it. */
  turnOfDraft(draftId: number): StoppedTurn | null {
    if (draftId !== this.#medium.draftId) return null;
    return { sessionId: this.session.id, turn: this.#newest.turn };
  }

  show(progress: ShownProgress): void {
    this.#newest = progress;
    this.pump();
  }

  /** Sends the newest frame if there is one, and the chat's pace allows it now. */
  pump(): void {
    const { pace, mayBegin } = this.#options;
    const mayGo = (this.#isFirst ? pace.mayCall : pace.mayShowMore) && (this.#shown !== null || mayBegin());
    if (this.#underWay || this.#isOver || !mayGo || !this.#isWanted()) return;
    const progress = this.#newest;
    const frame = this.#render(progress);
    if (frame === null) return;
    this.#isTimeUp = false;
    this.#isFirst = false;
    this.#wakeAfter(TICK_MS);
    if (isSame(frame, this.#shown?.frame)) {
      this.#shown = { frame, progress };
      return;
    }
    this.#underWay = this.#send(frame, progress).finally(() => {
      this.#underWay = null;
      this.pump();
    });
  }

  /** No frame goes out any more. */
  async end(): Promise<Outcome> {
    this.stop();
    const elapsedMs = Math.max(0, this.#options.time.now() - this.#newest.startedAt);
    await this.#underWay;
    return { messageId: this.#medium.messageId, toolCount: this.#newest.tools.count, elapsedMs };
  }

  /** As `end`, for one that nobody will ask about. */
  stop(): void {
    this.#isOver = true;
    this.#options.time.timers.clearTimeout(this.#timer);
  }

  #isWanted(): boolean {
    if (this.#isTimeUp) return true;
    const { tools, todos, agents } = this.#newest;
    if (this.#shown === null) return tools.count + todos.length + agents.length > 0;
    return this.#newest !== this.#shown.progress;
  }

  #wakeAfter(delayMs: number): void {
    const { timers } = this.#options.time;
    timers.clearTimeout(this.#timer);
    this.#timer = timers.setTimeout(() => {
      // While a person is asked time is theirs.
      this.#isTimeUp = this.#shown === null || this.#newest.phase !== 'waiting';
      this.pump();
    }, delayMs);
  }

  /** A frame that our renderer fails on is not worth the turn: the answer will be shown all the same. */
  #render(progress: ShownProgress): RichText | null {
    const { time, view, log } = this.#options;
    try {
      return frameText(progress, { now: time.now(), isVerbose: view().isVerbose });
    } catch (error) {
      log.error({ err: error }, 'telegram.render.failed');
      this.stop();
      return null;
    }
  }

  async #send(frame: RichText, progress: ShownProgress): Promise<void> {
    const { pace } = this.#options;
    pace.begin();
    try {
      await this.#medium.show(frame, progress);
      this.#shown = { frame, progress };
      pace.noteSent();
    } catch (error) {
      this.#noteFailure(error, frame, progress);
    }
  }

  #noteFailure(error: unknown, frame: RichText, progress: ShownProgress): void {
    const { pace, log, session } = this.#options;
    const failure = failureOf(error);
    if (failure.kind === 'refused') {
      pace.noteSent();
      return this.#noteRefusal(failure.description, frame, progress);
    }
    log.debug({ chat: session.chatId, ...logFields(error) }, 'telegram.frame.failed');
    this.#isTimeUp = true;
    if (failure.kind === 'tooManyRequests') return pace.holdOff(failure.retryAfterMs);
    // Sent again it could stand there twice, and one of them for ever.
    if (this.#medium.mayDouble && failure.kind === 'unknownOutcome') this.stop();
    else pace.pauseFrames(PAUSE_MS);
    pace.noteFailed();
  }

  #noteRefusal(description: string, frame: RichText, progress: ShownProgress): void {
    if (/not modified/i.test(description)) {
      this.#shown = { frame, progress };
    } else if (/message to edit not found/i.test(description)) {
      // Somebody deleted it: the next frame makes a new one.
      this.#medium.forget();
    } else if (this.#medium.draftId !== null) {
      // Whatever keeps Telegram from drafts here, messages it takes.
      this.#options.log.warn({ chat: this.session.chatId, description }, 'telegram.draft.refused');
      this.#medium = new LiveText(this.#options);
      this.#isTimeUp = true;
    } else {
      this.#options.log.warn({ chat: this.session.chatId, description }, 'telegram.frame.refused');
      this.stop();
    }
  }
}

function isSame(frame: RichText, other: RichText | undefined): boolean {
  return (
    other !== undefined &&
    frame.text === other.text &&
    JSON.stringify(frame.entities) === JSON.stringify(other.entities)
  );
}
