/** The buttons of /rewind: each names its session and a message of Claude's transcript. Anyone can forge what they carry. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { RewindPoint } from '../../../machines/claude-reports.ts';
import { REWIND_CANCEL_LABEL, rewindConfirmLabel, rewindLabel } from '../texts/rewind.ts';
import { checked } from './button-data.ts';

export interface RewindButton {
  kind: 'rewind';
  action: 'ask' | 'do' | 'cancel';
  sessionId: string;
  uuid: string;
  /** How many files the button says that it puts back; 0 where it says nothing of it. */
  files: number;
}

const ACTIONS = { a: 'ask', y: 'do', n: 'cancel' } as const;

/** One row for each message. */
export function rewindKeyboard(sessionId: string, points: readonly RewindPoint[]): InlineKeyboardMarkup {
  return {
    inline_keyboard: points.map((point) => [
      { text: rewindLabel(point), callback_data: dataOf('a', sessionId, point) },
    ]),
  };
}

export function confirmKeyboard(sessionId: string, point: RewindPoint): InlineKeyboardMarkup {
  return {
    inline_keyboard: [
      [
        { text: rewindConfirmLabel(point.changes), callback_data: dataOf('y', sessionId, point) },
        { text: REWIND_CANCEL_LABEL, callback_data: dataOf('n', sessionId, point) },
      ],
    ],
  };
}

function dataOf(action: keyof typeof ACTIONS, sessionId: string, { uuid, changes }: RewindPoint): string {
  return checked(`<${action}:${sessionId}:${uuid}:${String(changes.files.length)}`);
}

/** What the data of such a button means, or null if it is none. */
export function readRewindButton(data: string): RewindButton | null {
  const match = /^<([ayn]):([^:]+):([\da-f-]{36}):(\d{1,6})$/.exec(data);
  if (!match) return null;
  const [, key, sessionId = '', uuid = '', files] = match;
  const action = ACTIONS[key as keyof typeof ACTIONS];
  return { kind: 'rewind', action, sessionId, uuid, files: Number(files) };
}
