/** What the bot is doing in a chat right now: "typing" and message drafts. They vanish by themselves. */
import { type ChatActivity } from '../ports.ts';
import { type Changes } from './changes.ts';

/** Bot API, sendChatAction: "5 seconds or less". */
const ACTION_LASTS_MS = 5_000;
/** Bot API, sendMessageDraft: "an ephemeral 30-second preview". */
const DRAFT_LASTS_MS = 30_000;

interface Running {
  chatId: number;
  activity: ChatActivity;
  timer: NodeJS.Timeout;
}

export class Activities {
  readonly #changes: Changes;
  readonly #running = new Set<Running>();

  constructor(changes: Changes) {
    this.#changes = changes;
  }

  in(chatId: number): ChatActivity[] {
    return this.#in(chatId).map(({ activity }) => activity);
  }

  /** Replaces the action or the draft that is there. */
  start(chatId: number, activity: ChatActivity): void {
    this.#stop((running) => running.chatId === chatId && isSamePlace(running.activity, activity));
    const lastsMs = activity.draft ? DRAFT_LASTS_MS : ACTION_LASTS_MS;
    const timer = setTimeout(() => {
      this.#running.delete(running);
      this.#changes.emit(chatId);
    }, lastsMs);
    const running: Running = { chatId, activity, timer: timer.unref() };
    this.#running.add(running);
    this.#changes.emit(chatId);
  }

  /** A message of the bot ends what it did there. The caller tells of the change. */
  end(chatId: number, threadId: number | null): void {
    this.#stop((running) => running.chatId === chatId && running.activity.threadId === threadId);
  }

  close(): void {
    this.#stop(() => true);
  }

  #in(chatId: number): Running[] {
    return [...this.#running].filter((running) => running.chatId === chatId);
  }

  #stop(isMeant: (running: Running) => boolean): void {
    for (const running of [...this.#running].filter(isMeant)) {
      clearTimeout(running.timer);
      this.#running.delete(running);
    }
  }
}

function isSamePlace(a: ChatActivity, b: ChatActivity): boolean {
  return a.threadId === b.threadId && (a.draft === null) === (b.draft === null);
}
