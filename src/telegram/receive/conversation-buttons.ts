/** The buttons of /resume: Claude Code's conversations in pages, and a copy of one that is open elsewhere. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { ListedConversation } from '../ports.ts';
import { conversationLabel, FORK_LABEL } from '../texts/conversations.ts';
import { checked } from './button-data.ts';

export type ConversationButton =
  | { kind: 'conversationPage'; page: number }
  | { kind: 'resume' | 'forkConversation'; claudeSessionId: string };

/** @param now wall clock, ms since the epoch */
export function conversationsKeyboard(
  conversations: readonly ListedConversation[],
  { page, pages }: { page: number; pages: number },
  now: number,
): InlineKeyboardMarkup {
  const rows = conversations.map((conversation) => [
    {
      text: conversationLabel(conversation, now),
      callback_data: checked(`rr:${conversation.claudeSessionId}`),
    },
  ]);
  const turn = (text: string, to: number) => ({ text, callback_data: checked(`rl:${String(to)}`) });
  const turns = [
    ...(page > 0 ? [turn('‹', page - 1)] : []),
    ...(page < pages - 1 ? [turn('›', page + 1)] : []),
  ];
  return { inline_keyboard: turns.length > 0 ? [...rows, turns] : rows };
}

export function forkKeyboard(claudeSessionId: string): InlineKeyboardMarkup {
  return { inline_keyboard: [[{ text: FORK_LABEL, callback_data: checked(`rf:${claudeSessionId}`) }]] };
}

const UUID = '[\\da-f]{8}(?:-[\\da-f]{4}){3}-[\\da-f]{12}';
const WHOLE_UUID = new RegExp(`^${UUID}$`);
const ABOUT_ONE = new RegExp(`^r([rf]):(${UUID})$`);

export function isConversationId(text: string): boolean {
  return WHOLE_UUID.test(text);
}

/** What a button's data means, or null if it is none of these. */
export function readConversationButton(data: string): ConversationButton | null {
  const page = /^rl:(\d{1,4})$/.exec(data)?.[1];
  if (page !== undefined) return { kind: 'conversationPage', page: Number(page) };
  const [, key, claudeSessionId] = ABOUT_ONE.exec(data) ?? [];
  if (claudeSessionId === undefined) return null;
  return { kind: key === 'f' ? 'forkConversation' : 'resume', claudeSessionId };
}
