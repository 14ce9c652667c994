/** A ClaudePort whose processes do what the test says. It passes the same contract suite as the real one. */
import type { ClaudeOffers } from '../../machines/claude-offers.ts';
import type { ClaudeUsage, RewindPoint } from '../../machines/claude-reports.ts';
import type {
  ClaudeCommand,
  ClaudeInput,
  DeliveryFate,
  DeskCommand,
  DeskEvent,
  Recovery,
  RecoveryInput,
} from '../../machines/session-events.ts';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import type { UnstampedEvent } from '../../src/claude/talk/events.ts';
import type {
  ClaudeListener,
  ClaudePort,
  ClaudeProcess,
  ConversationsPort,
  DeskPort,
  KnownConversation,
  ProcessMemory,
  TurnProgress,
} from '../../src/claude/ports.ts';

export type { UnstampedEvent };

export interface SteerableOptions {
  /** Wall clock that stamps the events, ms. */
  now?: () => number;
  /** Spawns and gets ready by itself, and exits with code 0 when it is told to stop. Default: the test says when. */
  obedient?: boolean;
}

/** One process under the test's control. */
export class SteerableProcess implements ClaudeProcess {
  readonly input: ClaudeInput;
  readonly identity: ProcessIdentity;
  /** The commands in the order in which Claude got them: a prompt only after `beforePrompt` resolved. */
  readonly received: ClaudeCommand[] = [];
  /** What it answers when it is asked about itself. */
  used: ClaudeUsage | null = { contextTokens: 12_000, contextLimit: 200_000, limits: [] };
  points: RewindPoint[] = [];
  /** What it was told to put back. */
  readonly rewound: string[] = [];
  /** How often `kill` was called. */
  kills = 0;
  hasExited = false;
  /** Called with each prompt that Claude got. */
  onPrompt: (text: string) => void = () => undefined;
  readonly #listener: ClaudeListener;
  readonly #beforePrompt: () => Promise<void>;
  readonly #now: () => number;
  readonly #obedient: boolean;
  readonly #offered: () => Partial<ClaudeOffers>;
  /** Of those on their way, too. */
  #unanswered: string[] = [];
  #handedOver: Promise<void> = Promise.resolve();

  constructor(
    input: ClaudeInput,
    identity: ProcessIdentity,
    listener: ClaudeListener,
    beforePrompt: () => Promise<void>,
    options: Required<SteerableOptions> & { offers: () => Partial<ClaudeOffers> },
  ) {
    this.input = input;
    this.identity = identity;
    this.#listener = listener;
    this.#beforePrompt = beforePrompt;
    this.#now = options.now;
    this.#obedient = options.obedient;
    this.#offered = options.offers;
  }

  /** The prompts that Claude got, in order. */
  get prompts(): Extract<ClaudeCommand, { type: 'claude.prompt' }>[] {
    return this.received.filter((command) => command.type === 'claude.prompt');
  }

  send(command: ClaudeCommand): void {
    if (this.hasExited) return;
    if (command.type === 'claude.prompt') this.#unanswered.push(command.uuid);
    if (command.type === 'claude.interrupt') this.#unanswered = [];
    if (command.type === 'claude.prompt' || command.type === 'claude.interrupt') {
      this.#handedOver = this.#handedOver.then(() => this.#handOver(command));
      return;
    }
    this.received.push(command);
    if (command.type === 'claude.stop' && this.#obedient) queueMicrotask(() => this.#exitOnce(0, null));
  }

  usage(): Promise<ClaudeUsage | null> {
    return Promise.resolve(this.hasExited ? null : this.used);
  }

  rewindPoints(): Promise<RewindPoint[]> {
    return Promise.resolve(this.points);
  }

  rewind(uuid: string): Promise<boolean> {
    this.rewound.push(uuid);
    return Promise.resolve(true);
  }

  async kill(): Promise<void> {
    this.kills += 1;
    await Promise.resolve();
    this.#exitOnce(null, 'SIGKILL');
  }

  /** Claude says this, stamped with the clock. Throws after the exit: nothing may follow `claude.exited`. */
  says(event: UnstampedEvent): void {
    if (this.hasExited) throw new Error(`The process has exited; it can't say "${event.type}" any more.`);
    if (event.type === 'claude.exited') this.hasExited = true;
    this.#listener.event({ ...event, at: this.#now() });
  }

  spawns(): void {
    this.says({ type: 'claude.spawned', process: this.identity });
  }

  getsReady(): void {
    this.offers(this.#offered());
    this.says({ type: 'claude.ready' });
  }

  /** Says that it has begun with the oldest prompt that has no answer yet. */
  takes(): void {
    const [uuid] = this.#unanswered;
    if (uuid === undefined) throw new Error('There is no prompt to begin with.');
    this.says({ type: 'claude.promptTaken', uuid });
  }

  /** The turn of the oldest prompt that has no answer yet; it ends if no other one waits behind it. */
  answers(markdown: string): void {
    this.says({ type: 'claude.turnStarted' });
    this.saysAnswer(markdown);
    if (this.#unanswered.length === 0) this.says({ type: 'claude.turnEnded' });
  }

  /** The answer to the oldest prompt that has none yet. */
  saysAnswer(markdown: string): void {
    this.says({ type: 'claude.answered', markdown, answers: this.#unanswered.splice(0, 1) });
  }

  /** Claude streams. */
  shows(progress: TurnProgress): void {
    if (this.hasExited) throw new Error("The process has exited; it can't stream any more.");
    this.#listener.progress(progress);
  }

  /** Claude says what it offers. */
  offers(offers: Partial<ClaudeOffers>): void {
    this.#listener.offers({ models: [], commands: [], ...offers });
  }

  /** Claude sends files; resolves with what it is told. */
  sends(paths: string[], caption: string | null = null): ReturnType<ClaudeListener['sendFiles']> {
    return this.#listener.sendFiles({ paths, caption });
  }

  /** Default: a clean exit. A second one throws. */
  exits(exit: { code: number | null; signal: string | null } = { code: 0, signal: null }): void {
    this.says({ type: 'claude.exited', ...exit });
  }

  async #handOver(command: ClaudeCommand): Promise<void> {
    if (command.type === 'claude.prompt') await this.#beforePrompt();
    if (this.hasExited) return;
    this.received.push(command);
    if (command.type === 'claude.prompt') this.onPrompt(command.text);
  }

  #exitOnce(code: number | null, signal: string | null): void {
    if (!this.hasExited) this.exits({ code, signal });
  }
}

export class SteerableClaude implements ClaudePort {
  /** Every process that was started, oldest first. */
  readonly started: SteerableProcess[] = [];
  /** What was asked of `recover`, oldest first. */
  readonly recoveries: RecoveryInput[] = [];
  /** What recovery says of a prompt. Default: it never arrived. May wait, or throw. */
  fateOf: (uuid: string) => DeliveryFate | Promise<DeliveryFate> = (uuid) => ({ uuid, fate: 'absent' });
  /** What processes offer when they get ready. */
  offers: Partial<ClaudeOffers> = {};
  /** What `endOrphans` finds. */
  orphans: ProcessIdentity[] = [];
  orphanSearches = 0;
  /** What Claude Code keeps, the last used first. A fork is one more of them. */
  readonly known: KnownConversation[] = [];
  /** Conversation to the pid of the process that has it open. */
  readonly openIn = new Map<string, number>();
  readonly conversations: ConversationsPort = {
    list: (folder) => Promise.resolve(this.known.filter((each) => each.folder === folder)),
    find: (id) => Promise.resolve(this.known.find(({ claudeSessionId }) => claudeSessionId === id) ?? null),
    fork: async (id, title) => {
      const original = await this.conversations.find(id);
      if (!original) throw new Error(`There is no conversation ${id}.`);
      const claudeSessionId = `${id}-fork-${String(this.known.length)}`;
      this.known.unshift({ ...original, claudeSessionId, title: title ?? `${original.title} (fork)` });
      return claudeSessionId;
    },
    openIn: (id) => Promise.resolve(this.openIn.get(id) ?? null),
    openBy: () => Promise.resolve(null),
  };
  /** Tells the session whose desk was watched last. */
  tellDesk: (event: DeskEvent) => void = () => undefined;
  /** What the watches of desks were told. */
  readonly deskOrders: DeskCommand[] = [];
  readonly desk: DeskPort = {
    identify: (pid) => ({ pid, startTime: `steered/${String(pid)}`, startedAt: this.#options.now() }),
    isBegun: () => Promise.resolve(false),
    configFolder: null,
    visit: ({ conversations }) =>
      Promise.resolve({
        claudeSessionId: conversations.at(-1) ?? '',
        isStarted: true,
        prompts: 1,
        lastWords: 'Green.',
        spent: null,
      }),
    watch: (desk, tell) => {
      this.tellDesk = tell;
      return {
        send: (command) => {
          this.deskOrders.push(command);
          if (command.type !== 'desk.release') return;
          void this.desk
            .visit(desk)
            .then((visit) => tell({ type: 'desk.detached', visit, at: this.#options.now() }));
        },
        release: () => undefined,
      };
    },
  };
  readonly #options: Required<SteerableOptions>;

  constructor(options: SteerableOptions = {}) {
    this.#options = { now: options.now ?? Date.now, obedient: options.obedient ?? false };
  }

  /** The newest process. Throws if none was started. */
  get latest(): SteerableProcess {
    const latest = this.started.at(-1);
    if (!latest) throw new Error('No process was started.');
    return latest;
  }

  start(input: ClaudeInput, listener: ClaudeListener, beforePrompt: () => Promise<void>): SteerableProcess {
    // Above any pid that a kernel gives, so that a stray signal reaches nobody.
    const pid = 10_000_001 + this.started.length;
    const identity = { pid, startTime: `steered/${pid}`, startedAt: this.#options.now() };
    const process = new SteerableProcess(input, identity, listener, beforePrompt, {
      ...this.#options,
      offers: () => this.offers,
    });
    this.started.push(process);
    if (this.#options.obedient) {
      queueMicrotask(() => {
        if (!process.hasExited) process.spawns();
        if (!process.hasExited) process.getsReady();
      });
    }
    return process;
  }

  async recover(input: RecoveryInput): Promise<Recovery> {
    this.recoveries.push(input);
    const fates: DeliveryFate[] = [];
    for (const uuid of input.uuids) fates.push(await this.fateOf(uuid));
    return { fates, at: this.#options.now() };
  }

  memory(roots: readonly ProcessIdentity[]): Promise<ProcessMemory> {
    return Promise.resolve({ processes: roots.length, residentBytes: roots.length * 1_000 });
  }

  endOrphans(): Promise<ProcessIdentity[]> {
    this.orphanSearches += 1;
    return Promise.resolve(this.orphans.splice(0));
  }
}
