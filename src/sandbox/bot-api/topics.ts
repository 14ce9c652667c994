/** Forum topics: a thread of a chat with a name. */
import { badRequest } from './api-error.ts';

export interface Topic {
  threadId: number;
  name: string;
  iconColor: number;
  isClosed: boolean;
  /** Whether the bot made it: then it may change it without the right to. */
  isBots?: boolean | undefined;
}

/** The topic for what belongs to none. Messages there carry no thread id, but chat actions may name it. */
export const GENERAL_THREAD_ID = 1;

/** Bot API, createForumTopic. */
const ICON_COLORS = [7322096, 16766590, 13338331, 9367192, 16749490, 16478047];
const DEFAULT_ICON_COLOR = 7322096;
const MAX_NAME_LENGTH = 128;

export function newTopic(threadId: number, name: string, iconColor = DEFAULT_ICON_COLOR): Topic {
  return { threadId, name, iconColor, isClosed: false };
}

/** @throws ApiError if it is no name for a topic */
export function checkTopicName(name: string): string {
  const trimmed = name.trim();
  if (trimmed === '') throw badRequest('Title must be non-empty');
  // What Telegram answers here is not known; the limit is the Bot API's.
  if (trimmed.length > MAX_NAME_LENGTH) throw badRequest('TOPIC_TITLE_TOO_LONG');
  return trimmed;
}

/** @throws ApiError if the icon may not have the color */
export function checkIconColor(color: number): number {
  if (ICON_COLORS.includes(color)) return color;
  throw badRequest('Invalid forum topic icon color specified');
}
