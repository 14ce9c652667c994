/** What a transcript says of a visit at the desk: lines as Claude Code 2.1.330 writes them. */
import { expect, it } from 'vitest';
import { VisitReader } from '../../../src/claude/desk/visit.ts';

const BEFORE = '2026-11-25T01:00:00.000Z';
const SINCE = Date.parse('2026-11-25T02:00:00.000Z');
const DURING = '2026-11-25T02:30:00.000Z';

const user = (content: unknown, over: object = {}) => ({
  type: 'user',
  timestamp: DURING,
  message: { role: 'user', content },
  ...over,
});
const claude = (text: string, over: object = {}) => ({
  type: 'assistant',
  timestamp: DURING,
  message: { model: 'claude-opus-5-5', content: [{ type: 'text', text }] },
  ...over,
});
const command = (name: string) => user(`<command-name>${name}</command-name>\n<command-args></command-args>`);

function read(...lines: unknown[]): VisitReader {
  const reader = new VisitReader(SINCE);
  for (const line of lines) reader.read(typeof line === 'string' ? line : JSON.stringify(line));
  return reader;
}

it('counts what was said since it began, and keeps what Claude said last', () => {
  const before = [user('hello', { timestamp: BEFORE }), claude('Hi.', { timestamp: BEFORE })];
  const visit = read(
    ...before,
    user('one'),
    claude('First.'),
    user([{ type: 'text', text: 'two' }]),
    claude(' Last. '),
  );
  expect(visit).toMatchObject({ prompts: 2, lastWords: 'Last.', isStarted: true });
});

it.each([
  ['nothing', []],
  [
    'what Claude Code wrote itself',
    [user('<local-command-stdout></local-command-stdout>'), user('x', { isMeta: true })],
  ],
  ['its own commands', [command('/clear'), command('/exit')]],
  ['what was run with !', [user('<bash-input>ls</bash-input>')]],
  ['what is no JSON', ['{"type":"user"', 'null']],
])('of %s nothing is counted, and nothing can be gone on with', (_, lines) => {
  expect(read(...lines)).toMatchObject({ prompts: 0, lastWords: null, isStarted: false });
});

it('counts a skill, and a prompt that Claude never answered', () => {
  expect(read(command('/review'), claude('Fine.'), user('and?'))).toMatchObject({
    prompts: 2,
    lastWords: 'Fine.',
  });
});

it('takes no command that was given while Claude worked for what Claude answered to', () => {
  const prompt = user('one', { uuid: 'p', parentUuid: null });
  const exit = { ...command('/exit'), uuid: 'c', parentUuid: 'p' };
  const attachment = { type: 'attachment', uuid: 'a', parentUuid: 'p' };
  const answer = claude('Fine.', { uuid: 'q', parentUuid: 'a' });
  expect(read(prompt, attachment, exit, answer).prompts).toBe(1);
  const skill = { ...command('/review'), uuid: 's', parentUuid: 'q' };
  const words = user('Review it.', { uuid: 'm', parentUuid: 's', isMeta: true });
  const reviewed = claude('Well.', { uuid: 'r', parentUuid: 'm' });
  expect(read(prompt, attachment, answer, skill, words, reviewed).prompts).toBe(2);
});

it('counts what stands there twice once', () => {
  const prompt = user('one', { uuid: 'p', parentUuid: null });
  expect(read(prompt, prompt, claude('Fine.', { uuid: 'q', parentUuid: 'p' })).prompts).toBe(1);
});

it.each([
  ['a sub-agent', { isSidechain: true }],
  ['an error of the API', { isApiErrorMessage: true }],
])('takes the words of %s for no words of Claude', (_, over) => {
  expect(read(user('one'), claude('Fine.'), claude('Not mine.', over)).lastWords).toBe('Fine.');
});

it('reads the newest running total', () => {
  const usage = { inputTokens: 1, outputTokens: 2, cacheReadInputTokens: 3, cacheCreationInputTokens: 4 };
  const cost = (totalCostUSD: number) => ({
    type: 'cost-state',
    totalCostUSD,
    modelUsage: { a: usage, b: usage },
  });
  expect(read(cost(0.1), cost(0.2)).spent).toEqual({
    ...{ costUsd: 0.2, inputTokens: 2, outputTokens: 4, cacheReadTokens: 6, cacheWriteTokens: 8 },
  });
  expect(read(user('one')).spent).toBeNull();
});
