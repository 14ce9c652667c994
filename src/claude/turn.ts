/**
 * Claude's messages become the facts of a turn: started, answered, failed, ended. Pure: no clock, no process.
 *
 * A `result` answers the prompts that it names. One that came while our prompt was still in Claude's queue (Claude was
 * at work by itself: a background task had ended) is held back until the prompt has its own, so that whoever
 * takes answers in order gives each to the message it is for.
 */
import type { UnstampedEvent } from './events.ts';
import {
  localCommandOutput,
  type ClaudeMessage,
  type CompactionSizes,
  type ResultMessage,
} from './messages.ts';
import { errorText, failure, failureOf, type Failure } from './problems.ts';

/** How often Claude Code may be refused its credentials before that is the answer: it goes on for minutes by itself. */
const AUTHENTICATION_ATTEMPTS = 3;

export type TurnFact =
  | UnstampedEvent
  /** `promptUuid` is the prompt that may be in the conversation and gets no answer now. */
  | { type: 'failed'; failure: Failure; promptUuid: string | null };

interface Prompt {
  uuid: string;
  hasStarted: boolean;
}

export class Turn {
  #isOpen = false;
  #inHand: Prompt | null = null;
  #heldBack: string[] = [];
  #backgroundTasks: readonly string[] = [];
  #errorCategory: string | null = null;
  #localOutput: string | null = null;
  /** What came of the compaction in this turn, if there was one. */
  #compaction: string | null = null;

  /** Whether Claude is at work or is about to be. */
  get isOpen(): boolean {
    return this.#isOpen || this.#inHand !== null;
  }

  /** The ids of what runs in the background. */
  get backgroundTasks(): readonly string[] {
    return this.#backgroundTasks;
  }

  /** The prompt that may be in the conversation and has no answer yet. */
  get inHand(): string | null {
    return this.#inHand?.uuid ?? null;
  }

  /** The prompt is on its way to Claude. */
  handOver(uuid: string): void {
    this.#inHand = { uuid, hasStarted: false };
  }

  read(message: ClaudeMessage): TurnFact[] {
    switch (message.type) {
      case 'system':
        return this.#readSystem(message);
      case 'command_lifecycle':
        if (message.state === 'started' && message.command_uuid === this.#inHand?.uuid) {
          this.#inHand.hasStarted = true;
        }
        return [];
      case 'assistant':
        if (!message.parent_tool_use_id) this.#errorCategory = message.error ?? null;
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
          ? [this.#failed(failure('notLoggedIn', ''))]
          : [];
      case 'compact_boundary':
        this.#compaction = compactionText(message.compact_metadata);
        return [];
      case 'status':
      case 'commands_changed':
        return [];
    }
  }

  #start(): TurnFact[] {
    // `running` comes again after each approval.
    if (this.#isOpen) return [];
    this.#isOpen = true;
    return [{ type: 'claude.turnStarted' }];
  }

  /** Claude says `idle` without having been `running` when it drops a prompt whose uuid the conversation already has. */
  #end(): TurnFact[] {
    if (!this.isOpen) return [];
    const late = this.#heldBack.splice(0);
    this.#isOpen = false;
    this.#inHand = null;
    return [...late.map(answered), { type: 'claude.turnEnded' }];
  }

  #readResult(result: ResultMessage): TurnFact[] {
    const failed = failureOf(result, this.#errorCategory);
    // Claude Code says no more than "Compacted" of it.
    const isCompact = result.local_command === 'compact' && this.#compaction !== null;
    const markdown = answerOf(result, isCompact ? this.#compaction : this.#localOutput);
    this.#errorCategory = null;
    this.#localOutput = null;
    this.#compaction = null;
    if (failed) {
      const fact = this.#failed(failed);
      // Claude has nothing more to do in this turn.
      this.#isOpen = false;
      this.#inHand = null;
      return [fact];
    }
    if (!this.#isForInHand(result)) {
      if (markdown) this.#heldBack.push(markdown);
      return [];
    }
    const late = this.#heldBack.splice(0);
    if (!markdown) return late.map(answered);
    this.#inHand = null;
    return [markdown, ...late].map(answered);
  }

  #failed(why: Failure): TurnFact {
    return { type: 'failed', failure: why, promptUuid: this.inHand };
  }

  #isForInHand({ user_message_uuids }: ResultMessage): boolean {
    if (!this.#inHand) return true;
    return user_message_uuids?.includes(this.#inHand.uuid) ?? this.#inHand.hasStarted;
  }
}

function compactionText({ pre_tokens: before, post_tokens: after }: CompactionSizes): string {
  const tokens = (count: number): string => count.toLocaleString('en');
  const now = after === undefined ? '' : `, ${tokens(after)} after`;
  return `Compacted: ${tokens(before)} tokens before${now}.`;
}

function answered(markdown: string): TurnFact {
  return { type: 'claude.answered', markdown };
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
