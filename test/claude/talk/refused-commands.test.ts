/** Slash commands that must not reach Claude. */
import { expect, it } from 'vitest';
import { refusalOf } from '../../../src/claude/talk/refused-commands.ts';

it.each(['/clear', ' /Clear ', '/reset', '/new', '/clear now'])('refuses %j, and says what to do', (text) => {
  expect(refusalOf(text)).toContain('/clear as a message of its own');
});

it.each([
  '/compact',
  '/new-component button',
  '/newer',
  '/clear/file.txt is broken',
  'what does /clear do?',
  '',
])('hands over %j', (text) => {
  expect(refusalOf(text)).toBeNull();
});
