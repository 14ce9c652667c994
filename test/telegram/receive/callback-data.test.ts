import { describe, expect, it } from 'vitest';
import {
  approvalKeyboard,
  choiceKeyboard,
  readCallbackData,
  sessionKeyboard,
} from '../../../src/telegram/receive/callback-data.ts';
import type { Choice } from '../../../machines/session-record.ts';
import { anApproval } from '../../helpers/records.ts';
import { aView } from '../../helpers/steerable-sessions.ts';

type Keyboard = ReturnType<typeof approvalKeyboard>;

const dataOf = ({ inline_keyboard: rows }: Keyboard) =>
  rows.flat().map((button) => ('callback_data' in button ? button.callback_data : ''));

describe("a button's data", () => {
  it('is read as what it was made for', () => {
    const id = '0b7d6a1e-6c39-4d0c-9b0f-0e6f6f9d8f11';
    expect(dataOf(approvalKeyboard(anApproval(id))).map(readCallbackData)).toEqual([
      { kind: 'approval', approvalId: id, decision: 'allow' },
      { kind: 'approval', approvalId: id, decision: 'deny' },
      { kind: 'approval', approvalId: id, decision: 'allowForSession' },
    ]);
    expect(dataOf(sessionKeyboard([aView({ id: 'x:y' })], null)).map(readCallbackData)).toEqual([
      { kind: 'select', sessionId: 'x:y' },
    ]);
  });

  it('is read as the choice that it offers', () => {
    const id = '0b7d6a1e-6c39-4d0c-9b0f-0e6f6f9d8f11';
    const choice = { sessionId: id, kind: 'choice', number: 12 };
    const silence = { type: 'silence' as const, silentForMs: 1 };
    const cutOff = { type: 'cutOff' as const, uuid: 'u' };
    const keyboard = (about: Choice['about']) => choiceKeyboard(id, { number: 12, about, messageId: null });
    expect(dataOf(keyboard(silence)).map(readCallbackData)).toEqual([
      { ...choice, option: 'keepWaiting' },
      { ...choice, option: 'interrupt' },
      { ...choice, option: 'restart' },
    ]);
    expect(dataOf(keyboard(cutOff)).map(readCallbackData)).toEqual([
      { ...choice, option: 'continue' },
      { ...choice, option: 'drop' },
    ]);
    expect(['cx:1:s', 'cw:1e3:s', 'cw::s', 'cw:1', 'cw:-1:s'].map(readCallbackData)).toEqual(
      Array(5).fill(null),
    );
  });

  it('offers the rest of the session only where Claude suggested a rule', () => {
    const keyboard = approvalKeyboard(anApproval('1', { canAllowForSession: false }));
    expect(dataOf(keyboard)).toEqual(['ay:1', 'an:1']);
  });

  it('is refused above the 64 bytes that Telegram takes', () => {
    expect(() => approvalKeyboard(anApproval('x'.repeat(61)))).not.toThrow();
    expect(() => approvalKeyboard(anApproval('ü'.repeat(31)))).toThrow('64 bytes, not 65');
  });
});
