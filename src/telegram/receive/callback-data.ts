/** What inline buttons carry: opaque ids, 64 bytes at most (Bot API, InlineKeyboardButton). Anyone can forge it. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import { CHOICE_OPTIONS } from '../../../machines/session-choices.ts';
import type { Approval, ApprovalDecision, Choice, ChoiceOption } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { ALLOW_FOR_SESSION_LABEL, ALLOW_LABEL, DENY_LABEL } from '../texts/approvals.ts';
import { CHOICE_LABELS } from '../texts/choices.ts';
import { sessionLabel } from '../texts/commands.ts';

const DECISIONS = { y: 'allow', s: 'allowForSession', n: 'deny' } as const satisfies Record<
  string,
  ApprovalDecision
>;

const OPTIONS = {
  w: 'keepWaiting',
  i: 'interrupt',
  r: 'restart',
  c: 'continue',
  d: 'drop',
} as const satisfies Record<string, ChoiceOption>;

const LONGEST_BYTES = 64;

export type ButtonMeaning =
  | { kind: 'approval'; approvalId: string; decision: ApprovalDecision }
  | { kind: 'choice'; sessionId: string; number: number; option: ChoiceOption }
  | { kind: 'select'; sessionId: string };

export function approvalKeyboard({ id, canAllowForSession }: Approval): InlineKeyboardMarkup {
  const button = (text: string, key: keyof typeof DECISIONS) => ({
    text,
    callback_data: checked(`a${key}:${id}`),
  });
  const allow = button(ALLOW_LABEL, 'y');
  const deny = button(DENY_LABEL, 'n');
  const rows = canAllowForSession ? [[allow, deny], [button(ALLOW_FOR_SESSION_LABEL, 's')]] : [[allow, deny]];
  return { inline_keyboard: rows };
}

/** One row for each option: their names are sentences to a phone. */
export function choiceKeyboard(sessionId: string, { number, about }: Choice): InlineKeyboardMarkup {
  return {
    inline_keyboard: CHOICE_OPTIONS[about.type].map((option) => [
      {
        text: CHOICE_LABELS[option],
        callback_data: checked(`c${keyOf(OPTIONS, option)}:${String(number)}:${sessionId}`),
      },
    ]),
  };
}

/** One row for each session. */
export function sessionKeyboard(
  sessions: readonly SessionView[],
  currentId: string | null,
): InlineKeyboardMarkup {
  return {
    inline_keyboard: sessions.map((session) => [
      { text: sessionLabel(session, session.id === currentId), callback_data: checked(`s:${session.id}`) },
    ]),
  };
}

/** What a button's data means, or null if it is none of ours. */
export function readCallbackData(data: string): ButtonMeaning | null {
  const approval = /^a([ysn]):(.+)$/.exec(data);
  if (approval) {
    const [, key = '', approvalId = ''] = approval;
    const decision = valueOf(DECISIONS, key);
    return decision ? { kind: 'approval', approvalId, decision } : null;
  }
  const choice = /^c([wircd]):(\d{1,15}):(.+)$/.exec(data);
  if (choice) {
    const [, key = '', number = '', sessionId = ''] = choice;
    const option = valueOf(OPTIONS, key);
    return option ? { kind: 'choice', sessionId, number: Number(number), option } : null;
  }
  const sessionId = /^s:(.+)$/.exec(data)?.[1];
  return sessionId === undefined ? null : { kind: 'select', sessionId };
}

function valueOf<T extends string>(table: Record<string, T>, key: string): T | undefined {
  return Object.entries(table).find(([name]) => name === key)?.[1];
}

function keyOf<T extends string>(table: Record<string, T>, value: T): string {
  return Object.entries(table).find(([, candidate]) => candidate === value)?.[0] ?? '';
}

function checked(data: string): string {
  const bytes = Buffer.byteLength(data);
  if (bytes > LONGEST_BYTES) {
    throw new Error(`A button can carry ${LONGEST_BYTES} bytes, not ${bytes}: choose shorter ids.`);
  }
  return data;
}
