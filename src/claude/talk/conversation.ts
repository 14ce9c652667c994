/** The talk with a running Claude process: prompts, interrupts and answers in, facts and progress out. */
import type { UUID } from 'node:crypto';
import type { Query } from '@anthropic-ai/claude-agent-sdk';
import type { ClaudeOffers } from '../../../machines/claude-offers.ts';
import type { ClaudeCommand, ClaudeSettings } from '../../../machines/session-events.ts';
import type { UnstampedEvent } from './events.ts';
import type { ClaudeLog } from '../log.ts';
import { commandsOf, offersOf } from './offers.ts';
import { readMessage, type ClaudeMessage, type StatusMessage } from './messages.ts';
import type { TurnProgress } from '../ports.ts';
import type { ProgressReader } from '../progress/progress-reader.ts';
import type { PromptQueue } from './prompt-queue.ts';
import { refusalOf } from './refused-commands.ts';
import type { GrantedPermissions } from './session-rules.ts';
import { spendingOf } from './spending.ts';
import { Turn, type TurnFact } from './turn.ts';
import { interruptAll, withdraw } from './undocumented.ts';

export interface ConversationOptions {
  /** For the log. */
  sessionId: string;
  query: Query;
  prompts: PromptQueue;
  /** What "Allow for this session" granted in earlier processes, and what is off limits. */
  permissions: GrantedPermissions | null;
  /** Of these what stays if Claude Code refuses the rest. */
  offLimits: GrantedPermissions | null;
  progressReader: ProgressReader;
  now: () => number;
  log: ClaudeLog;
  emit: (event: UnstampedEvent) => void;
  showProgress: (progress: TurnProgress) => void;
  showOffers: (offers: ClaudeOffers) => void;
  beforePrompt: () => Promise<void>;
  /** It can't go on: the process has to end. */
  giveUp: () => void;
}

const HEARD_EVERY_MS = 1_000;

export class Conversation {
  readonly #options: ConversationOptions;
  readonly #turn = new Turn();
  /** Prompts and interrupts, one after the other: an interrupt must not overtake the prompt that it is for. */
  #inOrder: Promise<void>;
  /** When the prompt that was given last has been written to the process. */
  #written: Promise<void> = Promise.resolve();
  #isReady = false;
  #isClosed = false;
  #heardAt = -Infinity;
  #offers: ClaudeOffers = { models: [], commands: [] };
  /** An interrupt came before Claude had taken up the prompt that it is for: it has to be repeated. */
  #owesInterrupt = false;

  constructor(options: ConversationOptions) {
    this.#options = options;
    const { promise: ready, resolve: getReady } = Promise.withResolvers<void>();
    this.#inOrder = ready;
    void this.#shakeHands().then(getReady, () => {
      // It has ended before it was ready, and its exit says so.
      options.log.debug({ session: options.sessionId }, 'claude.noHandshake');
    });
  }

  /** To be asked about itself; null while it can't answer. */
  get asked(): Query | null {
    return this.#isReady && !this.#isClosed ? this.#options.query : null;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  /** Whether Claude would go on for a while after the end of its input. */
  get isWorking(): boolean {
    return this.#turn.isOpen || this.#turn.backgroundTasks.length > 0;
  }

  /** Reads until Claude says nothing any more. Never rejects. */
  async read(): Promise<void> {
    try {
      for await (const raw of this.#options.query) {
        const message = readMessage(raw);
        if (message) this.#take(message);
        this.#noteSignOfLife();
      }
    } catch {
      // The SDK throws for an exit code and for what is no JSON, with words that may be Claude's.
      this.#options.log.debug({ session: this.#options.sessionId }, 'claude.readingFailed');
    }
    this.#options.giveUp();
  }

  prompt(prompt: Extract<ClaudeCommand, { type: 'claude.prompt' }>): void {
    // Claude may become idle while the record is being written: with this prompt its turn is not over.
    this.#turn.announce(prompt);
    this.#afterTheOthers(() => this.#handOver(prompt));
  }

  withdraw(uuid: string): void {
    this.#afterTheOthers(() => this.#withdraw(uuid));
  }

  interrupt(): void {
    this.#afterTheOthers(() => this.#interrupt());
  }

  configure(settings: Partial<ClaudeSettings>): void {
    this.#afterTheOthers(() => this.#configure(settings));
  }

  /** No prompt goes to Claude any more, not even one that was already asked for. */
  close(): void {
    this.#isClosed = true;
  }

  async #shakeHands(): Promise<void> {
    const { query, permissions, offLimits, log, sessionId: session, emit } = this.#options;
    this.#offer(offersOf(await query.initializationResult()));
    // As control requests, since arguments can be read by everyone on the machine.
    if (permissions) {
      await query
        .applyFlagSettings({ permissions })
        .catch(() => {
          log.warn({ session }, 'claude.rulesRefused');
          return query.applyFlagSettings({ permissions: offLimits });
        })
        .catch(() => log.warn({ session }, 'claude.offLimitsRefused'));
    }
    this.#isReady = true;
    emit({ type: 'claude.ready' });
  }

  #afterTheOthers(step: () => Promise<void>): void {
    this.#inOrder = this.#inOrder.then(step).catch((error: unknown) => {
      this.#options.log.error({ session: this.#options.sessionId, err: error }, 'claude.commandFailed');
      this.#options.giveUp();
    });
  }

  async #handOver({ uuid, text }: { uuid: string; text: string }): Promise<void> {
    await this.#options.beforePrompt();
    if (this.#isClosed) return;
    const refusal = refusalOf(text);
    if (refusal !== null) return this.#answerOurselves(uuid, refusal);
    this.#turn.add({ uuid, text });
    this.#giveNext();
    await this.#written;
  }

  #giveNext(): void {
    if (this.#isClosed) return;
    const next = this.#turn.sendNext();
    if (!next) return;
    const { uuid, text } = next;
    if (!isUuid(uuid)) throw new Error(`A prompt's uuid must be a UUID, got "${uuid}".`);
    const message = { role: 'user', content: text } as const;
    this.#written = this.#options.prompts.push({ type: 'user', uuid, parent_tool_use_id: null, message });
  }

  async #withdraw(uuid: string): Promise<void> {
    if (this.#isClosed || !this.#turn.has(uuid)) return;
    if (!this.#turn.keeps(uuid)) {
      await this.#written;
      if (!(await withdraw(this.#options.query, uuid))) return;
    }
    this.#turn.forget(uuid);
    this.#options.emit({ type: 'claude.promptWithdrawn', uuid });
    this.#giveNext();
    // The same message may come again with other words, and then the turn goes on with that.
    this.#afterTheOthers(() => {
      for (const fact of this.#turn.settle()) this.#tell(fact);
      return Promise.resolve();
    });
  }

  async #interrupt(): Promise<void> {
    if (this.#isClosed) return;
    this.#owesInterrupt = false;
    if (!this.#turn.isOpen) return this.#stopBackgroundTasks();
    this.#turn.dropKept();
    await this.#written;
    const stillQueued = await interruptAll(this.#options.query);
    this.#turn.noteInterrupted();
    // Claude has not begun with the prompt, and would run it in spite of the interrupt (seen with 2.1.330).
    this.#owesInterrupt = stillQueued.some((uuid) => this.#turn.has(uuid));
  }

  /** What Claude refuses is no reason to end the process: it is asked again at the next start. */
  async #configure({ permissionMode, model, effort }: Partial<ClaudeSettings>): Promise<void> {
    if (this.#isClosed) return;
    const { query, log, sessionId: session } = this.#options;
    const changes: Promise<void>[] = [];
    if (permissionMode !== undefined) changes.push(query.setPermissionMode(permissionMode));
    if (model !== undefined) changes.push(query.setModel(model ?? undefined));
    if (effort !== undefined) changes.push(query.applyFlagSettings({ effortLevel: effort }));
    const refused = (await Promise.allSettled(changes)).some(({ status }) => status === 'rejected');
    if (refused) log.warn({ session }, 'claude.settingsRefused');
  }

  /** What is left to interrupt while Claude itself is idle. Each says by itself that it has ended. */
  async #stopBackgroundTasks(): Promise<void> {
    const { query, log } = this.#options;
    const stopping = this.#turn.backgroundTasks.map((id) => query.stopTask(id));
    const refused = (await Promise.allSettled(stopping)).some(({ status }) => status === 'rejected');
    if (refused) log.warn('claude.taskNotStopped');
  }

  #take(message: ClaudeMessage): void {
    const spent = message.type === 'result' ? spendingOf(message) : null;
    if (spent) this.#options.emit(spent);
    if (message.type === 'system' && message.subtype === 'status') this.#noteStatus(message);
    if (message.type === 'system' && message.subtype === 'commands_changed') {
      this.#offer({ ...this.#offers, commands: commandsOf(message.commands) });
    }
    for (const fact of this.#turn.read(message)) this.#tell(fact);
    this.#giveNext();
    const progress = this.#options.progressReader.read(message);
    if (progress && !this.#isClosed) this.#options.showProgress(progress);
    if (!this.#turn.isOpen) this.#owesInterrupt = false;
    if (this.#owesInterrupt) void this.#interrupt();
  }

  #offer(offers: ClaudeOffers): void {
    this.#offers = offers;
    this.#options.showOffers(offers);
  }

  #noteStatus({ permissionMode }: StatusMessage): void {
    if (permissionMode !== undefined) {
      this.#options.emit({ type: 'claude.permissionModeChanged', permissionMode });
    }
  }

  #tell(fact: TurnFact): void {
    if (fact.type !== 'failed') return this.#options.emit(fact);
    this.#options.emit({ type: 'claude.failed', ...fact.failure });
    this.#options.giveUp();
  }

  /** A conversation that is alive says something: also while the API is asked again and again. */
  #noteSignOfLife(): void {
    const now = this.#options.now();
    if (!this.#turn.isOpen || Math.abs(now - this.#heardAt) < HEARD_EVERY_MS) return;
    this.#heardAt = now;
    this.#options.emit({ type: 'claude.heard' });
  }

  #answerOurselves(uuid: string, markdown: string): void {
    const { emit } = this.#options;
    this.#turn.forget(uuid);
    if (!this.#turn.isOpen) emit({ type: 'claude.turnStarted' });
    emit({ type: 'claude.answered', markdown, answers: [uuid] });
    for (const fact of this.#turn.settle()) this.#tell(fact);
  }
}

function isUuid(text: string): text is UUID {
  return /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
}
