/** What a rule of the scripted model is: words that it fits, and what it makes of them. */
import type { Conversation, Prompt } from './conversation.ts';
import type { Answer } from './parts.ts';

export interface Rule {
  /** As `help` shows it. */
  usage: string;
  help: string;
  /** Must fit the user's whole words. */
  pattern: RegExp;
  answer(groups: string[], asked: Asked): Answer;
}

export interface Asked {
  prompt: Prompt;
  conversation: Pick<Conversation, 'workingDirectory' | 'planFile'>;
  settings: ModelSettings;
}

export interface ModelSettings {
  /** Between the words of `slow`. */
  wordPauseMs: number;
  /** The one that was asked for. */
  model: string;
  /** Null if the request does not say. */
  effort: string | null;
}
