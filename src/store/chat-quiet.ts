/** Whether a chat needs anything of the next daemon. Pure. */
import type { ChatRecord } from './ports.ts';

/** True if nothing is owed in it, nothing is on its way, and it is not on its way itself. */
export function isQuietChat(chat: ChatRecord): boolean {
  return chat.outbox.length === 0 && chat.arriving.length === 0 && !isMoving(chat);
}

/** Whether something is left of it to be moved to the supergroup that it became. */
export function isMoving({ movedTo, ...kept }: ChatRecord): boolean {
  const lists = [kept.sessions, kept.answered, kept.outbox, kept.arriving, kept.arrived, kept.hints];
  return movedTo !== null && lists.some(({ length }) => length > 0);
}
