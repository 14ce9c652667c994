/** The people of the torture run, and where they write. */
import type { Place } from './schedule.ts';

const ANNA = 101;
const BEN = 102;
export const STRANGER = 666;
/** A forum: each topic is a session. */
const FORUM = -1001;

export const ALLOWED_USERS = [ANNA, BEN];

export interface Address {
  chatId: number;
  userId: number;
  threadId: number | null;
}

export const ADDRESSES: Readonly<Record<Place, Address>> = {
  anna: { chatId: ANNA, userId: ANNA, threadId: null },
  ben: { chatId: BEN, userId: BEN, threadId: null },
  'topic 11': { chatId: FORUM, userId: ANNA, threadId: 11 },
  'topic 22': { chatId: FORUM, userId: BEN, threadId: 22 },
};

/** Every chat that the bot may write in. */
export const CHATS = [ANNA, BEN, FORUM];

/** As Telegram's `message_thread_id` wants it: left out where there is no topic. */
export function placed({ chatId, userId, threadId }: Address) {
  return { chatId, userId, ...(threadId !== null && { threadId }) };
}
