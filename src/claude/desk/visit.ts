/** What happened at the desk, from the transcripts of the conversations that were open there. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { parsedJson } from '../../parsed-json.ts';
import type { DeskVisit } from '../../../machines/session-events.ts';
import type { DeskHold, Spending } from '../../../machines/session-record.ts';
import { transcriptLines } from '../transcript/transcript.ts';

const block = z.object({ type: z.string(), text: z.string().optional() });

/** Each entry names the one that it follows upon; what was said between the two stands before it all the same. */
const place = z.object({ uuid: z.string(), parentUuid: z.string().nullish() });

const said = z.object({
  type: z.enum(['user', 'assistant']),
  uuid: z.string().optional(),
  timestamp: z.string(),
  isSidechain: z.boolean().optional(),
  isMeta: z.boolean().optional(),
  isCompactSummary: z.boolean().optional(),
  isApiErrorMessage: z.boolean().optional(),
  message: z.object({ model: z.string().optional(), content: z.union([z.string(), z.array(block)]) }),
});

const figure = z.number().min(0).catch(0);

/** Claude Code keeps its running total in the conversation (seen in 2.1.330). */
const costState = z.object({
  type: z.literal('cost-state'),
  totalCostUSD: z.number().min(0),
  modelUsage: z.record(
    z.string(),
    z.object({
      inputTokens: figure,
      outputTokens: figure,
      cacheReadInputTokens: figure,
      cacheCreationInputTokens: figure,
    }),
  ),
});

/** Longer than anything that a chat shows of it. */
const LONGEST_LAST_WORDS = 2_000;

/** What Claude Code writes as if the user had said it: outputs of its commands, what was run with `!`, interruptions. */
const NO_PROMPT = /^(<local-command|<bash-|\[Request interrupted)/;
/** One that Claude Code did itself is no prompt; a skill is, which shows when Claude answers. */
const COMMAND = /^<command-/;

/** A prompt, or a command, which is counted once Claude answers to it. */
interface Said {
  isCounted: boolean;
}

/** Follows a transcript line by line. Pure. */
export class VisitReader {
  prompts = 0;
  lastWords: string | null = null;
  /** Whether a person ever said anything in it, before the visit too. */
  isStarted = false;
  spent: Spending | null = null;
  readonly #sinceMs: number;
  /** By entry: the prompt or command that it comes of. */
  readonly #origins = new Map<string, Said>();
  #latest: Said | null = null;
  /** Entries, by their ids: one that stands there twice counts once. */
  readonly #said = new Set<string>();

  /** @param sinceMs wall clock, ms since the epoch: when the visit began */
  constructor(sinceMs: number) {
    this.#sinceMs = sinceMs;
  }

  /** Lines that are no JSON or of no interest are let by. */
  read(line: string): void {
    const entry = parsedJson(line);
    const cost = costState.safeParse(entry).data;
    if (cost) this.spent = spendingOf(cost);
    const origin = this.#follow(entry);
    const words = said.safeParse(entry).data;
    if (!words || words.isSidechain || words.isMeta || words.isCompactSummary) return;
    const text = textOf(words.message.content);
    if (text === null) return;
    if (words.type === 'user') this.#readUser(text, words);
    else this.#readAssistant(text, words, origin);
  }

  /** What the entry comes of: not what stands last before it, which may be a command that was given meanwhile. */
  #follow(entry: unknown): Said | null {
    const { uuid, parentUuid } = place.safeParse(entry).data ?? {};
    const origin = (parentUuid == null ? undefined : this.#origins.get(parentUuid)) ?? this.#latest;
    if (uuid !== undefined && origin) this.#origins.set(uuid, origin);
    return origin;
  }

  #readUser(text: string, { uuid, timestamp }: z.infer<typeof said>): void {
    if (NO_PROMPT.test(text)) return;
    if (uuid !== undefined && this.#said.has(uuid)) return;
    if (uuid !== undefined) this.#said.add(uuid);
    const isCommand = COMMAND.test(text);
    this.isStarted ||= !isCommand;
    // A prompt that Claude never answers is one all the same.
    this.#latest = { isCounted: !isCommand };
    if (uuid !== undefined) this.#origins.set(uuid, this.#latest);
    if (!isCommand && this.#isOfVisit(timestamp)) this.prompts += 1;
  }

  #readAssistant(
    text: string,
    { timestamp, isApiErrorMessage, message }: z.infer<typeof said>,
    origin: Said | null,
  ): void {
    this.isStarted = true;
    if (!this.#isOfVisit(timestamp)) return;
    if (origin && !origin.isCounted) {
      origin.isCounted = true;
      this.prompts += 1;
    }
    if (isApiErrorMessage || message.model === '<synthetic>' || text.trim() === '') return;
    this.lastWords = text.trim().slice(0, LONGEST_LAST_WORDS);
  }

  #isOfVisit(timestamp: string): boolean {
    return Date.parse(timestamp) >= this.#sinceMs;
  }
}

/**
 * What happened since the desk has the session. In a conversation in which nothing was said nothing can be gone on with:
 * then the visit's is a new one.
 * @param environment the one that Claude's processes get: it says where they keep transcripts
 */
export async function lookUpVisit(
  environment: Readonly<Record<string, string>>,
  { since, conversations }: Pick<DeskHold, 'since' | 'conversations'>,
): Promise<DeskVisit> {
  let prompts = 0;
  let lastWords: string | null = null;
  let last = new VisitReader(since);
  // Each counts once, and the last one comes last.
  for (const claudeSessionId of [...new Set(conversations.toReversed())].toReversed()) {
    last = new VisitReader(since);
    for await (const line of transcriptLines(environment, claudeSessionId)) last.read(line);
    prompts += last.prompts;
    lastWords = last.lastWords ?? lastWords;
  }
  const { isStarted, spent } = last;
  const current = conversations.at(-1);
  const claudeSessionId = current !== undefined && isStarted ? current : randomUUID();
  return { claudeSessionId, isStarted, prompts, lastWords, spent };
}

function textOf(content: z.infer<typeof said>['message']['content']): string | null {
  if (typeof content === 'string') return content;
  return content.findLast((part) => part.type === 'text')?.text ?? null;
}

function spendingOf({ totalCostUSD, modelUsage }: z.infer<typeof costState>): Spending {
  const models = Object.values(modelUsage);
  const sum = (of: (model: (typeof models)[number]) => number): number =>
    models.reduce((total, model) => total + of(model), 0);
  return {
    costUsd: totalCostUSD,
    inputTokens: sum((model) => model.inputTokens),
    outputTokens: sum((model) => model.outputTokens),
    cacheReadTokens: sum((model) => model.cacheReadInputTokens),
    cacheWriteTokens: sum((model) => model.cacheCreationInputTokens),
  };
}
