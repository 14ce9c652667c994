/** What a person said last, from a transcript's lines. */
import { expect, it } from 'vitest';
import { LastPrompts } from '../../../src/claude/transcript/transcript-prompts.ts';

const user = (uuid: string, content: unknown, more: object = {}) =>
  JSON.stringify({ type: 'user', uuid, message: { content }, ...more });

it('keeps the last prompts, the newest first, and nothing that only looks like one', () => {
  const prompts = new LastPrompts(3);
  for (const line of [
    user('old', 'too long ago'),
    user('u1', 'one'),
    user('u2', [{ type: 'text', text: 'two' }]),
    user('t1', [{ type: 'tool_result', tool_use_id: 'x' }]),
    user('o1', '<local-command-stdout>Compacted</local-command-stdout>'),
    user('i1', [{ type: 'text', text: '[Request interrupted by user]' }]),
    user('m1', 'a note', { isMeta: true }),
    user('s1', 'a summary', { isCompactSummary: true }),
    user('a1', "a sub-agent's", { isSidechain: true }),
    '{"type":"assistant","message":{"content":"hi"}}',
    '{"torn',
    user(
      'u3',
      '<command-message>x</command-message>\n<command-name>/x</command-name>\n<command-args>y z</command-args>',
    ),
  ]) {
    prompts.read(line);
  }
  expect(prompts.newestFirst).toEqual([
    { uuid: 'u3', text: '/x y z' },
    { uuid: 'u2', text: 'two' },
    { uuid: 'u1', text: 'one' },
  ]);
});
