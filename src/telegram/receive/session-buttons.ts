/** The buttons of /sessions: a list in pages, a card for each session, and what can be done with it. */
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import type { SessionView } from '../../../machines/session-view.ts';
import type { ChatAddress } from '../ports.ts';
import { SESSION_LABELS, sessionLabel } from '../texts/session-cards.ts';
import { checked } from './button-data.ts';

const ACTIONS = {
  c: 'show',
  s: 'switch',
  p: 'suspend',
  w: 'wake',
  d: 'detach',
  n: 'askName',
  k: 'keepName',
  e: 'askEnd',
  x: 'end',
} as const;

export type SessionAction = (typeof ACTIONS)[keyof typeof ACTIONS];

export type SessionButton =
  { kind: 'sessionPage'; page: number } | { kind: 'session'; action: SessionAction; sessionId: string };

/** So many sessions on one page. */
export const PAGE_SIZE = 8;

/** One row for each session of the page, and the way to the other pages. */
export function listKeyboard(
  sessions: readonly SessionView[],
  currentId: string | null,
  { page, pages }: { page: number; pages: number },
): InlineKeyboardMarkup {
  const rows = sessions.map((session) => [
    { text: sessionLabel(session, session.id === currentId), callback_data: dataOf('show', session.id) },
  ]);
  const turns = [
    ...(page > 0 ? [pageButton('‹', page - 1)] : []),
    ...(page < pages - 1 ? [pageButton('›', page + 1)] : []),
  ];
  return { inline_keyboard: turns.length > 0 ? [...rows, turns] : rows };
}

/** What can be done with the session as it is now. */
export function cardKeyboard(
  session: SessionView,
  here: ChatAddress,
  currentId: string | null,
): InlineKeyboardMarkup {
  const button = (action: Labelled) => buttonOf(session, action);
  const mayHaveTurn = session.threadId === here.threadId && session.id !== currentId;
  return {
    inline_keyboard: [
      [...(mayHaveTurn ? [button('switch')] : []), ...sleepButtons(session)],
      [button('askName'), ...(session.desk ? [] : [button('askEnd')])],
      [pageButton(SESSION_LABELS.back, 0)],
    ].filter((row) => row.length > 0),
  };
}

/** Neither while it is on its way from one to the other. */
function sleepButtons(session: SessionView): InlineKeyboardButton[] {
  if (session.phase.includes('stopping') || session.phase.endsWith('closing')) return [];
  if (session.desk) return [buttonOf(session, 'detach')];
  if (session.state === 'suspended') return [buttonOf(session, 'wake')];
  const text = session.state === 'active' ? SESSION_LABELS.suspendActive : SESSION_LABELS.suspend;
  return [{ text, callback_data: dataOf('suspend', session.id) }];
}

export function endKeyboard(session: SessionView): InlineKeyboardMarkup {
  const keep = { text: SESSION_LABELS.keep, callback_data: dataOf('show', session.id) };
  return { inline_keyboard: [[buttonOf(session, 'end'), keep]] };
}

/** A reply to the message with this button is the session's new name. */
export function nameKeyboard(session: SessionView): InlineKeyboardMarkup {
  return { inline_keyboard: [[buttonOf(session, 'keepName')]] };
}

/** What a button's data means, or null if it is none of these. `s:` is what lists of earlier versions carry. */
export function readSessionButton(data: string): SessionButton | null {
  const page = /^sl:(\d{1,4})$/.exec(data)?.[1];
  if (page !== undefined) return { kind: 'sessionPage', page: Number(page) };
  const [, key = 's', sessionId] = /^s([cspwnkex])?:(.+)$/.exec(data) ?? [];
  const action = Object.entries(ACTIONS).find(([name]) => name === key)?.[1];
  return action && sessionId !== undefined ? { kind: 'session', action, sessionId } : null;
}

type Labelled = keyof typeof SESSION_LABELS & SessionAction;

function buttonOf({ id }: SessionView, action: Labelled) {
  return { text: SESSION_LABELS[action], callback_data: dataOf(action, id) };
}

function dataOf(action: SessionAction, sessionId: string): string {
  const key = Object.entries(ACTIONS).find(([, name]) => name === action)?.[0] ?? '';
  return checked(`s${key}:${sessionId}`);
}

function pageButton(text: string, page: number): InlineKeyboardButton {
  return { text, callback_data: checked(`sl:${String(page)}`) };
}
