/**
 * The statechart of a session: what can happen to one conversation with Claude Code, and when.
 *
 * `live` invokes the process, so that it lives through `active` and `idle`; `stopping` waits for its exit, so that a
 * second process can't start on the same conversation. `boot`, `recovering` and `settling` decide where a session
 * stands when it comes from disk or from a crash. Times come with events (`at`); delays count on the actor's clock.
 *
 * States that are a small chart of their own have a file of their own (`session-*.state.ts`). What the names of actions,
 * guards and delays stand for is in `session-setup.ts`. All of it as one picture: `docs/pictures/machines/session.svg`.
 */
import { and, not, type SnapshotFrom } from 'xstate';
import { active } from './session-active.state.ts';
import { cutOffRequests } from './session-asked-again.ts';
import { attached } from './session-attached.state.ts';
import { awaitingRoom } from './session-awaiting-room.state.ts';
import { mayHaveArrived } from './session-inbox.ts';
import { DEFAULT_LIMITS } from './session-limits.ts';
import { because, SAID_EARLY, shownAs } from './session-phrases.ts';
import { sessionSetup } from './session-setup.ts';
import { awaitingTrust } from './session-awaiting-trust.state.ts';
import { stopping } from './session-stopping.state.ts';

/** A recovery that a stopping daemon does not wait for. */
const LEFT_FOR_THE_NEXT_DAEMON = [
  { guard: 'isTerminated', target: '#session.terminated' },
  { target: '#session.suspended.drained', actions: 'noteDrained' },
] as const;

export const sessionMachine = sessionSetup.createMachine({
  id: 'session',
  context: ({ input }) => ({
    // Whoever asked was a process of another actor.
    record: cutOffRequests(input.record),
    limits: { ...DEFAULT_LIMITS, ...input.limits },
    endReason: null,
    processConversation: input.record.claudeSessionId,
    backgroundTasks: 0,
    waitingSince: input.at,
  }),
  initial: 'boot',
  on: {
    'user.timeoutChanged': { actions: 'changeTimeout' },
    'user.whileWorkingChanged': { actions: 'changeWhileWorking' },
    'user.edited': { actions: 'noteWish' },
    'user.withdrew': { actions: 'noteWish' },
    'user.renamed': { actions: 'rename' },
    'user.settingsChanged': { actions: 'changeSettings' },
    'user.newConversation': { actions: 'beginConversation' },
    'daemon.placed': { actions: 'place' },
    'telegram.topicGone': { actions: 'leaveTopic' },
    'daemon.titled': { guard: 'isNamedByFolder', actions: 'nameByTitle' },
    'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
    'user.drop': { guard: 'isUndecided', actions: 'dropUndecided' },
    'user.trust': { guard: 'isAskedForTrust', actions: 'noteTrusted' },
    'user.withoutSettings': { guard: 'isAskedForTrust', actions: 'leaveSettingsOut' },
    'user.approvalTapped': { actions: 'takeTap' },
    'desk.adopted': { actions: 'tellAdopted' },
    // In any state: the files are copied by now, and Claude's process may have ended meanwhile.
    'claude.filesSent': { actions: 'oweFiles' },
    'telegram.partSent': { actions: 'notePartSent' },
    'telegram.delivered': { actions: 'noteDelivered' },
    'telegram.outcomeUnknown': { actions: 'noteOutcomeUnknown' },
    'telegram.chatRefused': { actions: 'noteChatRefused' },
    'telegram.liveMessageChanged': { actions: 'noteLiveMessage' },
    'telegram.chatMigrated': { actions: 'moveToChat' },
  },
  states: {
    boot: {
      always: [
        // What the desk has is not looked into while the desk may still write it.
        { guard: and(['isAtDesk', not('hasProcess')]), target: 'settling' },
        { guard: 'mayHaveLeftovers', target: 'recovering' },
        { target: 'settling' },
      ],
    },

    // Ends what is left of an earlier process, then asks the transcript what became of the prompts in its hands.
    recovering: {
      invoke: {
        id: 'recover',
        src: 'recover',
        input: ({ context: { record } }) => ({
          id: record.id,
          workspace: record.workspace,
          claudeSessionId: record.claudeSessionId,
          process: record.process,
          uuids: record.inbox.filter(({ state }) => mayHaveArrived(state)).map(({ uuid }) => uuid),
        }),
        onDone: {
          target: 'settling',
          actions: { type: 'noteRecovery', params: ({ event }) => event.output },
        },
        onError: '.failed',
      },
      on: {
        'user.message': [
          { guard: 'isTerminated', actions: 'refuseMessage' },
          SAID_EARLY,
          { actions: 'acceptMessage' },
        ],
        'user.interrupt': { actions: 'dropTurn' },
        'user.end': { actions: [shownAs('terminated'), 'dropAll'] },
        'daemon.drain': LEFT_FOR_THE_NEXT_DAEMON,
        'daemon.stop': LEFT_FOR_THE_NEXT_DAEMON,
      },
      initial: 'looking',
      states: {
        looking: {},
        // The transcript can't be read. Delivering again might double a prompt, so the next message tries to look again.
        failed: {
          entry: { type: 'tell', params: { notice: { type: 'internalError' }, afterMs: 0 } },
          on: {
            'user.message': { target: '#session.recovering', reenter: true, actions: 'acceptMessage' },
            'user.newConversation': {
              target: '#session.recovering',
              reenter: true,
              actions: 'beginConversation',
            },
            'user.continue': {
              guard: 'isUndecided',
              target: '#session.recovering',
              reenter: true,
              actions: 'continueUndecided',
            },
            'user.end': { target: '#session.terminated', actions: 'dropAll' },
          },
        },
      },
    },

    settling: {
      always: [
        { guard: 'isTerminated', target: 'terminated' },
        { guard: 'isAtDesk', target: 'suspended.attached' },
        { guard: 'hasWaiting', target: 'awaitingRoom.forMessage' },
        { guard: 'isToBeLive', target: 'awaitingRoom.forRestore' },
        { target: 'suspended', actions: { type: 'forgetRestore', params: { reason: 'idle' } } },
      ],
    },

    // No process. The next message starts one that continues the conversation.
    suspended: {
      entry: 'noteSuspended',
      initial: 'resting',
      on: {
        'user.message': [
          { guard: 'hasInHand', target: 'recovering', actions: 'acceptMessage' },
          { target: 'settling', actions: 'acceptMessage' },
        ],
        'user.continue': [
          { guard: and(['isUndecided', 'hasInHand']), target: 'recovering', actions: 'continueUndecided' },
          { guard: 'isUndecided', target: 'settling', actions: 'continueUndecided' },
        ],
        'user.workspaceChanged': { actions: 'changeWorkspace' },
        'user.wake': { target: 'awaitingRoom.forWake', actions: 'touch' },
        'user.end': { target: 'terminated', actions: 'dropAll' },
      },
      states: {
        resting: { on: { 'desk.requested': { target: 'attached', actions: 'lend' } } },

        // Somebody has it open in a terminal: no process of ours may run on the conversation, and what comes waits.
        attached,

        // Nobody has trusted the folder with what it would run.
        awaitingTrust,

        // The daemon stops: what was not finished is the next one's.
        drained: {
          on: {
            'user.message': [SAID_EARLY, { actions: 'acceptMessage' }],
            'user.continue': { guard: 'isUndecided', actions: 'continueUndecided' },
            'user.interrupt': { actions: 'dropTurn' },
            'user.wake': {},
          },
        },
      },
    },

    // Only so many processes may live at once. Whoever gives the room takes it back when the process has gone.
    awaitingRoom,

    live: {
      entry: ['forgetProcess', shownAs('active')],
      invoke: {
        id: 'claude',
        src: 'claude',
        input: ({ context: { record } }) => ({
          id: record.id,
          epoch: record.epoch,
          workspace: record.workspace,
          model: record.model,
          effort: record.effort,
          permissionMode: record.permissionMode,
          folderSettings: record.folderSettings,
          sessionRules: record.sessionRules,
          claudeSessionId: record.claudeSessionId,
          conversationStarted: record.conversationStarted,
        }),
      },
      initial: 'active',
      on: {
        'claude.spawned': { actions: ['noteSpawn', 'closeTrust'] },
        'claude.spent': { actions: 'noteSpending' },
        'claude.promptTaken': { actions: 'noteTaken' },
        'claude.promptWithdrawn': { actions: 'noteWithdrawn' },
        'claude.answered': { actions: ['answer', 'noteConversation'] },
        'user.edited': { actions: 'wish' },
        'user.withdrew': { actions: 'wish' },
        'claude.sessionRulesGranted': { actions: 'grantRules' },
        'claude.permissionModeChanged': { actions: 'noteMode' },
        'user.settingsChanged': { actions: ['changeSettings', 'configure'] },
        'claude.backgroundTasksChanged': { actions: 'noteBackgroundTasks' },
        'claude.approvalWithdrawn': { actions: 'withdrawApproval' },
        'claude.failed': { target: '.stopping', actions: [because('failed'), 'holdFailed'] },
        'claude.exited': [
          {
            guard: and(['isUntrusted', 'isOnlyRestored']),
            target: 'suspended',
            actions: { type: 'forgetRestore', params: { reason: 'user' } },
          },
          { guard: 'isUntrusted', target: 'suspended.awaitingTrust', actions: 'askForTrust' },
          { guard: 'crashesTooOften', target: 'suspended', actions: 'giveUpRestarting' },
          { guard: 'hasInHand', target: 'recovering', actions: ['noteCrash', 'noteSuspended'] },
          { target: 'exited', actions: ['noteCrash', 'tellCrash'] },
        ],
        'user.message': { actions: 'acceptMessage' },
        'user.end': { target: '.stopping.terminating', actions: [because('user'), 'dropAll'] },
        'daemon.stop': { target: '.stopping.draining', actions: because('drained') },
      },
      states: {
        active,

        idle: {
          entry: shownAs('idle'),
          always: { guard: 'isToEnd', target: 'stopping.draining' },
          on: {
            'user.message': { target: 'active.betweenTurns', actions: 'acceptMessage' },
            'user.continue': {
              guard: 'isUndecided',
              target: 'active.betweenTurns',
              actions: 'continueUndecided',
            },
            'user.timeoutChanged': { target: 'idle', reenter: true, actions: 'changeTimeout' },
            'user.wake': { target: 'idle', reenter: true, actions: 'touch' },
            // A process can't leave the folder that it was started in.
            'user.workspaceChanged': { target: 'stopping', actions: [because('user'), 'changeWorkspace'] },
            'user.newConversation': { target: 'stopping', actions: [because('user'), 'beginConversation'] },
            'user.suspend': { target: 'stopping', actions: because('user') },
            'desk.requested': { target: 'stopping.handingOver', actions: [because('desk'), 'lend'] },
            'daemon.drain': { target: 'stopping.draining', actions: because('drained') },
            'daemon.evict': { target: 'stopping', actions: because('evicted') },
            // Nothing was in its hands: the next message starts a new one, and nobody has to be told now.
            'claude.exited': { target: '#session.exited', actions: 'noteCrash' },
            'claude.turnStarted': 'active.working',
            'claude.backgroundTasksChanged': [
              {
                guard: ({ event }) => event.count > 0,
                target: 'active.background',
                actions: 'noteBackgroundTasks',
              },
              { actions: 'noteBackgroundTasks' },
            ],
            'claude.approvalRequested': {
              target: 'active.background.awaitingApproval',
              actions: 'requestApproval',
            },
          },
          after: { idleTimeout: { guard: 'hasIdleTimeout', target: 'stopping', actions: because('idle') } },
        },

        // The process has been told to end. Messages wait for its exit.
        stopping,
      },
    },

    // The process has gone with nothing in its hands. What waits starts a new one.
    exited: { entry: 'noteSuspended', always: 'settling' },

    // The conversation is over; what is still owed to the chat is delivered.
    terminated: { entry: shownAs('terminated'), on: { 'user.message': { actions: 'refuseMessage' } } },
  },
});

export type SessionSnapshot = SnapshotFrom<typeof sessionMachine>;
