/** The person at the terminal: what they are asked and told, with @clack/prompts. */
import * as clack from '@clack/prompts';

/** Ctrl+C or Esc at a question. */
export class Cancelled extends Error {
  override name = 'Cancelled';
}

/** A sentence why an answer won't do, or undefined. */
export type Check = (answer: string) => string | undefined | Promise<string | undefined>;

export interface Person {
  /** Begins, and ends. */
  hello(text: string): void;
  goodbye(text: string): void;
  tell(text: string): void;
  done(text: string): void;
  warn(text: string): void;
  /** Lines in a box. */
  show(title: string, lines: readonly string[]): void;
  /** Each question rejects with Cancelled. The answer is trimmed. */
  ask(question: string, options: { initial: string; check: Check }): Promise<string>;
  /** Masked. */
  askSecret(question: string, check: Check): Promise<string>;
  confirm(question: string, initial: boolean): Promise<boolean>;
  choose<T extends string>(question: string, choices: readonly Choice<T>[]): Promise<T>;
  /** A question that something else may answer first: null once `signal` is given. */
  chooseUnless<T extends string>(
    signal: AbortSignal,
    question: string,
    choices: readonly Choice<T>[],
  ): Promise<T | null>;
}

export interface Choice<T extends string> {
  value: T;
  label: string;
  hint?: string;
}

export function atTerminal(): Person {
  return {
    hello: (text) => clack.intro(text),
    goodbye: (text) => clack.outro(wrapped(text)),
    tell: (text) => clack.log.message(wrapped(text)),
    done: (text) => clack.log.success(wrapped(text)),
    warn: (text) => clack.log.warn(wrapped(text)),
    show: (title, lines) => clack.note(lines.join('\n'), title),
    ask: async (message, { initial, check }) =>
      answered<string>(await clack.text({ message, initialValue: initial, validate: trimmed(check) })).trim(),
    askSecret: async (message, check) =>
      // An empty answer has no value at all.
      (
        answered<string | undefined>(await clack.password({ message, validate: trimmed(check) })) ?? ''
      ).trim(),
    confirm: async (message, initialValue) =>
      answered<boolean>(await clack.confirm({ message, initialValue })),
    choose: async (message, choices) => answered(await select(message, choices)),
    chooseUnless: async (signal, message, choices) => {
      const choice = await select(message, choices, signal);
      // The signal cancels the question in the same way as a key does.
      return choice === clack.CANCEL_SYMBOL && signal.aborted ? null : answered(choice);
    },
  };
}

function trimmed(check: Check): (answer: string | undefined) => ReturnType<Check> {
  return (answer) => check((answer ?? '').trim());
}

type Answer<T> = T | typeof clack.CANCEL_SYMBOL;

function select<T extends string>(
  message: string,
  choices: readonly Choice<T>[],
  signal?: AbortSignal,
): Promise<Answer<T>> {
  // What clack makes of a type that is not known yet is none that anything could be assigned to.
  const options = choices.map((choice) => ({ ...choice })) as unknown as clack.Option<T>[];
  return clack.select<T>({ message, options, ...(signal && { signal }) });
}

function answered<T>(answer: Answer<T>): T {
  if (answer === clack.CANCEL_SYMBOL) throw new Cancelled();
  return answer;
}

/** Of the bar on the left, and the space beside it. */
const GUIDE_WIDTH = 4;
/** Longer lines are hard to read. */
const MAX_WIDTH = 100;

/** In lines that fit, as the library breaks none and the bar beside them would end. A word that is too long stays whole. */
function wrapped(text: string): string {
  const width = Math.min(process.stdout.columns || MAX_WIDTH, MAX_WIDTH) - GUIDE_WIDTH;
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines.push(`${lines.pop() ?? ''} ${word}`);
    else lines.push(word);
  }
  return lines.join('\n');
}
