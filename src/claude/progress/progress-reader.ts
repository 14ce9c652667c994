/** What Claude is doing right now, from the messages that stream by: the live message's content. Pure. */
import type { ClaudeMessage } from '../talk/messages.ts';
import type { TurnProgress } from '../ports.ts';
import { activityOf } from './activity.ts';
import { SubAgents } from './sub-agents.ts';
import { isTodoTool, TodoList } from './todo-list.ts';
import { ToolCalls } from './tool-calls.ts';
import { Words } from './words.ts';

type StreamEvent = Extract<ClaudeMessage, { type: 'stream_event' }>['event'];
type AssistantMessage = Extract<ClaudeMessage, { type: 'assistant' }>;
type UserMessage = Extract<ClaudeMessage, { type: 'user' }>;
type SystemMessage = Extract<ClaudeMessage, { type: 'system' }>;

export class ProgressReader {
  readonly #workspace: string;
  readonly #words = new Words();
  readonly #tools = new ToolCalls();
  readonly #todos = new TodoList();
  readonly #agents = new SubAgents();

  /** @param workspace absolute; paths below it are shown relative to it */
  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  /** The progress after this message, or null if it did not change. */
  read(message: ClaudeMessage): TurnProgress | null {
    return this.#take(message) ? this.#now() : null;
  }

  #take(message: ClaudeMessage): boolean {
    switch (message.type) {
      case 'stream_event':
        // Sub-agents' words are not the answer.
        return message.parent_tool_use_id ? false : this.#readStream(message.event);
      case 'assistant':
        return message.parent_tool_use_id
          ? this.#noteAgent(message.parent_tool_use_id, message)
          : this.#readCalls(message);
      case 'user':
        return message.parent_tool_use_id ? false : this.#readResults(message);
      case 'system':
        return this.#readSystem(message);
      case 'result':
        // An answer: what comes next is for another one. Sub-agents go on, and so does what is to be done.
        this.#words.reset();
        this.#tools.reset();
        return false;
      case 'command_lifecycle':
        return false;
    }
  }

  #readStream(event: StreamEvent): boolean {
    const hasNewWords = this.#words.read(event);
    const { content_block: block } = event;
    if (event.type !== 'content_block_start' || block?.type !== 'tool_use') return hasNewWords;
    return this.#beginCall(block.id, block.name) || hasNewWords;
  }

  #readCalls({ message }: AssistantMessage): boolean {
    let isChanged = false;
    for (const { type, id, name, input } of message.content) {
      if (type === 'tool_use') isChanged = this.#beginCall(id, name, input) || isChanged;
    }
    return isChanged;
  }

  #beginCall(id: string | undefined, name: string | undefined, input?: Record<string, unknown>): boolean {
    if (id === undefined || name === undefined) return false;
    if (!isTodoTool(name)) return this.#tools.begin(id, activityOf(name, input, this.#workspace));
    if (input) this.#todos.call(id, name, input);
    return false;
  }

  #readResults({ message: { content }, tool_use_result: result }: UserMessage): boolean {
    if (typeof content === 'string') return false;
    let isChanged = false;
    for (const { type, tool_use_id: id, is_error: hasFailed = false } of content) {
      if (type !== 'tool_result' || id === undefined) continue;
      const isOurs = this.#tools.end(id, hasFailed ? 'failed' : 'done');
      isChanged = this.#todos.end(id, hasFailed, result) || isOurs || isChanged;
    }
    return isChanged;
  }

  #noteAgent(callId: string, { message }: AssistantMessage): boolean {
    const call = message.content.findLast(({ type }) => type === 'tool_use');
    if (call?.name === undefined) return false;
    return this.#agents.note(callId, activityOf(call.name, call.input, this.#workspace));
  }

  #readSystem(message: SystemMessage): boolean {
    switch (message.subtype) {
      case 'task_started':
      case 'task_updated':
      case 'task_notification':
        return this.#agents.read(message);
      case 'session_state_changed':
        if (message.state === 'idle') this.#endTurn();
        return false;
      default:
        return false;
    }
  }

  #endTurn(): void {
    this.#words.reset();
    this.#tools.reset();
    this.#todos.endTurn();
    this.#agents.reset();
  }

  #now(): TurnProgress {
    return {
      text: this.#words.text,
      thought: this.#words.thought,
      tools: this.#tools.progress,
      todos: this.#todos.todos,
      agents: this.#agents.agents,
    };
  }
}
