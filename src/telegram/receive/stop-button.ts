/** The button that stops a turn. It belongs to that turn: a later one of the session is none of its business. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { StoppedTurn } from '../ports.ts';
import { STOP_LABEL } from '../texts/turn.ts';
import { checked } from './button-data.ts';

export type StopButton = { kind: 'stop' } & StoppedTurn;

export function stopKeyboard({ sessionId, turn }: StoppedTurn): InlineKeyboardMarkup {
  return { inline_keyboard: [[{ text: STOP_LABEL, callback_data: checked(`x${turn}:${sessionId}`) }]] };
}

/** What a button's data means, or null if it is none of these. */
export function readStopButton(data: string): StopButton | null {
  const [, turn = '', sessionId = ''] = /^x([\w-]{1,16}):(.+)$/.exec(data) ?? [];
  return sessionId === '' ? null : { kind: 'stop', sessionId, turn };
}
