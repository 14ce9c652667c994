/** What a service takes along of the shell that installs it. */
import { expect, it } from 'vitest';
import { carriedEnvironment, leftBehind, stopTimeoutSeconds } from '../../src/service/facts.ts';

const NOTHING = (): boolean => false;

it('takes the search path along, without what only npm and the current folder put there', () => {
  const PATH = '/home/a/app/node_modules/.bin:.:/x/npm/node-gyp-bin:/opt/bin:bin:/usr/bin:/opt/bin:';
  expect(carriedEnvironment({ PATH, EDITOR: 'vi' }, NOTHING)).toEqual({ PATH: '/opt/bin:/usr/bin' });
});

it('takes the language and the XDG folders along, and nothing that the env file says', () => {
  const environment = {
    PATH: '/bin',
    LANG: 'C.UTF-8',
    XDG_STATE_HOME: '/s',
    XDG_RUNTIME_DIR: '/run/user/1',
    TERM: 'x',
  };
  expect(carriedEnvironment(environment, (name) => name === 'PATH')).toEqual({
    LANG: 'C.UTF-8',
    XDG_STATE_HOME: '/s',
  });
});

it('knows which settings would be missed, by name', () => {
  const environment = {
    ANTHROPIC_API_KEY: 'secret',
    HIBERNAUT_DRAIN: '1m',
    HIBERNAUT_SILENCE: '',
    HIBERNAUT_ENV_FILE: '/x',
    TELEGRAM_BOT_TOKEN: 'secret',
    CLAUDE_CODE_ENTRYPOINT: 'cli',
    HOME: '/home/a',
  };
  expect(leftBehind(environment, (name) => name === 'TELEGRAM_BOT_TOKEN')).toEqual([
    'ANTHROPIC_API_KEY',
    'HIBERNAUT_DRAIN',
  ]);
});

it('gives a stop whole seconds', () => {
  expect(stopTimeoutSeconds({ drainMs: 1_500 })).toBe(92);
});
