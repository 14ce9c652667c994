/**
 * Follows a session that is open at the desk, until nothing of it runs any more: `hibernaut attach` and the Claude that it
 * opened are known by pid and start time, so that a daemon that was started meanwhile finds them again, and whatever
 * killed one of them is noticed. Neither is a child of ours.
 */
import type { DeskCommand, DeskEvent, DeskVisit } from '../../../machines/session-events.ts';
import type { DeskHold, ProcessIdentity } from '../../../machines/session-record.ts';
import type { ProcessTable } from '../process/process-table.ts';
import { ProcessTree } from '../process/process-tree.ts';
import type { ClaudeLog } from '../log.ts';
import type { ConversationsPort } from '../ports.ts';

type UntimedDeskEvent = DeskEvent extends infer Event
  ? Event extends DeskEvent
    ? Omit<Event, 'at'>
    : never
  : never;

export interface DeskWatchOptions {
  desk: DeskHold;
  table: ProcessTable;
  conversations: Pick<ConversationsPort, 'openIn' | 'openBy'>;
  /** What happened in these conversations since then. */
  lookUpVisit: (of: Pick<DeskHold, 'since' | 'conversations'>) => Promise<DeskVisit>;
  tell: (event: DeskEvent) => void;
  /** Wall clock, ms since the epoch. */
  now: () => number;
  log: ClaudeLog;
  /** Between two looks. */
  lookMs?: number;
  /** From the wish that it ends to its being killed. */
  closeMs?: number;
}

const LOOK_MS = 1_000;
/** Claude Code ends its tools first, which took up to 5 s. */
const CLOSE_MS = 10_000;
const LAST_GRACE_MS = 1_000;

export class DeskWatch {
  readonly #options: DeskWatchOptions;
  readonly #lookMs: number;
  readonly #conversations: string[];
  #claude: ProcessIdentity | null;
  #isReleased = false;
  /** When it is killed; null while nobody wants its end. */
  #killAt: number | null = null;
  #isOver = false;
  #timer: NodeJS.Timeout | null = null;
  #look: Promise<void> | null = null;

  constructor(options: DeskWatchOptions) {
    this.#options = options;
    this.#lookMs = options.lookMs ?? LOOK_MS;
    this.#claude = options.desk.claude;
    this.#conversations = [...options.desk.conversations];
    // Nobody hears of anything before the constructor has returned.
    this.#timer = setTimeout(() => this.#lookNow(), 0);
  }

  send(command: DeskCommand): void {
    switch (command.type) {
      case 'desk.watch':
        this.#claude = command.claude;
        return;
      case 'desk.release':
        this.#isReleased = true;
        this.#noteAll(command.conversations);
        return this.#lookNow();
      case 'desk.close':
        this.#killAt ??= performance.now() + (this.#options.closeMs ?? CLOSE_MS);
        this.#askToEnd();
        return this.#lookNow();
    }
  }

  /** Nobody wants to know any more. What runs goes on. */
  release(): void {
    this.#isOver = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  /** One look at a time, and the next one a while after it. */
  #lookNow(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const before = this.#look ?? Promise.resolve();
    const look: Promise<void> = before
      .then(() => (this.#isOver ? undefined : this.#lookOnce()))
      .catch((error: unknown) => this.#options.log.error({ err: error }, 'claude.deskNotWatched'))
      .then(() => {
        if (this.#isOver || this.#look !== look) return;
        this.#timer = setTimeout(() => this.#lookNow(), this.#lookMs);
      });
    this.#look = look;
  }

  async #lookOnce(): Promise<void> {
    const { table, desk } = this.#options;
    if (this.#claude && isRunning(table, this.#claude)) {
      await this.#noteConversation(this.#claude);
      if (this.#killAt !== null && performance.now() >= this.#killAt) await this.#kill(this.#claude);
      return;
    }
    // Read once more: it may have been another one, a moment before the end, if nobody removed what it wrote of itself.
    if (this.#claude) await this.#noteConversation(this.#claude);
    const isWanted = this.#killAt !== null && performance.now() >= this.#killAt;
    if (!this.#isReleased && !isWanted && isRunning(table, desk.wrapper)) return;
    // Opened, perhaps, by a `hibernaut attach` that was killed before it could say so; or by hand.
    const pid = await this.#options.conversations.openIn(this.#current);
    const startTime = pid === null ? null : table.startTimeOf(pid);
    if (pid !== null && startTime !== null) {
      this.#claude = { pid, startTime, startedAt: this.#options.now() };
      this.#tell({ type: 'desk.opened', claude: this.#claude });
      return;
    }
    const { since } = desk;
    const visit = await this.#options.lookUpVisit({ since, conversations: this.#conversations });
    this.#tell({ type: 'desk.detached', visit });
    this.release();
  }

  get #current(): string {
    return this.#conversations.at(-1) ?? '';
  }

  async #noteConversation({ pid }: ProcessIdentity): Promise<void> {
    const claudeSessionId = await this.#options.conversations.openBy(pid);
    if (claudeSessionId !== null && claudeSessionId !== this.#current) this.#note(claudeSessionId);
  }

  /** What the terminal saw: most of it was seen from here, too. */
  #noteAll(conversations: readonly string[]): void {
    for (const each of conversations) if (!this.#conversations.includes(each)) this.#note(each);
    const last = conversations.at(-1);
    if (last !== undefined) this.#note(last);
  }

  #note(claudeSessionId: string): void {
    if (claudeSessionId === this.#current) return;
    this.#conversations.push(claudeSessionId);
    this.#tell({ type: 'desk.conversationSeen', claudeSessionId });
  }

  /** `hibernaut attach` passes it on, and gives the terminal back. One that is stopped (Ctrl+Z) has to go on for it. */
  #askToEnd(): void {
    const { table, desk } = this.#options;
    const asked = isRunning(table, desk.wrapper) ? desk.wrapper : this.#claude;
    if (!asked || !isRunning(table, asked)) return;
    for (const signal of ['SIGTERM', 'SIGCONT'] as const) {
      try {
        process.kill(asked.pid, signal);
      } catch {
        // It has ended this very moment.
      }
    }
  }

  async #kill(claude: ProcessIdentity): Promise<void> {
    const { table } = this.#options;
    const tree = new ProcessTree({ table, isOurs: () => false, roots: [claude] });
    await tree.end(LAST_GRACE_MS);
  }

  #tell(event: UntimedDeskEvent): void {
    if (!this.#isOver) this.#options.tell({ ...event, at: this.#options.now() });
  }
}

/** A process that has ended and waits to be reaped runs no more. */
function isRunning(table: ProcessTable, { pid, startTime }: ProcessIdentity): boolean {
  return table.isRunning(pid, startTime);
}
