/** What Claude is doing right now, from the messages that stream by: the live message's content. Pure. */
import { relative } from 'node:path';
import type { ClaudeMessage } from './messages.ts';
import { SEND_FILES } from './files-tool.ts';
import type { TurnProgress } from './ports.ts';

const LONGEST_ACTIVITY = 120;

/** The part of a tool's input that says most in a few words, in the order of preference. */
const TELLING = ['command', 'file_path', 'notebook_path', 'pattern', 'url', 'query', 'description', 'skill'];
const PATHS = ['file_path', 'notebook_path'];

export class ProgressReader {
  readonly #workspace: string;
  #text = '';
  #activity: string | null = null;
  /** A new message of Claude's replaces the text of the one before, but not until it has text itself. */
  #isNewMessage = false;

  /** @param workspace absolute; paths below it are shown relative to it */
  constructor(workspace: string) {
    this.#workspace = workspace;
  }

  /** The progress after this message, or null if it did not change. Sub-agents' words are not the answer. */
  read(message: ClaudeMessage): TurnProgress | null {
    if ('parent_tool_use_id' in message && message.parent_tool_use_id) return null;
    switch (message.type) {
      case 'stream_event':
        return this.#readStream(message.event);
      case 'assistant': {
        const tool = message.message.content.findLast((part) => part.type === 'tool_use');
        return tool?.name === undefined
          ? null
          : this.#become(activityOf(tool.name, tool.input, this.#workspace));
      }
      case 'user':
        // Its tool results: Claude thinks about them now.
        return this.#become(null);
      case 'system':
        if (message.subtype === 'session_state_changed' && message.state === 'idle') this.#reset();
        return null;
      case 'result':
      case 'command_lifecycle':
        return null;
    }
  }

  #readStream({ type, content_block, delta }: Extract<ClaudeMessage, { type: 'stream_event' }>['event']) {
    if (type === 'message_start') this.#isNewMessage = true;
    if (type === 'content_block_start' && content_block?.type === 'text') this.#beginBlock();
    if (type === 'content_block_start' && content_block?.type === 'tool_use' && content_block.name) {
      return this.#become(activityOf(content_block.name, {}, this.#workspace));
    }
    if (type !== 'content_block_delta' || delta?.type !== 'text_delta' || !delta.text) return null;
    this.#text += delta.text;
    return this.#now();
  }

  #beginBlock(): void {
    if (this.#isNewMessage || this.#text === '') this.#text = '';
    else this.#text += '\n\n';
    this.#isNewMessage = false;
  }

  #become(activity: string | null): TurnProgress | null {
    if (this.#activity === activity) return null;
    this.#activity = activity;
    return this.#now();
  }

  #reset(): void {
    this.#text = '';
    this.#activity = null;
    this.#isNewMessage = false;
  }

  #now(): TurnProgress {
    return { text: this.#text, activity: this.#activity };
  }
}

/** A tool call in one line: `Bash: npm test`, `Edit src/x.ts`, `github: create_issue`. */
export function activityOf(toolName: string, input: Record<string, unknown> = {}, workspace = '/'): string {
  if (toolName === SEND_FILES) return 'Sending files';
  const name = toolName.replace(/^mcp__(.+?)__(.+)$/, '$1: $2');
  const field = TELLING.find((key) => typeof input[key] === 'string' && input[key] !== '');
  if (field === undefined) return shorten(name);
  const value = String(input[field]);
  return PATHS.includes(field)
    ? shorten(`${name} ${shownPath(value, workspace)}`)
    : shorten(`${name}: ${value}`);
}

function shownPath(path: string, workspace: string): string {
  const below = relative(workspace, path);
  return below === '' || below.startsWith('..') ? path : below;
}

function shorten(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > LONGEST_ACTIVITY ? `${line.slice(0, LONGEST_ACTIVITY - 1)}…` : line;
}
