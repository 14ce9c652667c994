/** Reads a request's messages as a conversation: what was asked in the running turn, what its tools said, what was said before. Pure. */
import { blocksOf, type ContentBlock, type MessagesRequest, type RequestMessage, textOf } from './request.ts';
import { type ToolResult } from './parts.ts';

export interface Prompt {
  text: string;
  /** The user's earlier words in this conversation, oldest first. */
  earlier: string[];
  /** Messages before it, `system` ones not counted. */
  messagesBefore: number;
  /** False: Claude Code itself speaks, to tell that a background task ended. */
  byUser: boolean;
}

export interface Conversation {
  /** All prompts of the running turn: Claude Code hands on what is typed during a turn within it. */
  prompts: Prompt[];
  /** Those of them that no earlier request brought. */
  fresh: Prompt[];
  /** The results of the running turn's tools, in order. */
  results: ToolResult[];
  /** Absolute, as Claude Code says in its environment notes. */
  workingDirectory: string;
  /** Where Claude Code wants the plan, when the turn began in plan mode. */
  planFile: string | null;
}

/**
 * Understands what Claude Code 2.1.330 sends. The running turn starts after the last answer that called no tool, or
 * after an interruption; a prompt that failed stays in the conversation unanswered.
 */
export function readConversation({ messages }: Pick<MessagesRequest, 'messages'>): Conversation {
  const reader = new Reader();
  for (const message of messages) reader.read(message);
  return reader.conversation;
}

interface Turn {
  prompts: Prompt[];
  fresh: Prompt[];
  results: ToolResult[];
  /** Claude Code's notes when the turn's first tool was called: a plan that is approved ends plan mode within the turn. */
  notes?: string;
}

class Reader {
  readonly #said: string[] = [];
  #turn: Turn = newTurn();
  #notes = '';
  #messagesBefore = 0;

  get conversation(): Conversation {
    const { prompts, fresh, results, notes = this.#notes } = this.#turn;
    const workingDirectory = findWorkingDirectory(notes);
    return { prompts, fresh, results, workingDirectory, planFile: findPlanFile(notes) };
  }

  read(message: RequestMessage): void {
    const blocks = blocksOf(message);
    switch (message.role) {
      case 'assistant':
        this.#readAnswer(blocks);
        break;
      case 'system':
        this.#readNotes(blocks);
        return;
      case 'user':
        for (const block of blocks) this.#readUserBlock(block);
        break;
    }
    this.#messagesBefore += 1;
  }

  #readAnswer(blocks: ContentBlock[]): void {
    const isLast = !blocks.some((block) => block.type === 'tool_use');
    const { notes = this.#notes } = this.#turn;
    this.#turn = isLast ? newTurn() : { ...this.#turn, fresh: [], notes };
  }

  #readNotes(blocks: ContentBlock[]): void {
    const text = blocks.map((block) => textOf(block) ?? '').join('\n');
    this.#notes += `${text}\n`;
    for (const words of typedMeanwhile(text)) this.#hear(words);
  }

  #readUserBlock(block: ContentBlock): void {
    const result = resultOf(block);
    if (result) this.#turn.results.push(result);
    const text = textOf(block) ?? '';
    for (const typed of typedMeanwhile(text)) this.#hear(typed);
    if (text.includes('<task-notification>')) this.#hear('', false);
    const words = wordsOf(block);
    if (words.startsWith('[Request interrupted by user')) this.#turn = newTurn();
    else if (words !== '') this.#hear(words);
  }

  #hear(text: string, byUser = true): void {
    const prompt = { text, earlier: [...this.#said], messagesBefore: this.#messagesBefore, byUser };
    this.#turn.prompts.push(prompt);
    this.#turn.fresh.push(prompt);
    if (byUser) this.#said.push(text);
  }
}

function newTurn(): Turn {
  return { prompts: [], fresh: [], results: [] };
}

/** A user's own words, without what Claude Code adds to them. */
function wordsOf(block: ContentBlock): string {
  if (block.type === 'image' || block.type === 'document') return `[${block.type}]`;
  return (textOf(block) ?? '').replace(/<system-reminder>[\s\S]*?<\/system-reminder>/g, '').trim();
}

const TYPED_MEANWHILE =
  /The user sent a new message while you were working:\n([\s\S]*?)(?=\n\nThis is how Claude Code surfaces|\n\nIMPORTANT:|<\/system-reminder>|$)/g;

function typedMeanwhile(text: string): string[] {
  return [...text.matchAll(TYPED_MEANWHILE)].map((match) => (match[1] ?? '').trim());
}

function resultOf(block: ContentBlock): ToolResult | null {
  if (!('tool_use_id' in block)) return null;
  const { content = '', is_error: failed = false } = block;
  if (typeof content === 'string') return { text: content, failed };
  return {
    text: content.map((inner) => ('text' in inner ? inner.text : `[${inner.type}]`)).join('\n'),
    failed,
  };
}

function findWorkingDirectory(notes: string): string {
  return /Primary working directory: (.+)/.exec(notes)?.[1]?.trim() ?? '/';
}

function findPlanFile(notes: string): string | null {
  const entered = notes.lastIndexOf('Plan mode is active');
  if (entered === -1 || notes.indexOf('Exited Plan Mode', entered) !== -1) return null;
  return (
    /plan (?:at|file already exists at|file exists at):? (\S+\.md)/i.exec(notes.slice(entered))?.[1] ?? null
  );
}
