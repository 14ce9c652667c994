/** What /resume and /fork answer: conversations to choose from, and what became of a choice. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, Refusal, SessionsPort } from '../ports.ts';
import { plain } from '../render/rich-text.ts';
import * as texts from '../texts/conversations.ts';
import { whereText } from '../texts/topics.ts';
import type { Reply } from './commands/command.ts';
import { conversationsKeyboard, forkKeyboard, isConversationId } from './conversation-buttons.ts';
import { settle, type Place } from './own-topic.ts';

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

/** Goes on with the conversation that the words name: its id, or words of its title. */
export async function resumeByWords(words: string, place: Place, sessions: SessionsPort): Promise<Reply> {
  const wanted = words.toLowerCase();
  // An id is that of one conversation, wherever it was begun.
  if (isConversationId(wanted)) return resume(wanted, place, sessions);
  const { folder, conversations } = await sessions.conversations(place.address);
  const matching = conversations.filter(({ title, session }) =>
    [title, session].some((name) => name?.toLowerCase().includes(wanted)),
  );
  const [only, second] = matching;
  if (!only) return { text: texts.noMatchText(words, folder) };
  if (!second) return resume(only.claudeSessionId, place, sessions);
  const shown = matching.slice(0, PAGE_SIZE);
  return {
    text: texts.severalMatchText(words),
    keyboard: conversationsKeyboard(shown, { page: 0, pages: 1 }, place.at),
  };
}

/** Goes on with it, and says where. */
export async function resume(claudeSessionId: string, place: Place, sessions: SessionsPort): Promise<Reply> {
  const { address, at, makeTopic } = place;
  const request = { claudeSessionId, at, isForTopic: makeTopic !== null };
  const resumed = await sessions.resume(address, request);
  if ('session' in resumed) {
    const { session, isNew } = resumed;
    const where = isNew ? await settle(session, place, sessions) : whereText(session, address);
    return { text: texts.resumedText(session, isNew, where) };
  }
  const text = plain(resumed.refused);
  return resumed.canFork ? { text, keyboard: forkKeyboard(claudeSessionId) } : { text };
}

export async function forkedReply(
  forked: SessionView | Refusal,
  place: Place,
  sessions: SessionsPort,
): Promise<Reply> {
  if ('refused' in forked) return { text: plain(forked.refused) };
  return { text: texts.forkedText(forked, await settle(forked, place, sessions)) };
}
