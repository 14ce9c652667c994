/** The facts of turns, from messages in orders that the real binary takes only now and then. */
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/claude/messages.ts';
import { Turn, type TurnFact } from '../../src/claude/turn.ts';

const state = (now: string) => ({ type: 'system', subtype: 'session_state_changed', state: now });
const result = (text: string, uuids?: string[], more = {}) => ({
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: text,
  ...(uuids ? { user_message_uuids: uuids } : {}),
  ...more,
});

function facts(turn: Turn, messages: unknown[]): string[] {
  return messages
    .flatMap((raw): TurnFact[] => {
      const message = readMessage(raw);
      if (!message) throw new Error(`Not read: ${JSON.stringify(raw)}`);
      return turn.read(message);
    })
    .map((fact) => (fact.type === 'claude.answered' ? fact.markdown : fact.type));
}

describe('a turn', () => {
  it('that Claude began by itself does not answer a prompt that waits behind it', () => {
    const turn = new Turn();
    expect(facts(turn, [state('running')])).toEqual(['claude.turnStarted']);
    turn.handOver('u1');
    expect(facts(turn, [result('The task ended.')])).toEqual([]);
    expect(facts(turn, [result('Your answer.', ['u1']), state('idle')])).toEqual([
      'Your answer.',
      'The task ended.',
      'claude.turnEnded',
    ]);
  });

  it('gives its words even if the prompt behind it was interrupted', () => {
    const turn = new Turn();
    facts(turn, [state('running')]);
    turn.handOver('u1');
    const aborted = {
      type: 'result',
      subtype: 'error_during_execution',
      is_error: true,
      errors: ['[ede_x] y'],
    };
    const messages = [
      result('The task ended.'),
      { ...aborted, terminal_reason: 'aborted_streaming', user_message_uuids: ['u1'] },
      state('idle'),
    ];
    expect(facts(turn, messages)).toEqual(['The task ended.', 'claude.turnEnded']);
  });

  it('of an older Claude Code, which does not name the prompt, answers the one that it has begun with', () => {
    const turn = new Turn();
    turn.handOver('u1');
    const started = { type: 'command_lifecycle', command_uuid: 'u1', state: 'started' };
    expect(facts(turn, [state('running'), started, result('Yes.'), state('idle')])).toEqual([
      'claude.turnStarted',
      'Yes.',
      'claude.turnEnded',
    ]);
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
    turn.handOver('u1');
    const assistant = {
      type: 'assistant',
      message: { content: [] },
      ...(category ? { error: category } : {}),
    };
    const messages = [assistant, result(text, ['u1'], { is_error: true })].map(readMessage);
    const all = messages.flatMap((message) => (message ? turn.read(message) : []));
    expect(all).toEqual([{ type: 'failed', failure: { problem, detail: text }, promptUuid: 'u1' }]);
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
