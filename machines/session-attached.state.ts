/**
 * A session is `attached`: somebody has it open in a terminal. No process of ours may run on the conversation, and what
 * comes waits.
 */
import { sessionSetup } from './session-setup.ts';

export const attached = sessionSetup.createStateConfig({
  invoke: {
    id: 'desk',
    src: 'desk',
    input: ({ context: { record } }) => ({ id: record.id, desk: record.desk }),
  },
  on: {
    'user.message': { actions: 'acceptAtDesk' },
    'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
    'user.newConversation': {},
    'user.workspaceChanged': {},
    'user.wake': {},
    'user.end': {},
    'desk.opened': { actions: ['noteDeskOpened', 'watchDesk'] },
    'desk.conversationSeen': { actions: 'noteDeskConversation' },
    'desk.handedBack': { actions: 'releaseDesk' },
    'desk.detached': [
      { guard: 'hasInHand', target: '#session.recovering', actions: 'takeBack' },
      { target: '#session.settling', actions: 'takeBack' },
    ],
  },
  initial: 'open',
  states: {
    open: { on: { 'user.detach': 'closing' } },
    closing: { entry: 'closeDesk' },
  },
});
