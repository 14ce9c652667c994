/**
 * Claude's messages become the facts of a turn: started, prompts taken, answered, failed, ended. Pure: no clock, no
 * process.
 *
 * A `result` answers the prompts that it names: a turn takes in what is sent while it runs. Claude gets one prompt at a
 * time, and the next one when it has taken that: of several in its queue at the end of a turn it makes one, and only the
 * last one's uuid gets into the transcript (seen with Claude Code 2.1.330).
 */
import type { UnstampedEvent } from './events.ts';
import {
  localCommandOutput,
  type ClaudeMessage,
  type CompactionSizes,
  type ResultMessage,
} from './messages.ts';
import { errorText, failure, failureOf, type Failure } from './problems.ts';
import { SpokenText } from './spoken-text.ts';

/** How often Claude Code may be refused its credentials before that is the answer: it goes on for minutes by itself. */
const AUTHENTICATION_ATTEMPTS = 3;

export type TurnFact = UnstampedEvent | { type: 'failed'; failure: Failure };

export interface TurnPrompt {
  uuid: string;
  text: string;
}

interface Prompt extends TurnPrompt {
  /**
   * `announced`: must not be given to Claude yet; `kept`: not given yet; `sent`: on its way; `queued`: Claude has read
   * it; `overdue`: queued when Claude became idle, so that it is in the turn that follows at once; `taken`: it is in the
   * turn; `ending`: interrupted.
   */
  step: 'announced' | 'kept' | 'sent' | 'queued' | 'overdue' | 'taken' | 'ending';
}

export class Turn {
  /** By Claude's own word. */
  #isRunning = false;
  /** Whether a turn was said to have started, and not to have ended. */
  #isTold = false;
  /** In the order in which Claude gets them. */
  #prompts: Prompt[] = [];
  /** An older Claude Code does not tell what becomes of prompts. */
  #tellsOfPrompts = false;
  #backgroundTasks: readonly string[] = [];
  readonly #spoken = new SpokenText();
  #errorCategory: string | null = null;
  #localOutput: string | null = null;
  /** What came of the compaction in this turn, if there was one. */
  #compaction: string | null = null;

  /** Whether Claude is at work or is about to be. */
  get isOpen(): boolean {
    return this.#isRunning || this.#prompts.some(({ step }) => step !== 'announced');
  }

  /** The ids of what runs in the background. */
  get backgroundTasks(): readonly string[] {
    return this.#backgroundTasks;
  }

  /** Whether it is given to Claude, now or later, and has no answer yet. */
  has(uuid: string): boolean {
    return this.#prompts.some((prompt) => prompt.uuid === uuid);
  }

  /** The prompt will be for Claude, once it is added: the turn is not over before that. */
  announce({ uuid, text }: TurnPrompt): void {
    this.#prompts.push({ uuid, text, step: 'announced' });
  }

  /** The prompt is for Claude, behind those before it. */
  add({ uuid, text }: TurnPrompt): void {
    const announced = this.#prompts.find((prompt) => prompt.uuid === uuid && prompt.step === 'announced');
    if (announced) announced.step = 'kept';
    else this.#prompts.push({ uuid, text, step: 'kept' });
  }

  /** The prompt that Claude gets now, if there is one; it counts as sent. */
  sendNext(): TurnPrompt | null {
    if (this.#prompts.some(({ step }) => step === 'sent' || step === 'queued' || step === 'overdue'))
      return null;
    const next = this.#prompts.find(({ step }) => step === 'kept');
    if (!next) return null;
    next.step = 'sent';
    return next;
  }

  /** Whether Claude was not given it yet. */
  keeps(uuid: string): boolean {
    return this.#prompts.some((prompt) => prompt.uuid === uuid && prompt.step === 'kept');
  }

  /** The prompt will not be answered. */
  forget(uuid: string): void {
    this.#prompts = this.#prompts.filter((prompt) => prompt.uuid !== uuid);
  }

  /** Over, if what was forgotten is all that Claude was about to do. */
  settle(): TurnFact[] {
    return this.#isRunning || this.#prompts.length > 0 ? [] : this.#tellEnd();
  }

  /** An interrupt ends what was given to Claude before, and all that was meant for the same turn. */
  dropKept(): void {
    this.#prompts = this.#prompts.filter(({ step }) => step !== 'kept');
  }

  /** Claude has read all that was sent before, and was told to begin with none of it. */
  noteInterrupted(): void {
    for (const prompt of this.#prompts) {
      if (!isOurs(prompt.step) && prompt.step !== 'taken') prompt.step = 'ending';
    }
  }

  read(message: ClaudeMessage): TurnFact[] {
    switch (message.type) {
      case 'system':
        return this.#readSystem(message);
      case 'command_lifecycle':
        return this.#readLifecycle(message.command_uuid, message.state);
      case 'assistant':
        if (!message.parent_tool_use_id) this.#readAssistant(message);
        return [];
      case 'user':
        this.#localOutput = localCommandOutput(message.message.content) ?? this.#localOutput;
        return [];
      case 'result':
        return this.#readResult(message);
      case 'stream_event':
        return [];
    }
  }

  #readSystem(message: Extract<ClaudeMessage, { type: 'system' }>): TurnFact[] {
    switch (message.subtype) {
      case 'session_state_changed':
        return message.state === 'idle' ? this.#end() : this.#start();
      case 'background_tasks_changed': {
        const before = this.#backgroundTasks.length;
        this.#backgroundTasks = message.tasks.filter((task) => !task.ambient).map((task) => task.task_id);
        const count = this.#backgroundTasks.length;
        return count === before ? [] : [{ type: 'claude.backgroundTasksChanged', count }];
      }
      case 'task_started':
      case 'task_updated':
      case 'task_notification':
        return [];
      case 'api_retry':
        return message.error === 'authentication_failed' && message.attempt >= AUTHENTICATION_ATTEMPTS
          ? [{ type: 'failed', failure: failure('notLoggedIn', '') }]
          : [];
      case 'compact_boundary':
        this.#compaction = compactionText(message.compact_metadata);
        return [];
      case 'status':
      case 'commands_changed':
        return [];
    }
  }

  #readAssistant({ error, message: { id, content } }: Extract<ClaudeMessage, { type: 'assistant' }>): void {
    this.#errorCategory = error ?? null;
    for (const { type, text } of content) this.#spoken.read(id, type === 'text' && text ? text : null);
  }

  #readLifecycle(uuid: string, state: string): TurnFact[] {
    this.#tellsOfPrompts = true;
    const prompt = this.#prompts.find((candidate) => candidate.uuid === uuid);
    if (!prompt) return [];
    if (state === 'queued' && prompt.step === 'sent') prompt.step = 'queued';
    // Dropped from its queue: what it has begun with ends with the turn.
    if (state === 'cancelled' && prompt.step !== 'taken') prompt.step = 'ending';
    return state === 'started' ? this.#take(prompt) : [];
  }

  #take(prompt: Prompt): TurnFact[] {
    if (prompt.step === 'taken') return [];
    if (this.#prompts.some(({ step }) => step === 'taken')) this.#spoken.noteJoined();
    prompt.step = 'taken';
    return [{ type: 'claude.promptTaken', uuid: prompt.uuid }];
  }

  #start(): TurnFact[] {
    this.#isRunning = true;
    // `running` comes again after each approval, and for a prompt that came at the very end of the turn before.
    if (this.#isTold) return [];
    this.#isTold = true;
    return [{ type: 'claude.turnStarted' }];
  }

  /** Claude says `idle` without having been `running` when it drops a prompt whose uuid the conversation already has. */
  #end(): TurnFact[] {
    if (!this.isOpen && !this.#isTold) return [];
    const wasRunning = this.#isRunning;
    this.#isRunning = false;
    this.#prompts = this.#prompts.filter(({ step }) => isOurs(step) || (wasRunning && isStillToCome(step)));
    for (const prompt of this.#prompts) if (prompt.step === 'queued') prompt.step = 'overdue';
    if (!this.#tellsOfPrompts) this.#prompts = this.#prompts.filter(({ step }) => isOurs(step));
    // What Claude has not begun with, or was not given, is not over: it goes on with that at once.
    if (this.#prompts.length > 0) return [];
    return this.#tellEnd();
  }

  #tellEnd(): TurnFact[] {
    this.#isTold = false;
    return [{ type: 'claude.turnEnded' }];
  }

  #readResult(result: ResultMessage): TurnFact[] {
    const failed = failureOf(result, this.#errorCategory);
    // Claude Code says no more than "Compacted" of it.
    const isCompact = result.local_command === 'compact' && this.#compaction !== null;
    const last = answerOf(result, isCompact ? this.#compaction : this.#localOutput);
    const markdown = last !== null && this.#spoken.endsWith(last) ? this.#spoken.whole : last;
    this.#spoken.reset();
    this.#errorCategory = null;
    this.#localOutput = null;
    this.#compaction = null;
    if (failed) {
      // Claude has nothing more to do in this turn.
      this.#isRunning = false;
      this.#prompts = [];
      return [{ type: 'failed', failure: failed }];
    }
    const meant = this.#promptsOf(result);
    const taken = meant.flatMap((prompt) => this.#take(prompt));
    if (!markdown) return taken;
    this.#prompts = this.#prompts.filter((prompt) => !meant.includes(prompt));
    return [...taken, { type: 'claude.answered', markdown, answers: meant.map(({ uuid }) => uuid) }];
  }

  #promptsOf({ user_message_uuids: uuids }: ResultMessage): Prompt[] {
    const wasSurelyRead = this.#tellsOfPrompts ? ['taken'] : ['sent', 'queued', 'taken'];
    return this.#prompts.filter(({ uuid, step }) => uuids?.includes(uuid) ?? wasSurelyRead.includes(step));
  }
}

/** Claude does not have it. */
function isOurs(step: Prompt['step']): boolean {
  return step === 'announced' || step === 'kept';
}

/** An overdue one that Claude passed over again, it will not take. */
function isStillToCome(step: Prompt['step']): boolean {
  return step === 'sent' || step === 'queued';
}

function compactionText({ pre_tokens: before, post_tokens: after }: CompactionSizes): string {
  const tokens = (count: number): string => count.toLocaleString('en');
  const now = after === undefined ? '' : `, ${tokens(after)} after`;
  return `Compacted: ${tokens(before)} tokens before${now}.`;
}

/** What the chat gets to read of a result; null after an interrupt, and if Claude had nothing to say. */
function answerOf(result: ResultMessage, localOutput: string | null): string | null {
  if (result.terminal_reason?.startsWith('aborted_')) return null;
  const text = errorText(result);
  if (text) return text;
  if (result.is_error) return `Claude ended the turn with an error (${result.subtype}).`;
  if (result.local_command === undefined) return null;
  return localOutput || `/${result.local_command}: done.`;
}
