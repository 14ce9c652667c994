import { describe, expect, it } from 'vitest';
import {
  approvalKeyboard,
  choiceKeyboard,
  readCallbackData,
} from '../../../src/telegram/receive/callback-data.ts';
import { stopKeyboard } from '../../../src/telegram/receive/stop-button.ts';
import { cardKeyboard } from '../../../src/telegram/receive/session-buttons.ts';
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
      { kind: 'approval', approvalId: id, tap: 'allow' },
      { kind: 'approval', approvalId: id, tap: 'deny' },
      { kind: 'approval', approvalId: id, tap: 'allowForSession' },
      { kind: 'approval', approvalId: id, tap: 'allowForProject' },
      { kind: 'approval', approvalId: id, tap: 'words' },
    ]);
    const here = { chatId: 7, threadId: null };
    const session = (action: string) => ({ kind: 'session', sessionId: 'x:y', action });
    expect(dataOf(cardKeyboard(aView({ id: 'x:y' }), here, null)).map(readCallbackData)).toEqual([
      session('switch'),
      session('suspend'),
      session('askName'),
      session('askEnd'),
      { kind: 'sessionPage', page: 0 },
    ]);
    expect(readCallbackData('s:x:y')).toEqual(session('switch'));
  });

  it('of a turn is read as the turn and its session', () => {
    expect(dataOf(stopKeyboard({ sessionId: 'x:y', turn: 'a-B_9' })).map(readCallbackData)).toEqual([
      { kind: 'stop', sessionId: 'x:y', turn: 'a-B_9' },
    ]);
    expect(['x:s', 'xa:', 'x a:s', `x${'a'.repeat(17)}:s`].map(readCallbackData)).toEqual(
      Array(4).fill(null),
    );
  });

  it('is read as the option of the question that is open', () => {
    const question = (multiSelect: boolean) => ({
      question: 'Which?',
      options: [
        { label: 'Red', description: '' },
        { label: 'Blue', description: '' },
      ],
      multiSelect,
    });
    const questions = [question(false), question(true)];
    const asked = (answers: string[], chosen: string[]) =>
      approvalKeyboard(anApproval('1', { subject: { type: 'questions', questions, answers, chosen } }));
    expect(dataOf(asked([], []))).toEqual(['o0.0:1', 'o0.1:1', 'aw:1', 'an:1']);
    expect(dataOf(asked(['Red'], []))).toEqual(['o1.0:1', 'o1.1:1', 'o1.d:1', 'aw:1', 'an:1']);
    expect(
      asked(['Red'], ['Blue'])
        .inline_keyboard.flat()
        .map(({ text }) => text),
    ).toEqual(['Red', '✓ Blue', 'Done', 'Something else…', "Don't answer"]);
    expect(['o1.0:1', 'o1.d:1', 'o1:1', 'o1.x:1', 'o100.1:1'].map(readCallbackData)).toEqual([
      { kind: 'approval', approvalId: '1', tap: { question: 1, option: 0 } },
      { kind: 'approval', approvalId: '1', tap: { question: 1, option: 'done' } },
      null,
      null,
      null,
    ]);
  });

  it('of a plan approves it, with or without edits, or sends it back', () => {
    const keyboard = approvalKeyboard(anApproval('1', { subject: { type: 'plan' } }));
    expect(dataOf(keyboard)).toEqual(['ay:1', 'ae:1', 'an:1', 'aw:1']);
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

  it('offers the rest of the session, and the project, only where Claude suggested a rule', () => {
    const keyboard = approvalKeyboard(anApproval('1', { suggestion: 'none' }));
    expect(dataOf(keyboard)).toEqual(['ay:1', 'an:1', 'aw:1']);
    const edits = approvalKeyboard(anApproval('1', { suggestion: 'edits' }));
    expect(edits.inline_keyboard[1]).toEqual([
      { text: 'Allow all edits in this session', callback_data: 'as:1' },
    ]);
    expect(dataOf(edits)).toEqual(['ay:1', 'an:1', 'as:1', 'aw:1']);
  });

  it('is refused above the 64 bytes that Telegram takes', () => {
    expect(() => approvalKeyboard(anApproval('x'.repeat(61)))).not.toThrow();
    expect(() => approvalKeyboard(anApproval('ü'.repeat(31)))).toThrow('64 bytes, not 65');
  });
});
