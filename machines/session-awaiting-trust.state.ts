/**
 * Claude was not started, because nobody has trusted the folder with what it would run. No process, and no room taken: what
 * came waits for the answer. Each message has the folder looked at anew, for it may be trusted elsewhere by now.
 */
import { sessionSetup } from './session-setup.ts';

export const awaitingTrust = sessionSetup.createStateConfig({
  on: {
    'user.trust': { guard: 'isAskedForTrust', target: '#session.settling', actions: 'noteTrusted' },
    'user.withoutSettings': {
      guard: 'isAskedForTrust',
      target: '#session.settling',
      actions: 'leaveSettingsOut',
    },
    'daemon.folderTrusted': { target: '#session.settling' },
    'user.workspaceChanged': { target: '#session.settling', actions: 'changeWorkspace' },
    // What waits behind it is for a turn of its own, and asks anew.
    'user.interrupt': { target: '#session.settling', actions: ['dropDue', 'closeTrust'] },
    'user.suspend': { target: 'resting', actions: ['suspendTurn', 'closeTrust'] },
    'desk.requested': { target: 'attached', actions: 'lend' },
  },
});
