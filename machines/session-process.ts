/** How the ends of a session's processes are booked: their reasons, the crashes, what recovery found. Pure. */
import { tellSaidIsLost } from './session-approvals.ts';
import { keepForTurn } from './session-asked-again.ts';
import { ask, closeChoices, isAboutSilence } from './session-choices.ts';
import type { Recovery } from './session-events.ts';
import {
  allInHand,
  handle,
  inHand,
  nextWaiting,
  putOff,
  replace,
  replaceByContinuation,
} from './session-inbox.ts';
import { closeLiveMessage, owe, oweNotice } from './session-outbox.ts';
import type { EndReason, InboxMessage, Notice, SessionRecord } from './session-record.ts';
import { noteTotalKept } from './session-usage.ts';
import { fulfil, tellUnfulfilled } from './session-wishes.ts';

/** After so many restarts within `CRASH_WINDOW_MS` a session stays suspended and says so. */
const MAX_RESTARTS = 3;
const CRASH_WINDOW_MS = 10 * 60_000;

interface Exit {
  code: number | null;
  signal: string | null;
  at: number;
}

/** The process has gone: what it asked for is over, unless its turn goes on. */
export function noteExit(record: SessionRecord, exit: Exit, reason: EndReason): SessionRecord {
  const { code, signal, at } = exit;
  const gone: SessionRecord = { ...record, process: null, lastEnd: { reason, code, signal, at } };
  return closeWhatItAsked(noteTotalKept(gone, exit), at);
}

function closeWhatItAsked(record: SessionRecord, at: number): SessionRecord {
  const quiet = closeChoices(closeLiveMessage(record, at), isAboutSilence, 'overtaken', at);
  return tellSaidIsLost(keepForTurn(quiet, at), at);
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

/** Whether this crash is one too many. */
export function crashesTooOften(record: SessionRecord, exit: Exit): boolean {
  return noteCrash(record, exit).crashes.length > MAX_RESTARTS;
}

/** What waits does so until its sender writes again. */
export function giveUpRestarting(record: SessionRecord, exit: Exit): SessionRecord {
  const crashed = noteCrash(record, exit);
  const count = crashed.crashes.length;
  return putOff(oweNotice(crashed, exit.at, { type: 'tooManyCrashes', count, withinMs: CRASH_WINDOW_MS }));
}

/**
 * `asked`: a person put the work off, and has it taken up again. `drained`: the daemon was stopped on request, and ended
 * the process in good order.
 */
type Cause = 'crash' | 'restart' | 'drained' | 'asked';

/** Books what became of the prompts that were in Claude's hands when its process, or the daemon, died. */
export function applyRecovery(record: SessionRecord, { fates, at }: Recovery): SessionRecord {
  const cause = causeOf(record);
  const ended =
    record.process === null
      ? closeWhatItAsked(record, at)
      : noteExit(record, { code: null, signal: null, at }, 'crashed');
  const told = fates.find((fate) => isCutShort(ended, fate));
  const booked = fates.reduce(
    (left, fate) => applyFate(left, fate, { cause, at, tells: fate === told }),
    ended,
  );
  return tellSaidIsLost(keepForTurn(booked, at), at);
}

type Fate = Recovery['fates'][number];

/** How a fate is booked. `tells`: one message is told of the crash, not each that Claude had in hand. */
interface Booking {
  cause: Cause;
  at: number;
  tells: boolean;
}

function isCutShort(record: SessionRecord, { uuid, fate }: Fate): boolean {
  const message = allInHand(record).find((candidate) => candidate.uuid === uuid);
  return message !== undefined && message.state !== 'parked' && (fate === 'cutOff' || fate === 'absent');
}

/** A process that ended under a daemon was booked as ended at once; one that is still booked died with its daemon. */
function causeOf({ process, lastEnd }: SessionRecord): Cause {
  if (process !== null) return 'restart';
  if (lastEnd?.reason === 'crashed') return 'crash';
  if (lastEnd?.reason === 'drained') return 'drained';
  return lastEnd?.reason === 'user' || lastEnd?.reason === 'failed' ? 'asked' : 'restart';
}

function applyFate(record: SessionRecord, fate: Fate, booking: Booking): SessionRecord {
  const message = record.inbox.find((candidate) => candidate.uuid === fate.uuid);
  if (!message) return record;
  if (fate.fate === 'absent') return redeliver(record, message, booking);
  const arrived = tellUnfulfilled(record, [message], booking.at);
  switch (fate.fate) {
    case 'answered':
      return handle(
        owe(arrived, booking.at, { kind: 'answer', markdown: fate.markdown }, message.messageId),
        fate.uuid,
      );
    case 'cutOff':
      return continueTurn(arrived, message, fate.continuationUuid, booking);
    case 'joined':
      // Answered with the first message of its turn, or to be answered with what continues that.
      return handle(arrived, fate.uuid);
  }
}

/** Once by itself, and each time that a person wants it; else they are asked. */
function continueTurn(
  record: SessionRecord,
  message: InboxMessage,
  uuid: string,
  { cause, at, tells }: Booking,
): SessionRecord {
  const { messageId, attempt } = message;
  if (message.state === 'parked') return replaceByContinuation(record, message, uuid, 'held');
  // Neither a restart that somebody wanted nor one while Claude waited for a person is more than a pause, however often
  // it happens: nothing failed that might fail again.
  const waitsForPerson = cause === 'restart' && record.approvals.length > 0;
  if (cause === 'asked' || cause === 'drained' || waitsForPerson) {
    return replaceByContinuation(record, message, uuid, 'waiting');
  }
  if (attempt === 1) {
    const asked = ask(record, at, { type: 'cutOff', uuid }, messageId);
    return replaceByContinuation(asked, message, uuid, 'undecided');
  }
  const notice: Notice = cause === 'crash' ? crashed(record, 'continuing') : { type: 'resumedAfterRestart' };
  const told = tells ? oweNotice(record, at, notice, messageId) : record;
  return replaceByContinuation(told, message, uuid, 'waiting');
}

/** It never reached the conversation: it waits as before. After a restart of the daemon nobody needs to know. */
function redeliver(
  record: SessionRecord,
  message: InboxMessage,
  { cause, at, tells }: Booking,
): SessionRecord {
  if (message.wish) return fulfil(record, message, message.wish, at);
  if (message.state === 'parked') return replace(record, message.uuid, { ...message, state: 'held' });
  if (message.state !== 'delivered' && message.state !== 'taken') return record;
  const waiting = replace(record, message.uuid, { ...message, state: 'waiting' });
  return cause === 'crash' && tells
    ? oweNotice(waiting, at, crashed(record, 'restarting'), message.messageId)
    : waiting;
}

function crashed(
  { lastEnd }: SessionRecord,
  outcome: 'continuing' | 'restarting',
): Extract<Notice, { type: 'crashed' }> {
  return { type: 'crashed', code: lastEnd?.code ?? null, signal: lastEnd?.signal ?? null, outcome };
}
