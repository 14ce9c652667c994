/** Which files never leave this machine. */
import { expect, it } from 'vitest';
import { workspaceOptions } from '../../../src/daemon/files/own-state.ts';
import { aConfig } from '../../helpers/test-daemon.ts';

const ownState = (over: Parameters<typeof aConfig>[1]) =>
  workspaceOptions(aConfig('/work', over), '/home/anna').ownState;

it('the env file does not, wherever it is, nor the folder where it usually is', () => {
  expect(ownState({ envFile: '/work/h.env' })).toContain('/work/h.env');
  expect(ownState({ claudeEnvironment: { XDG_CONFIG_HOME: '/xdg' } })).toEqual(
    expect.arrayContaining(['/xdg/hibernaut', '/home/anna/.config/hibernaut']),
  );
});
