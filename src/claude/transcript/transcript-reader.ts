/**
 * Follows a transcript line by line and notes, for the prompts it was asked about, their turn and its answer. Pure.
 *
 * A turn goes from a prompt's line to the next one's; a prompt that was sent meanwhile may be taken into it. Its answer is
 * what Claude said last (`SpokenText`), ending by itself (`end_turn`), unless a tool call came after it. What Claude
 * Code wrote in Claude's name (an API error, "No response requested." after a crash) is none. A turn that the person
 * interrupted is over: what was written until then stands as its answer, so that nobody continues what was stopped. One
 * in which Claude asked for leave when its daemon died goes on for a moment as if leave had been refused, or is taken for
 * interrupted as Claude is ended: no person did that, so what follows is no answer. All seen in 2.1.330.
 */
import { z } from 'zod';
import { parsedJson } from '../../parsed-json.ts';
import { localCommandOutput } from '../talk/messages.ts';
import { SpokenText } from '../talk/spoken-text.ts';

const block = z.object({ type: z.string(), text: z.string().optional(), content: z.unknown().optional() });

const entrySchema = z.object({
  type: z.string(),
  uuid: z.string().optional(),
  /** Of a sub-agent. */
  isSidechain: z.boolean().optional(),
  /** Written by Claude Code for the model, or as a summary: no prompt. */
  isMeta: z.boolean().optional(),
  isCompactSummary: z.boolean().optional(),
  isApiErrorMessage: z.boolean().optional(),
  /** Claude was told to end; nobody stopped the turn. */
  interruptedByShutdown: z.boolean().optional(),
  message: z
    .object({
      id: z.string().optional(),
      model: z.string().optional(),
      stop_reason: z.string().nullish(),
      content: z.union([z.string(), z.array(block)]),
    })
    .optional(),
  /** A prompt that came during a turn is taken into it this way, under the uuid that we gave it. */
  attachment: z.object({ type: z.string(), source_uuid: z.string().optional() }).optional(),
});

type Entry = z.infer<typeof entrySchema>;
type Message = NonNullable<Entry['message']>;

/** In place of a tool's result, when there is nobody (any more) who could give leave. */
const ASKED_NOBODY = 'Tool permission request failed';
const INTERRUPTED = '[Request interrupted by user';
const COMPLETE = new Set(['end_turn', 'refusal', 'stop_sequence']);

interface Turn {
  /** Of the wanted prompts, the first that it took in. */
  first: string;
  /** Markdown; null as long as there is none. */
  answer: string | null;
  /** It went on without the leave that it asked for, because there was nobody (any more): what follows is no answer. */
  isForsaken: boolean;
}

export class TranscriptReader {
  readonly #wanted: ReadonlySet<string>;
  readonly #turns = new Map<string, Turn>();
  /** The turn that is being read, if it is of a wanted prompt. */
  #open: Turn | null = null;
  #unfinishedText = '';
  readonly #spoken = new SpokenText();

  constructor(uuids: readonly string[]) {
    this.#wanted = new Set(uuids);
  }

  hasArrived(uuid: string): boolean {
    return this.#turns.has(uuid);
  }

  /** Markdown, or null if its turn was cut off, or it never arrived. */
  answerTo(uuid: string): string | null {
    return this.#turns.get(uuid)?.answer ?? null;
  }

  /** The first of the wanted prompts that are in its turn: itself, or an earlier one. */
  firstOfTurn(uuid: string): string {
    return this.#turns.get(uuid)?.first ?? uuid;
  }

  /** Lines that are no JSON (the last one, torn by a crash) or of no interest are let by. */
  read(line: string): void {
    const entry = parse(line);
    if (!entry || entry.isSidechain) return;
    const taken = entry.attachment?.type === 'queued_command' ? entry.attachment.source_uuid : undefined;
    if (taken !== undefined) this.#joinRunning(taken);
    else if (entry.type === 'user' && entry.message) this.#readUser(entry, entry.message);
    else if (entry.type === 'assistant' && entry.message) this.#readAssistant(entry, entry.message);
  }

  endFile(): void {
    this.#open = null;
  }

  #readUser({ uuid, isMeta, isCompactSummary, interruptedByShutdown }: Entry, { content }: Message): void {
    if (isMeta || isCompactSummary) return;
    const output = localCommandOutput(content);
    if (output !== null) return this.#answer(output || 'Done.');
    if (this.#open && (interruptedByShutdown || askedNobody(content))) this.#open.isForsaken = true;
    const text = textOf(content);
    if (text === null) return;
    if (text.startsWith(INTERRUPTED)) {
      this.#answer([this.#unfinishedText, text].filter(Boolean).join('\n\n'));
      this.#open = null;
      return;
    }
    this.#open = null;
    this.#spoken.reset();
    if (uuid !== undefined) this.#join(uuid);
  }

  #readAssistant({ isApiErrorMessage }: Entry, { id, model, stop_reason, content }: Message): void {
    const text = textOf(content);
    this.#spoken.read(id, text);
    this.#unfinishedText = text ?? '';
    const isForged = isApiErrorMessage || (model === '<synthetic>' && stop_reason !== 'end_turn');
    const isComplete = !isForged && text !== null && COMPLETE.has(stop_reason ?? '');
    this.#answer(isComplete ? this.#spoken.whole : null);
  }

  #joinRunning(uuid: string): void {
    this.#spoken.noteJoined();
    this.#join(uuid);
  }

  /** The prompt belongs to the turn that is being read. */
  #join(uuid: string): void {
    if (!this.#wanted.has(uuid) || this.#turns.has(uuid)) return;
    // What came after the answer was not answered by it.
    if (!this.#open || this.#open.answer !== null)
      this.#open = { first: uuid, answer: null, isForsaken: false };
    this.#turns.set(uuid, this.#open);
    this.#unfinishedText = '';
  }

  #answer(markdown: string | null): void {
    if (this.#open && !this.#open.isForsaken) this.#open.answer = markdown;
  }
}

function askedNobody(content: Message['content']): boolean {
  if (typeof content === 'string') return false;
  return content.some(
    (part) => part.type === 'tool_result' && JSON.stringify(part.content ?? '').includes(ASKED_NOBODY),
  );
}

/** The last text of the content; null if there is none, as in tool results. */
function textOf(content: Message['content']): string | null {
  if (typeof content === 'string') return content;
  return content.findLast((part) => part.type === 'text')?.text ?? null;
}

function parse(line: string): Entry | null {
  return entrySchema.safeParse(parsedJson(line)).data ?? null;
}
