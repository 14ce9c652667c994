/** The facts of turns, from messages in orders that the real binary takes only now and then. */
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/claude/talk/messages.ts';
import { Turn, type TurnFact } from '../../../src/claude/talk/turn.ts';

const state = (now: string) => ({ type: 'system', subtype: 'session_state_changed', state: now });
const result = (text: string, uuids?: string[], more = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: text,
  ...(uuids ? { user_message_uuids: uuids } : {}),
  ...more,
});

const lifecycle = (uuid: string, now: string) => ({
  type: 'command_lifecycle',
  command_uuid: uuid,
  state: now,
});

/** The uuids of what Claude gets now. */
function sent(turn: Turn): string[] {
  const next = turn.sendNext();
  return next ? [next.uuid, ...sent(turn)] : [];
}

function given(turn: Turn, ...uuids: string[]): Turn {
  for (const uuid of uuids) turn.add({ uuid, text: `text of ${uuid}` });
  return turn;
}

function facts(turn: Turn, messages: unknown[]): string[] {
  return messages
    .flatMap((raw): TurnFact[] => {
      const message = readMessage(raw);
      if (!message) throw new Error(`Not read: ${JSON.stringify(raw)}`);
      return turn.read(message);
    })
    .map((fact) => {
      if (fact.type === 'claude.answered') return [fact.markdown, ...fact.answers].join(' <- ');
      return fact.type === 'claude.promptTaken' ? `${fact.uuid} taken` : fact.type;
    });
}

describe('a turn', () => {
  it('that Claude began by itself does not answer a prompt that waits behind it', () => {
    const turn = new Turn();
    expect(facts(turn, [state('running')])).toEqual(['claude.turnStarted']);
    turn.add({ uuid: 'u1', text: 'x' });
    turn.sendNext();
    expect(facts(turn, [lifecycle('u1', 'queued'), result('The task ended.')])).toEqual(['The task ended.']);
    expect(facts(turn, [result('Your answer.', ['u1']), state('idle')])).toEqual([
      'u1 taken',
      'Your answer. <- u1',
      'claude.turnEnded',
    ]);
  });

  it('that was interrupted has no answer', () => {
    const turn = given(new Turn(), 'u1');
    expect(sent(turn)).toEqual(['u1']);
    const aborted = {
      type: 'result',
      subtype: 'error_during_execution',
      is_error: true,
      errors: ['[ede_x] y'],
    };
    const messages = [
      state('running'),
      { ...aborted, terminal_reason: 'aborted_streaming', user_message_uuids: ['u1'] },
      state('idle'),
    ];
    expect(facts(turn, messages)).toEqual(['claude.turnStarted', 'u1 taken', 'claude.turnEnded']);
  });

  it('of an older Claude Code, which does not name the prompt, answers the one that it has begun with', () => {
    const turn = new Turn();
    turn.add({ uuid: 'u1', text: 'x' });
    turn.sendNext();
    const started = lifecycle('u1', 'started');
    expect(facts(turn, [state('running'), started, result('Yes.'), state('idle')])).toEqual([
      'claude.turnStarted',
      'u1 taken',
      'Yes. <- u1',
      'claude.turnEnded',
    ]);
  });

  it('answers all prompts that it took in, once', () => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    facts(turn, [state('running'), lifecycle('u1', 'started')]);
    given(turn, 'u2');
    sent(turn);
    expect(
      facts(turn, [lifecycle('u2', 'queued'), lifecycle('u2', 'started'), result('Both.', ['u1', 'u2'])]),
    ).toEqual(['u2 taken', 'Both. <- u1 <- u2']);
    expect(facts(turn, [state('idle')])).toEqual(['claude.turnEnded']);
  });

  it('gets one prompt at a time, the next when Claude has taken the one before', () => {
    const turn = given(new Turn(), 'u1', 'u2', 'u3');
    expect(sent(turn)).toEqual(['u1']);
    facts(turn, [state('running'), lifecycle('u1', 'queued')]);
    expect(sent(turn)).toEqual([]);
    facts(turn, [lifecycle('u1', 'started')]);
    expect(sent(turn)).toEqual(['u2']);
    facts(turn, [lifecycle('u2', 'queued')]);
    expect(sent(turn)).toEqual([]);
    expect(turn.keeps('u3')).toBe(true);
  });

  it('is not over while a prompt is on its way that Claude had not read when it became idle', () => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    facts(turn, [state('running'), lifecycle('u1', 'started'), result('One.', ['u1'])]);
    given(turn, 'u2', 'u3');
    expect(sent(turn)).toEqual(['u2']);
    expect(facts(turn, [state('idle'), state('running'), lifecycle('u2', 'started')])).toEqual(['u2 taken']);
    expect(sent(turn)).toEqual(['u3']);
    expect(facts(turn, [result('Two.', ['u2']), state('idle')])).toEqual(['Two. <- u2']);
    expect(facts(turn, [lifecycle('u3', 'started'), result('Three.', ['u3']), state('idle')])).toEqual([
      'u3 taken',
      'Three. <- u3',
      'claude.turnEnded',
    ]);
  });

  it('is not over while a prompt is still being written down when Claude becomes idle', () => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    facts(turn, [state('running'), lifecycle('u1', 'started'), result('One.', ['u1'])]);
    turn.announce({ uuid: 'u2', text: 'x' });
    expect(sent(turn)).toEqual([]);
    expect(facts(turn, [state('idle')])).toEqual([]);
    given(turn, 'u2');
    expect(sent(turn)).toEqual(['u2']);
    expect(
      facts(turn, [state('running'), lifecycle('u2', 'started'), result('Two.', ['u2']), state('idle')]),
    ).toEqual(['u2 taken', 'Two. <- u2', 'claude.turnEnded']);
  });

  it('takes a prompt that is still being written down neither for work of Claude nor for what an interrupt ends', () => {
    const turn = new Turn();
    turn.announce({ uuid: 'u1', text: 'x' });
    expect(turn.isOpen).toBe(false);
    turn.dropKept();
    turn.noteInterrupted();
    expect(turn.settle()).toEqual([]);
    given(turn, 'u1');
    expect(sent(turn)).toEqual(['u1']);
  });

  it('is not over while a prompt waits that Claude had read, and not begun with, when it became idle', () => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    facts(turn, [state('running'), lifecycle('u1', 'started')]);
    given(turn, 'u2');
    expect(sent(turn)).toEqual(['u2']);
    expect(facts(turn, [result('One.', ['u1']), lifecycle('u2', 'queued'), state('idle')])).toEqual([
      'One. <- u1',
    ]);
    expect(facts(turn, [state('running'), lifecycle('u2', 'started'), result('Two.', ['u2'])])).toEqual([
      'u2 taken',
      'Two. <- u2',
    ]);
    expect(facts(turn, [state('idle')])).toEqual(['claude.turnEnded']);
  });

  it.each([
    ['took it out of its queue', [lifecycle('u2', 'cancelled'), state('idle')]],
    ['became idle again without it', [state('idle'), state('running'), result('More.', []), state('idle')]],
  ])('waits for no prompt that Claude had read if it %s', (_, messages) => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    facts(turn, [state('running'), lifecycle('u1', 'started')]);
    given(turn, 'u2');
    sent(turn);
    facts(turn, [result('One.', ['u1']), lifecycle('u2', 'queued')]);
    expect(facts(turn, messages).at(-1)).toBe('claude.turnEnded');
    expect(turn.isOpen).toBe(false);
  });

  it('that was interrupted is over with what Claude had read by then', () => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    facts(turn, [state('running'), lifecycle('u1', 'started')]);
    given(turn, 'u2');
    sent(turn);
    facts(turn, [lifecycle('u2', 'queued')]);
    turn.noteInterrupted();
    expect(facts(turn, [state('idle')])).toEqual(['claude.turnEnded']);
  });

  it('of a Claude Code that tells nothing of prompts is over when it is idle, and the next prompt goes then', () => {
    const turn = given(new Turn(), 'u1', 'u2');
    expect(sent(turn)).toEqual(['u1']);
    expect(facts(turn, [state('running'), result('One.'), state('idle')])).toEqual([
      'claude.turnStarted',
      'u1 taken',
      'One. <- u1',
    ]);
    expect(sent(turn)).toEqual(['u2']);
    expect(facts(turn, [state('running'), state('idle')])).toEqual(['claude.turnEnded']);
  });

  it('ends with the last prompt that was taken back from it', () => {
    const turn = given(new Turn(), 'u1');
    sent(turn);
    turn.forget('u1');
    expect(turn.settle()).toEqual([{ type: 'claude.turnEnded' }]);
    expect(facts(turn, [state('idle')])).toEqual([]);
  });

  it('starts once, however often Claude goes on after an approval', () => {
    const messages = [
      'running',
      'requires_action',
      'running',
      'requires_action',
      'running',
      'idle',
      'idle',
    ].map(state);
    expect(facts(new Turn(), messages)).toEqual(['claude.turnStarted', 'claude.turnEnded']);
  });

  it('tells errors that nobody can mend in Claude Code’s words, without its diagnostics', () => {
    const error = { type: 'result', is_error: true };
    const messages = [
      { ...error, subtype: 'error_max_turns', errors: ['Reached maximum number of turns (1)'] },
      { ...error, subtype: 'error_during_execution', errors: ['[ede_diagnostic] x=1'] },
      result('Prompt is too long', undefined, { is_error: true }),
    ];
    expect(facts(new Turn(), messages)).toEqual([
      'Reached maximum number of turns (1)',
      'Claude ended the turn with an error (error_during_execution).',
      'Prompt is too long',
    ]);
  });

  it.each([
    ["You've hit your session limit · resets 3pm", null, 'outOfUsage'],
    ['Credit balance is too low', 'billing_error', 'outOfUsage'],
    ['Your account is on hold', 'account_on_hold', 'notLoggedIn'],
    ['API Error: 529 Overloaded', 'overloaded', 'overloaded'],
  ])('that fails with "%s" is the problem %s', (text, category, problem) => {
    const turn = new Turn();
    turn.add({ uuid: 'u1', text: 'x' });
    turn.sendNext();
    const assistant = {
      type: 'assistant',
      message: { content: [] },
      ...(category ? { error: category } : {}),
    };
    const messages = [assistant, result(text, ['u1'], { is_error: true })].map(readMessage);
    const all = messages.flatMap((message) => (message ? turn.read(message) : []));
    expect(all).toEqual([{ type: 'failed', failure: { problem, detail: text } }]);
    expect(turn.isOpen).toBe(false);
  });

  it('is not open for tasks that are no activity', () => {
    const turn = new Turn();
    const tasks = (...list: object[]) => ({
      type: 'system',
      subtype: 'background_tasks_changed',
      tasks: list.map((task, index) => ({ task_id: `t${String(index)}`, ...task })),
    });
    expect(facts(turn, [tasks({ ambient: true })])).toEqual([]);
    expect(facts(turn, [tasks({ ambient: true }, {}), tasks({}, {}), tasks({}, {}), tasks()])).toEqual([
      'claude.backgroundTasksChanged',
      'claude.backgroundTasksChanged',
      'claude.backgroundTasksChanged',
    ]);
  });
});
