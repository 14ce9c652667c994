/** What /resume and /fork answer: conversations to choose from, and what became of a choice. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, Refusal, Resumed, SessionsPort } from '../ports.ts';
import { plain } from '../render/rich-text.ts';
import * as texts from '../texts/conversations.ts';
import type { Reply } from './commands/command.ts';
import { conversationsKeyboard, forkKeyboard, isConversationId } from './conversation-buttons.ts';

const PAGE_SIZE = 8;

/** @param page from 0; one that there is not (any more) becomes the nearest one */
export async function conversationsReply(
  address: ChatAddress,
  sessions: SessionsPort,
  now: number,
  page = 0,
): Promise<Reply> {
  const { folder, conversations } = await sessions.conversations(address);
  const total = conversations.length;
  if (total === 0) return { text: texts.noConversationsText(folder) };
  const pages = Math.ceil(total / PAGE_SIZE);
  const place = { page: Math.min(page, pages - 1), pages };
  const shown = conversations.slice(place.page * PAGE_SIZE, (place.page + 1) * PAGE_SIZE);
  return {
    text: texts.conversationsText(folder, { total, ...place }),
    keyboard: conversationsKeyboard(shown, place, now),
  };
}

/**
 * Goes on with the conversation that the words name: its id, or words of its title.
 * @param at wall clock, ms since the epoch
 */
export async function resumeByWords(
  address: ChatAddress,
  words: string,
  sessions: SessionsPort,
  at: number,
): Promise<Reply> {
  const wanted = words.toLowerCase();
  const resume = async (id: string) => resumedReply(id, await sessions.resume(address, id, at));
  // An id is that of one conversation, wherever it was begun.
  if (isConversationId(wanted)) return resume(wanted);
  const { folder, conversations } = await sessions.conversations(address);
  const matching = conversations.filter(({ title, session }) =>
    [title, session].some((name) => name?.toLowerCase().includes(wanted)),
  );
  const [only, second] = matching;
  if (!only) return { text: texts.noMatchText(words, folder) };
  if (!second) return resume(only.claudeSessionId);
  const shown = matching.slice(0, PAGE_SIZE);
  return {
    text: texts.severalMatchText(words),
    keyboard: conversationsKeyboard(shown, { page: 0, pages: 1 }, at),
  };
}

export function resumedReply(claudeSessionId: string, resumed: Resumed): Reply {
  if ('session' in resumed) return { text: texts.resumedText(resumed.session, resumed.isNew) };
  const text = plain(resumed.refused);
  return resumed.canFork ? { text, keyboard: forkKeyboard(claudeSessionId) } : { text };
}

export function forkedReply(forked: SessionView | Refusal): Reply {
  return { text: 'refused' in forked ? plain(forked.refused) : texts.forkedText(forked) };
}
