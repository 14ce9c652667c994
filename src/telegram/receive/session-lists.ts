/** What /sessions shows: a page of the list, or the card of one session. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress, SessionsPort } from '../ports.ts';
import { cardText, sessionsText } from '../texts/session-cards.ts';
import { noSessionText } from '../texts/sessions.ts';
import type { Reply } from './commands/command.ts';
import { cardKeyboard, listKeyboard, PAGE_SIZE } from './session-buttons.ts';

/** @param page from 0; one that there is not (any more) becomes the nearest one */
export async function listReply(address: ChatAddress, sessions: SessionsPort, page = 0): Promise<Reply> {
  const [all, current] = await Promise.all([sessions.list(address.chatId), sessions.current(address)]);
  if (all.length === 0) return { text: noSessionText() };
  const pages = Math.ceil(all.length / PAGE_SIZE);
  const shownPage = Math.min(page, pages - 1);
  const shown = all.slice(shownPage * PAGE_SIZE, (shownPage + 1) * PAGE_SIZE);
  const currentId = current?.id ?? null;
  const place = { page: shownPage, pages };
  return {
    text: sessionsText({ sessions: shown, currentId, total: all.length, ...place }, address),
    keyboard: listKeyboard(shown, currentId, place),
  };
}

export async function cardReply(
  session: SessionView,
  address: ChatAddress,
  sessions: SessionsPort,
  now: number,
): Promise<Reply> {
  const currentId = (await sessions.current(address))?.id ?? null;
  return {
    text: cardText(session, session.id === currentId, address, now),
    keyboard: cardKeyboard(session, address, currentId),
  };
}
