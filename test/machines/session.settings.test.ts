/** The settings of a session: whose word counts, and when Claude hears of it. */
import { describe, expect, it } from 'vitest';
import { SESSION_IN, startSession } from '../helpers/session-actor.ts';

const ACCEPT_EDITS = { type: 'setMode', mode: 'acceptEdits', destination: 'session' };
const RULE = { type: 'addRules', rules: [{ toolName: 'Bash' }], behavior: 'allow', destination: 'session' };

describe('the settings', () => {
  it('of a suspended session wait in the record for its next process', () => {
    const session = startSession();
    session.send({ type: 'user.settingsChanged', settings: { model: 'opus', effort: 'high' } });
    session.send({ type: 'user.settingsChanged', settings: { permissionMode: 'plan' } });
    expect(session.spawned).toEqual([]);
    session.message('m1');
    expect(session.spawned).toMatchObject([{ model: 'opus', effort: 'high', permissionMode: 'plan' }]);
  });

  for (const phase of ['live.active.starting', 'live.active.working', 'live.idle'] as const) {
    it(`reach the process at once in ${phase}, and the next one, too`, () => {
      const session = SESSION_IN[phase]();
      session.send({ type: 'user.settingsChanged', settings: { permissionMode: 'acceptEdits' } });
      expect(session.received.at(-1)).toEqual({
        type: 'claude.configure',
        settings: { permissionMode: 'acceptEdits' },
      });
      expect(session.phase()).toBe(phase);
      expect(session.restarted().record().permissionMode).toBe('acceptEdits');
    });
  }

  it('follow what Claude says of its mode: an approved plan ends the one it was made in', () => {
    const session = SESSION_IN['live.active.working']();
    session.says({ type: 'claude.permissionModeChanged', permissionMode: 'plan' });
    expect(session.record().permissionMode).toBe('plan');
    session.says({ type: 'claude.permissionModeChanged', permissionMode: 'default' });
    expect(session.record().permissionMode).toBe('default');
  });

  it('take back that all edits are accepted, and no rule, when the mode changes', () => {
    const session = SESSION_IN['live.idle']();
    session.says({ type: 'claude.sessionRulesGranted', rules: [ACCEPT_EDITS, RULE] });
    session.send({ type: 'user.settingsChanged', settings: { model: 'opus' } });
    expect(session.record().sessionRules).toEqual([ACCEPT_EDITS, RULE]);
    session.send({ type: 'user.settingsChanged', settings: { permissionMode: 'default' } });
    expect(session.record().sessionRules).toEqual([RULE]);
  });
});
