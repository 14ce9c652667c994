/** What a person said last in a conversation, from its transcript's lines. Pure. */
import { z } from 'zod';
import { parsedJson } from '../../parsed-json.ts';

export interface SaidPrompt {
  uuid: string;
  text: string;
}

const line = z.object({
  type: z.literal('user'),
  uuid: z.string(),
  isSidechain: z.boolean().optional(),
  isMeta: z.boolean().optional(),
  isCompactSummary: z.boolean().optional(),
  message: z.object({
    content: z.union([z.string(), z.array(z.object({ type: z.string(), text: z.string().optional() }))]),
  }),
});

/** What Claude Code itself writes as if the user had said it: outputs of its commands, interruptions. */
const NO_PROMPT = /^(<local-command|\[Request interrupted)/;

/** Keeps the last prompts of the lines that it is given. */
export class LastPrompts {
  readonly #most: number;
  #prompts: SaidPrompt[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** The newest first. */
  get newestFirst(): SaidPrompt[] {
    return this.#prompts.toReversed();
  }

  /** Lines that are no JSON or no prompt are let by. */
  read(text: string): void {
    const prompt = promptIn(text);
    if (prompt) this.#prompts = [...this.#prompts, prompt].slice(-this.#most);
  }
}

function promptIn(text: string): SaidPrompt | null {
  const entry = parse(text);
  if (!entry || entry.isSidechain || entry.isMeta || entry.isCompactSummary) return null;
  const { content } = entry.message;
  const said = typeof content === 'string' ? content : content.find(({ type }) => type === 'text')?.text;
  if (said === undefined || NO_PROMPT.test(said)) return null;
  return { uuid: entry.uuid, text: spoken(said) };
}

/** `/name arguments`, as the person wrote it, of what Claude Code made of it. */
function spoken(text: string): string {
  const name = /<command-name>(.*?)<\/command-name>/s.exec(text)?.[1];
  if (name === undefined) return text;
  const given = /<command-args>(.*?)<\/command-args>/s.exec(text)?.[1] ?? '';
  return `${name} ${given}`.trim();
}

function parse(text: string): z.infer<typeof line> | null {
  return line.safeParse(parsedJson(text)).data ?? null;
}
