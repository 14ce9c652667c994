/**
 * The names that the statechart of a session is written in: its actions, guards and delays, and what each of them is of
 * the `session-*.ts` beside this file.
 */
import { assertEvent, assign, sendTo } from 'xstate';
import { awaitsWords, sayToApproval, tapApproval, withdrawApproval } from './session-approvals.ts';
import { askAgain, cutOffRequests, isOpen, keepForTurn } from './session-asked-again.ts';
import { book, bookAndTell, bookAndTellAt, bookAt, bookParams, sessionBase, timeOf } from './session-base.ts';
import {
  askAboutSilence,
  closeSilence,
  continueUndecided,
  dropUndecided,
  undecided,
} from './session-choices.ts';
import { beginConversation, noteConversation } from './session-conversation.ts';
import {
  acceptAtDesk,
  lend,
  lendNot,
  noteDeskConversation,
  noteDeskOpened,
  takeBack,
  tellAdopted,
} from './session-desk.ts';
import { remainingMs, touch } from './session-idle-timeout.ts';
import { accept, handOver, inHand, nextWaiting, putOff, shownInChat } from './session-inbox.ts';
import { moveToChat } from './session-migration.ts';
import { nameByTitle, rename } from './session-name.ts';
import {
  noteChatRefused,
  noteDelivered,
  noteOutcomeUnknown,
  notePartSent,
  oweNotice,
} from './session-outbox.ts';
import { leaveTopic, place } from './session-place.ts';
import {
  applyRecovery,
  crashesTooOften,
  giveUpRestarting,
  noteCrash,
  noteExit,
  tellCrash,
} from './session-process.ts';
import type { EndReason, Notice, SessionState } from './session-record.ts';
import { forgetRestore, isToBeLive, mayHaveLeftovers, noteDrained } from './session-restart.ts';
import { tellNoRoom, waitsForPeople } from './session-room.ts';
import { changeSettings, changeWorkspace, grantRules, noteMode } from './session-settings.ts';
import {
  answer,
  dropAll,
  dropDue,
  dropTurn,
  endTurn,
  holdFailed,
  oweFiles,
  refuseMessage,
  suspendTurn,
} from './session-turn.ts';
import {
  askForTrust,
  closeTrust,
  isAskedForTrust,
  isOnlyRestored,
  leaveSettingsOut,
  noteTrusted,
} from './session-trust.ts';
import { noteSpending } from './session-usage.ts';
import { noteTaken, noteWithdrawn, wish } from './session-wishes.ts';

export const sessionSetup = sessionBase.extend({
  actions: {
    // Messages and turns.
    acceptMessage: book('user.message', accept),
    refuseMessage: book('user.message', refuseMessage),
    handOver: bookAndTellAt(handOver),
    noteTaken: book('claude.promptTaken', (record, { uuid, at }) => noteTaken(record, uuid, at)),
    noteWithdrawn: book('claude.promptWithdrawn', (record, { uuid, at }) => noteWithdrawn(record, uuid, at)),
    wish: bookAndTell(['user.edited', 'user.withdrew'], wish),
    /** As `wish`, while there is no process to ask: what it had in hand is about to be looked up. */
    noteWish: book(['user.edited', 'user.withdrew'], (record, event) => wish(record, event).record),
    answer: book('claude.answered', answer),
    oweFiles: book('claude.filesSent', oweFiles),
    endTurn: bookParams(endTurn),
    suspendTurn: bookAt(suspendTurn),
    holdFailed: book('claude.failed', holdFailed),
    putOff: bookAt(putOff),
    dropDue: bookAt(dropDue),
    dropTurn: bookAt(dropTurn),
    dropAll: bookAt(dropAll),
    continueUndecided: book('user.continue', (record, { uuid, at }) => continueUndecided(record, uuid, at)),
    dropUndecided: book('user.drop', (record, { uuid, at }) => dropUndecided(record, uuid, at)),

    // What Claude asks.
    requestApproval: bookAndTell('claude.approvalRequested', (record, { approval, at }) =>
      askAgain(record, approval, at),
    ),
    withdrawApproval: book('claude.approvalWithdrawn', (record, { id, at }) =>
      withdrawApproval(record, id, at),
    ),
    takeTap: bookAndTell('user.approvalTapped', (record, { id, tap, at }) =>
      tapApproval(touch(record, at), id, tap, at),
    ),
    takeWords: bookAndTell('user.message', (record, said) => sayToApproval(shownInChat(record, said), said)),
    /** Its process is being ended: what is answered from now on is for the next one. */
    cutOffRequests: bookAt(cutOffRequests),
    grantRules: book('claude.sessionRulesGranted', grantRules),

    // The folder's trust.
    askForTrust: book('claude.exited', askForTrust),
    noteTrusted: book('user.trust', noteTrusted),
    leaveSettingsOut: book('user.withoutSettings', leaveSettingsOut),
    closeTrust: bookAt(closeTrust),

    // Its silence.
    askAboutSilence: assign(({ context: { record, waitingSince, limits } }) => {
      const silentForMs = limits.silenceMs ?? 0;
      return { record: askAboutSilence(record, waitingSince + silentForMs, silentForMs) };
    }),
    closeSilence: assign(({ context, event }) => ({
      record: closeSilence(context.record, event.type, timeOf(event, context)),
    })),

    // The process.
    noteSpawn: book('claude.spawned', (record, { process }) => ({ ...record, process })),
    noteSpending: book('claude.spent', noteSpending),
    noteConversation: assign(({ context: { record, processConversation } }) => ({
      record: noteConversation(record, processConversation),
    })),
    noteBackgroundTasks: assign(({ event }) => {
      assertEvent(event, 'claude.backgroundTasksChanged');
      return { backgroundTasks: event.count };
    }),
    noteEndReason: assign(({ context }, params: { reason: EndReason }) => ({
      endReason: context.endReason ?? params.reason,
    })),
    noteExit: assign(({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return { record: noteExit(context.record, event, context.endReason ?? 'crashed') };
    }),
    noteCrash: book('claude.exited', noteCrash),
    tellCrash: book('claude.exited', tellCrash),
    giveUpRestarting: book('claude.exited', giveUpRestarting),
    forgetProcess: assign(({ context }) => ({
      endReason: null,
      backgroundTasks: 0,
      processConversation: context.record.claudeSessionId,
    })),
    interrupt: sendTo('claude', { type: 'claude.interrupt' } as const),
    stop: sendTo('claude', { type: 'claude.stop' } as const),
    noteRecovery: bookParams(applyRecovery),
    noteDrained: bookAt(noteDrained),
    forgetRestore: bookParams(forgetRestore),
    tellNoRoom: book('room.full', tellNoRoom),

    // The desk.
    lend: book('desk.requested', (record, { hold, at }) => lend(record, hold, at)),
    lendNot: bookAt(lendNot),
    acceptAtDesk: book('user.message', acceptAtDesk),
    noteDeskOpened: book('desk.opened', (record, { claude }) => noteDeskOpened(record, claude)),
    watchDesk: sendTo('desk', ({ event }) => {
      assertEvent(event, 'desk.opened');
      return { type: 'desk.watch', claude: event.claude } as const;
    }),
    noteDeskConversation: book('desk.conversationSeen', (record, { claudeSessionId }) =>
      noteDeskConversation(record, claudeSessionId),
    ),
    releaseDesk: sendTo('desk', ({ event }) => {
      assertEvent(event, 'desk.handedBack');
      return { type: 'desk.release', conversations: event.conversations } as const;
    }),
    closeDesk: sendTo('desk', { type: 'desk.close' } as const),
    takeBack: book('desk.detached', (record, { visit, at }) => takeBack(record, visit, at)),
    tellAdopted: book('desk.adopted', tellAdopted),

    // What people set.
    changeTimeout: book('user.timeoutChanged', (record, { idleTimeoutMs }) => ({ ...record, idleTimeoutMs })),
    changeWhileWorking: book('user.whileWorkingChanged', (record, { whileWorking }) => ({
      ...record,
      whileWorking,
    })),
    changeSettings: book('user.settingsChanged', (record, { settings }) => changeSettings(record, settings)),
    configure: sendTo('claude', ({ event }) => {
      assertEvent(event, 'user.settingsChanged');
      return { type: 'claude.configure', settings: event.settings } as const;
    }),
    noteMode: book('claude.permissionModeChanged', (record, { permissionMode }) =>
      noteMode(record, permissionMode),
    ),
    changeWorkspace: book('user.workspaceChanged', changeWorkspace),
    beginConversation: book('user.newConversation', (record, { claudeSessionId, at }) =>
      beginConversation(record, claudeSessionId, at),
    ),
    rename: book('user.renamed', rename),
    nameByTitle: book('daemon.titled', nameByTitle),

    // The chat.
    place: book('daemon.placed', (record, { threadId, at }) => place(record, threadId, at)),
    leaveTopic: book('telegram.topicGone', (record, { threadId }) => leaveTopic(record, threadId)),
    moveToChat: book('telegram.chatMigrated', (record, { chatId, at }) => moveToChat(record, chatId, at)),
    notePartSent: book('telegram.partSent', (record, { outboxId, partsSent }) =>
      notePartSent(record, outboxId, partsSent),
    ),
    noteDelivered: book('telegram.delivered', (record, { outboxId, messageId }) =>
      noteDelivered(record, outboxId, messageId),
    ),
    noteOutcomeUnknown: book('telegram.outcomeUnknown', (record, { outboxId, at }) =>
      noteOutcomeUnknown(record, outboxId, at),
    ),
    noteChatRefused: book('telegram.chatRefused', (record, { reason, at }) =>
      noteChatRefused(record, reason, at),
    ),
    noteLiveMessage: book('telegram.liveMessageChanged', (record, { messageId }) => ({
      ...record,
      liveMessageId: messageId,
    })),
    tell: assign(({ context }, params: { notice: Notice; afterMs: number }) => ({
      record: oweNotice(context.record, context.waitingSince + params.afterMs, params.notice),
    })),

    // The state that people see, and time.
    noteState: bookParams((record, { state }: { state: SessionState }) =>
      record.state === state ? record : { ...record, state },
    ),
    /** What Claude asked waits on only if its turn goes on with the next process. */
    noteSuspended: bookAt((record, at) => ({ ...keepForTurn(record, at), state: 'suspended' })),
    touch: bookAt(touch),
    beginWait: assign(({ event, context }) => ({ waitingSince: timeOf(event, context) })),
  },
  guards: {
    isTerminated: ({ context }) => context.record.state === 'terminated',
    isAtDesk: ({ context }) => context.record.desk !== null,
    hasProcess: ({ context }) => context.record.process !== null,
    mayHaveLeftovers: ({ context }) => mayHaveLeftovers(context.record),
    isToBeLive: ({ context, event }) => isToBeLive(context.record, timeOf(event, context)),
    hasWaiting: ({ context }) => nextWaiting(context.record) !== undefined,
    hasNoneWaiting: ({ context }) => nextWaiting(context.record) === undefined,
    hasInHand: ({ context }) => inHand(context.record) !== undefined,
    isUndecided: ({ context, event }) => {
      assertEvent(event, ['user.continue', 'user.drop']);
      return undecided(context.record, event.uuid) !== undefined;
    },
    /** Its process is to end with the turn that runs. */
    isToEnd: ({ context }) => context.endReason !== null,
    crashesTooOften: ({ context, event }) => {
      assertEvent(event, 'claude.exited');
      return crashesTooOften(context.record, event);
    },
    waitsForPeople: ({ event }) => {
      assertEvent(event, 'room.full');
      return waitsForPeople(event);
    },
    isUntrusted: ({ event }) => {
      assertEvent(event, 'claude.exited');
      return event.untrusted !== undefined;
    },
    isOnlyRestored: ({ context }) => isOnlyRestored(context.record),
    isAskedForTrust: ({ context }) => isAskedForTrust(context.record),
    hasNoApprovals: ({ context }) => !context.record.approvals.some(isOpen),
    /** Nobody can see what Claude waits for. */
    hasUnseenApproval: ({ context }) => context.record.approvals.some(({ messageId }) => messageId === null),
    awaitsWords: ({ context }) => awaitsWords(context.record),
    hasBackgroundTasks: ({ context }) => context.backgroundTasks > 0,
    hasNoBackgroundTasks: ({ context }) => context.backgroundTasks === 0,
    isNamedByFolder: ({ context }) => context.record.namedBy === 'folder',
    hasIdleTimeout: ({ context }) => context.record.idleTimeoutMs !== null,
    hasSilenceLimit: ({ context }) => context.limits.silenceMs !== null,
  },
  delays: {
    idleTimeout: ({ context, event }) => remainingMs(context.record, timeOf(event, context)),
    startTimeout: ({ context }) => context.limits.startTimeoutMs,
    interruptTimeout: ({ context }) => context.limits.interruptTimeoutMs,
    stopTimeout: ({ context }) => context.limits.stopTimeoutMs,
    silence: ({ context }) => context.limits.silenceMs ?? Infinity,
  },
});
