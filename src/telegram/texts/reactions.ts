/** What a person's message is marked with while it is on its way. Bots may use 73 emoji only (Bot API, ReactionTypeEmoji). */
import type { ReactionTypeEmoji } from 'grammy/types';
import type { Standing } from '../ports.ts';

export type Reaction = ReactionTypeEmoji['emoji'];

/** Null: none. */
export const REACTIONS: Record<Standing, Reaction | null> = {
  waiting: '👀',
  taken: '✍',
  answered: '👌',
  dropped: null,
};
