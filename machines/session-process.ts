/** How the ends of a session's processes are booked: their reasons, the crashes, what recovery found. Pure. */
import { closeAllApprovals, tellSaidIsLost } from './session-approvals.ts';
import { ask, closeChoices, isAboutSilence } from './session-choices.ts';
import type { Recovery } from './session-events.ts';
import { handle, inHand, nextWaiting, replace, replaceByContinuation } from './session-inbox.ts';
import { closeLiveMessage, owe, oweNotice } from './session-outbox.ts';
import type { EndReason, InboxMessage, Notice, SessionRecord } from './session-record.ts';
import { noteTotalKept } from './session-usage.ts';

/** After so many restarts within `CRASH_WINDOW_MS` a session stays suspended and says so. */
export const MAX_RESTARTS = 3;
export const CRASH_WINDOW_MS = 10 * 60_000;

interface Exit {
  code: number | null;
  signal: string | null;
  at: number;
}

/** The process has gone: nothing that it asked for can be answered any more. */
export function noteExit(record: SessionRecord, exit: Exit, reason: EndReason): SessionRecord {
  const { code, signal, at } = exit;
  const gone: SessionRecord = { ...record, process: null, lastEnd: { reason, code, signal, at } };
  return closeWhatItAsked(noteTotalKept(gone, exit), at);
}

function closeWhatItAsked(record: SessionRecord, at: number): SessionRecord {
  const quiet = closeChoices(closeLiveMessage(record, at), isAboutSilence, 'overtaken', at);
  return tellSaidIsLost(closeAllApprovals(quiet, 'ended', at), at);
}

/**
 * A process that nobody ended has gone. It counts towards the limit of restarts. A crash in the future is one from before
 * the wall clock was set back, and would otherwise count for as long as it was.
 */
export function noteCrash(record: SessionRecord, exit: Exit): SessionRecord {
  const crashes = [...record.crashes.filter((at) => Math.abs(exit.at - at) < CRASH_WINDOW_MS), exit.at];
  return { ...noteExit(record, exit, 'crashed'), crashes };
}

/** Tells the chat that its turn crashed, unless the message in hand will tell more once its fate is known. */
export function tellCrash(record: SessionRecord, { code, signal, at }: Exit): SessionRecord {
  if (inHand(record)) return record;
  const outcome = nextWaiting(record) ? 'restarting' : 'gaveUp';
  return oweNotice(record, at, { type: 'crashed', code, signal, outcome });
}

export function hasTooManyCrashes(record: SessionRecord): boolean {
  return record.crashes.length > MAX_RESTARTS;
}

/** `asked`: a person had Claude started again. */
type Cause = 'crash' | 'restart' | 'asked';

/** Books what became of the prompts that were in Claude's hands when its process, or the daemon, died. */
export function applyRecovery(record: SessionRecord, { fates, at }: Recovery): SessionRecord {
  const cause = causeOf(record);
  const ended =
    record.process === null
      ? closeWhatItAsked(record, at)
      : noteExit(record, { code: null, signal: null, at }, 'crashed');
  return fates.reduce((left, fate) => applyFate(left, fate, cause, at), ended);
}

/** A process that ended under a daemon was booked as ended at once; one that is still booked died with its daemon. */
function causeOf({ process, lastEnd }: SessionRecord): Cause {
  if (process !== null) return 'restart';
  if (lastEnd?.reason === 'crashed') return 'crash';
  return lastEnd?.reason === 'user' ? 'asked' : 'restart';
}

function applyFate(
  record: SessionRecord,
  fate: Recovery['fates'][number],
  cause: Cause,
  at: number,
): SessionRecord {
  const message = record.inbox.find((candidate) => candidate.uuid === fate.uuid);
  if (!message) return record;
  switch (fate.fate) {
    case 'absent':
      return redeliver(record, message, cause, at);
    case 'answered':
      return handle(
        owe(record, at, { kind: 'answer', markdown: fate.markdown }, message.messageId),
        fate.uuid,
      );
    case 'cutOff':
      return continueTurn(record, message, fate.continuationUuid, cause, at);
  }
}

/** Once by itself, and each time that a person wants it; else they are asked. */
function continueTurn(
  record: SessionRecord,
  message: InboxMessage,
  uuid: string,
  cause: Cause,
  at: number,
): SessionRecord {
  const { messageId, attempt } = message;
  if (cause === 'asked') return replaceByContinuation(record, message, uuid, 'waiting');
  if (attempt === 1) {
    const asked = ask(record, at, { type: 'cutOff', uuid }, messageId);
    return replaceByContinuation(asked, message, uuid, 'undecided');
  }
  const notice: Notice = cause === 'crash' ? crashed(record, 'continuing') : { type: 'resumedAfterRestart' };
  return replaceByContinuation(oweNotice(record, at, notice, messageId), message, uuid, 'waiting');
}

/** It never reached the conversation: it waits as before. After a restart of the daemon nobody needs to know. */
function redeliver(record: SessionRecord, message: InboxMessage, cause: Cause, at: number): SessionRecord {
  if (message.state !== 'delivered') return record;
  const waiting = replace(record, message.uuid, { ...message, state: 'waiting' });
  return cause === 'crash'
    ? oweNotice(waiting, at, crashed(record, 'restarting'), message.messageId)
    : waiting;
}

function crashed(
  { lastEnd }: SessionRecord,
  outcome: 'continuing' | 'restarting',
): Extract<Notice, { type: 'crashed' }> {
  return { type: 'crashed', code: lastEnd?.code ?? null, signal: lastEnd?.signal ?? null, outcome };
}
