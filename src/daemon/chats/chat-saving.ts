/** Saves a chat later that the disk has refused now: what Telegram took meanwhile would be said again after a restart. */
import { codeOf } from '../../error-code.ts';
import type { Chats } from './chats.ts';
import type { ClockOfActors } from '../sessions/saving.ts';

/** Before it is tried again. */
const RETRY_MS = 5_000;

export interface ChatSavingOptions {
  chats: Pick<Chats, 'saved'>;
  /** Runs the task when nothing else changes the chat. */
  inTurn: <T>(chatId: number, task: () => Promise<T>) => Promise<T>;
  clock: ClockOfActors;
}

/** What it returns is told of each refusal, and tries until the disk takes the chat or the store is closed. */
export function savingLater({
  chats,
  inTurn,
  clock,
}: ChatSavingOptions): (chatId: number, refusal: unknown) => void {
  const planned = new Set<number>();
  const plan = (chatId: number, refusal: unknown): void => {
    // A closed store refuses for good, and has no code of the system's.
    if (planned.has(chatId) || codeOf(refusal) === undefined) return;
    planned.add(chatId);
    clock.setTimeout(() => {
      planned.delete(chatId);
      inTurn(chatId, () => chats.saved(chatId)).catch((again: unknown) => plan(chatId, again));
    }, RETRY_MS);
  };
  return plan;
}
