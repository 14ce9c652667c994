/** How Claude Code is opened in a person's terminal. */
import { expect, it } from 'vitest';
import { terminalArguments, terminalEnvironment } from '../../../src/claude/desk/terminal.ts';

const CONVERSATION = {
  claudeSessionId: 'c1',
  resumes: true,
  model: null,
  effort: null,
  permissionMode: 'default',
  allowBypass: false,
} as const;

it.each([
  [{}, [], '--resume c1 --permission-mode default'],
  [{ resumes: false }, [], '--session-id c1 --permission-mode default'],
  [{ model: 'opus', effort: 'high' }, [], '--resume c1 --model opus --effort high --permission-mode default'],
  [{ permissionMode: 'plan' }, [], '--resume c1 --permission-mode plan'],
  [{ permissionMode: 'bypassPermissions' }, [], '--resume c1 --permission-mode default'],
  [
    { permissionMode: 'bypassPermissions', allowBypass: true },
    [],
    '--resume c1 --permission-mode bypassPermissions',
  ],
  [{}, ['--model', 'haiku'], '--resume c1 --permission-mode default --model haiku'],
] as const)('%j with %j: %s', (over, more, line) => {
  expect(terminalArguments({ ...CONVERSATION, ...over }, more).join(' ')).toBe(line);
});

it('has the whole environment of the person, less what is ours, and from the env file what they do not say', () => {
  const own = {
    EDITOR: 'vi',
    HIBERNAUT_OWNER: 'x',
    HIBERNAUT_DATA_DIR: '/d',
    TELEGRAM_BOT_TOKEN: 't',
    ANTHROPIC_MODEL: 'mine',
  };
  const environment = terminalEnvironment(own, { ANTHROPIC_MODEL: 'file', ANTHROPIC_API_KEY: 'key' });
  expect(environment).toEqual({ EDITOR: 'vi', ANTHROPIC_MODEL: 'mine', ANTHROPIC_API_KEY: 'key' });
});
