/** What inline buttons carry: opaque ids, 64 bytes at most (Bot API, InlineKeyboardButton). Anyone can forge it. */
import type { InlineKeyboardMarkup } from 'grammy/types';
import type { Approval, ApprovalDecision } from '../../../machines/session-record.ts';
import type { SessionView } from '../../../machines/session-view.ts';
import { ALLOW_FOR_SESSION_LABEL, ALLOW_LABEL, DENY_LABEL } from '../texts/approvals.ts';
import { sessionLabel } from '../texts/commands.ts';

const DECISIONS = { y: 'allow', s: 'allowForSession', n: 'deny' } as const satisfies Record<
  string,
  ApprovalDecision
>;

const LONGEST_BYTES = 64;

export type ButtonMeaning =
  | { kind: 'approval'; approvalId: string; decision: ApprovalDecision }
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
    const decision = Object.entries(DECISIONS).find(([name]) => name === key)?.[1];
    return decision ? { kind: 'approval', approvalId, decision } : null;
  }
  const sessionId = /^s:(.+)$/.exec(data)?.[1];
  return sessionId === undefined ? null : { kind: 'select', sessionId };
}

function checked(data: string): string {
  const bytes = Buffer.byteLength(data);
  if (bytes > LONGEST_BYTES) {
    throw new Error(`A button can carry ${LONGEST_BYTES} bytes, not ${bytes}: choose shorter ids.`);
  }
  return data;
}
