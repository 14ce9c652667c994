/** What a tool call asks of a person. */
import { expect, it } from 'vitest';
import { subjectOf } from '../../../src/claude/talk/approval-subject.ts';

const OPTION = { label: 'Red', description: 'as tomatoes' };

it('reads questions, and fills in what they leave out', () => {
  const questions = [{ question: 'Which?', header: 'H', options: [OPTION, { label: 'Blue' }] }];
  expect(subjectOf('AskUserQuestion', { questions, metadata: {} })).toEqual({
    type: 'questions',
    questions: [
      { question: 'Which?', options: [OPTION, { label: 'Blue', description: '' }], multiSelect: false },
    ],
    answers: [],
    chosen: [],
  });
});

it.each([
  ['no questions', { questions: [] }],
  ['no options', { questions: [{ question: 'Which?', options: [] }] }],
  ['two questions of the same words', { questions: Array(2).fill({ question: 'Q', options: [OPTION] }) }],
  ['nonsense', { questions: 'Which?' }],
])('takes %s for a tool call as any other', (_, input) => {
  expect(subjectOf('AskUserQuestion', input)).toEqual({ type: 'tool' });
});

it('knows a plan by its tool', () => {
  expect(subjectOf('ExitPlanMode', { plan: '1.' })).toEqual({ type: 'plan' });
  expect(subjectOf('Bash', { questions: [{ question: 'Q', options: [OPTION] }] })).toEqual({ type: 'tool' });
});
