/** What inline buttons carry: opaque ids, 64 bytes at most (Bot API, InlineKeyboardButton). Anyone can forge it. */
import type { InlineKeyboardButton, InlineKeyboardMarkup } from 'grammy/types';
import { openQuestion } from '../../../machines/session-approvals.ts';
import { CHOICE_OPTIONS } from '../../../machines/session-choices.ts';
import type { Approval, ApprovalTap, Choice, ChoiceOption } from '../../../machines/session-record.ts';
import { ALLOW_EDITS_LABEL, DONE_LABEL, TAP_LABELS } from '../texts/approvals.ts';
import { CHOICE_LABELS } from '../texts/choices.ts';
import { checked } from './button-data.ts';
import { readConversationButton, type ConversationButton } from './conversation-buttons.ts';
import { readSessionButton, type SessionButton } from './session-buttons.ts';
import { readRewindButton, type RewindButton } from './rewind-buttons.ts';
import { readSettingButton, type SettingButton } from './settings-buttons.ts';
import { readStopButton, type StopButton } from './stop-button.ts';

const TAPS = {
  y: 'allow',
  s: 'allowForSession',
  p: 'allowForProject',
  e: 'acceptEdits',
  n: 'deny',
  w: 'words',
} as const satisfies Record<string, ApprovalTap>;

const OPTIONS = {
  w: 'keepWaiting',
  i: 'interrupt',
  r: 'restart',
  c: 'continue',
  d: 'drop',
  t: 'trust',
  o: 'withoutSettings',
} as const satisfies Record<string, ChoiceOption>;

export type ButtonMeaning =
  | { kind: 'approval'; approvalId: string; tap: ApprovalTap }
  | { kind: 'choice'; sessionId: string; number: number; option: ChoiceOption }
  | StopButton
  | SessionButton
  | ConversationButton
  | SettingButton
  | RewindButton;

export function approvalKeyboard(approval: Approval): InlineKeyboardMarkup {
  const { id, subject, suggestion } = approval;
  const labels: Partial<Record<ApprovalTap & string, string>> = {
    ...TAP_LABELS[subject.type],
    ...(suggestion === 'edits' && { allowForSession: ALLOW_EDITS_LABEL }),
  };
  const named = (tap: (typeof TAPS)[keyof typeof TAPS]) => ({
    text: labels[tap] ?? tap,
    callback_data: checked(`a${keyOf(TAPS, tap)}:${id}`),
  });
  if (subject.type === 'questions') {
    return { inline_keyboard: [...optionRows(approval), [named('words'), named('deny')]] };
  }
  if (subject.type === 'plan') {
    return {
      inline_keyboard: [[named('allow')], [named('acceptEdits')], [named('deny')], [named('words')]],
    };
  }
  const forProject = suggestion === 'rules' ? [[named('allowForProject')]] : [];
  const remembering = suggestion === 'none' ? [] : [[named('allowForSession')], ...forProject];
  return { inline_keyboard: [[named('allow'), named('deny')], ...remembering, [named('words')]] };
}

/** What a phone shows of a button. */
const LONGEST_OPTION = 40;

function optionRows(approval: Approval): InlineKeyboardButton[][] {
  const { id, subject } = approval;
  const question = openQuestion(approval);
  if (subject.type !== 'questions' || !question) return [];
  const place = String(subject.answers.length);
  const rows = question.options.map(({ label }, index) => {
    const shown = label.length > LONGEST_OPTION ? `${label.slice(0, LONGEST_OPTION - 1)}…` : label;
    const text = `${subject.chosen.includes(label) ? '✓ ' : ''}${shown}`;
    return [{ text, callback_data: checked(`o${place}.${String(index)}:${id}`) }];
  });
  if (!question.multiSelect) return rows;
  return [...rows, [{ text: DONE_LABEL, callback_data: checked(`o${place}.d:${id}`) }]];
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

/** What a button's data means, or null if it is none of ours. */
export function readCallbackData(data: string): ButtonMeaning | null {
  const approval = /^a([yspenw]):(.+)$/.exec(data);
  if (approval) {
    const [, key = '', approvalId = ''] = approval;
    const tap = valueOf(TAPS, key);
    return tap ? { kind: 'approval', approvalId, tap } : null;
  }
  const option = /^o(\d{1,2})\.(\d{1,2}|d):(.+)$/.exec(data);
  if (option) {
    const [, question, chosen = '', approvalId = ''] = option;
    const tap = { question: Number(question), option: chosen === 'd' ? ('done' as const) : Number(chosen) };
    return { kind: 'approval', approvalId, tap };
  }
  const choice = /^c([wircdto]):(\d{1,15}):(.+)$/.exec(data);
  if (choice) {
    const [, key = '', number = '', sessionId = ''] = choice;
    const option = valueOf(OPTIONS, key);
    return option ? { kind: 'choice', sessionId, number: Number(number), option } : null;
  }
  return (
    readStopButton(data) ??
    readSettingButton(data) ??
    readRewindButton(data) ??
    readSessionButton(data) ??
    readConversationButton(data)
  );
}

function valueOf<T extends string>(table: Record<string, T>, key: string): T | undefined {
  return Object.entries(table).find(([name]) => name === key)?.[1];
}

function keyOf<T extends string>(table: Record<string, T>, value: T): string {
  return Object.entries(table).find(([, candidate]) => candidate === value)?.[0] ?? '';
}
