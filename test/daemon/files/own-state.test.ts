/** Which files never leave this machine, and which Claude keeps off. */
import { expect, it } from 'vitest';
import { offLimits, workspaceOptions } from '../../../src/daemon/files/own-state.ts';
import { aConfig } from '../../helpers/test-daemon.ts';

const ownState = (over: Parameters<typeof aConfig>[1]) =>
  workspaceOptions(aConfig('/work', over), '/home/anna').ownState;

it('the env file does not, wherever it is, nor the folder where it usually is', () => {
  expect(ownState({ envFile: '/work/h.env' })).toContain('/work/h.env');
  expect(ownState({ claudeEnvironment: { XDG_CONFIG_HOME: '/xdg' } })).toEqual(
    expect.arrayContaining(['/xdg/hibernaut', '/home/anna/.config/hibernaut']),
  );
});

it('Claude keeps off the token, the records and its own credentials, but not off its other files', () => {
  const config = aConfig('/work', { envFile: '/work/h.env', dataDir: '/data', workspaceRoots: ['/'] });
  expect(offLimits({ ...config, claudeEnvironment: { CLAUDE_CONFIG_DIR: '/claude' } }, '/home/anna')).toEqual(
    [
      '/data',
      '/work/h.env',
      '/home/anna/.config/hibernaut',
      '/claude/.credentials.json',
      '/home/anna/.claude/.credentials.json',
    ],
  );
});

it('Claude works in a folder within our state, as that of the sandbox is, where that is a root or its own', () => {
  const config = aConfig('/data/work', { dataDir: '/data', workspaceRoots: ['/data/work'] });
  expect(offLimits(config, '/home/anna')).not.toContain('/data');
  const ofClaude = aConfig('/work', {
    dataDir: '/data',
    claudeEnvironment: { CLAUDE_CONFIG_DIR: '/data/.claude' },
  });
  expect(offLimits(ofClaude, '/home/anna')).not.toContain('/data');
});
