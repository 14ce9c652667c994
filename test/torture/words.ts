/** What the bot may say to a message, told apart: the answer, a report that there is none, or a word on the way. Pure. */
import type { Notice } from '../../machines/session-record.ts';
import { choiceClosedText, choiceText } from '../../src/telegram/texts/choices.ts';
import { sessionEndedText } from '../../src/telegram/texts/received-files.ts';
import { keptForRestartText } from '../../src/telegram/texts/messages.ts';
import { noticeText } from '../../src/telegram/texts/notices.ts';

/**
 * `answer`: what the message asked for. `report`: it is not answered, and this says why. `doubt`: the answer may be
 * there, and nobody knows. `word`: more follows. `strange`: nothing that this message should ever get.
 */
export type Meaning = 'answer' | 'report' | 'doubt' | 'word' | 'strange';

const PLAIN: Notice[] = [
  { type: 'interrupted', dropped: 0 },
  { type: 'noAnswer' },
  { type: 'ended', dropped: 1 },
];
const REPORTS = [...PLAIN.map((notice) => noticeText(notice).text), sessionEndedText().text];
const DOUBTS = (['answer', 'question', 'report'] as const).map(
  (what) => noticeText({ type: 'mayBeMissing', what }).text,
);
/** The turn was cut off twice: asked about, and then decided by a person, or by the end of the session. */
const DECIDED = (['drop', 'overtaken'] as const).map((outcome) => choiceClosedText('cutOff', outcome).text);
const UNDECIDED = [
  choiceText({ type: 'cutOff', uuid: '' }).text,
  choiceClosedText('cutOff', 'continue').text,
];
const WORDS = [
  noticeText({ type: 'resumedAfterRestart' }).text,
  noticeText({ type: 'tooLate', wish: 'edit' }).text,
  keptForRestartText().text,
  ...UNDECIDED,
];
/** Claude was killed before it was ready. The message is kept until somebody writes again. */
const NOT_STARTED = noticeText({ type: 'problem', problem: 'startFailed', detail: '' }).text;
const AFTER_CRASH = [afterCrash('continuing'), afterCrash('restarting')];

/** It waits for one of few places. */
const NO_ROOM =
  /^(The one place|All \d+ places) for (a working session|working sessions) here (is|are) taken\. /;
/** Its file was not to be had; its caption goes on. */
const WITHOUT_FILE = /^Claude does not get the file [\s\S]*The rest of the message goes to Claude\./;

/** What follows the sentence that says how it crashed. */
function afterCrash(outcome: 'continuing' | 'restarting'): string {
  const { text } = noticeText({ type: 'crashed', code: null, signal: null, outcome });
  return text.replace('Claude crashed. ', '');
}

/** What the scripted model answers to the one prompt that continues a turn. */
const CONTINUED = /^You said: Your last turn was cut off/;
/** A turn that was stopped, found again in the transcript. */
const STOPPED = /\[Request interrupted by user/;

/** @param asked what a person wrote @param reply what the bot replied to it */
export function meaningOf(asked: string, reply: string): Meaning {
  if (REPORTS.includes(reply) || DECIDED.includes(reply) || droppedWith(reply) > 0) return 'report';
  if (DOUBTS.includes(reply)) return 'doubt';
  if (
    WORDS.includes(reply) ||
    reply.startsWith(NOT_STARTED) ||
    NO_ROOM.test(reply) ||
    WITHOUT_FILE.test(reply) ||
    AFTER_CRASH.some((words) => reply.endsWith(words))
  )
    return 'word';
  if (expectedOf(asked).test(reply) || CONTINUED.test(reply) || STOPPED.test(reply)) return 'answer';
  return 'strange';
}

function expectedOf(asked: string): RegExp {
  const [, command = '', rest = ''] = /^(\w+):? ?([\s\S]*)$/.exec(asked) ?? [];
  switch (command) {
    case 'slow':
      return new RegExp(`^word1 .*word${rest}$`);
    case 'long':
      return /^Paragraph 1\./;
    case 'run':
      return /^(Done:|It did not run:)/;
    case 'file':
      return new RegExp(`^You said:[\\s\\S]*${asked}`);
    case 'remember':
      return new RegExp(`^I will remember ${rest}\\.$`);
    case 'what':
      return /^(You said:|Nothing yet\.)/;
    default:
      return new RegExp(`^You said: ${asked}`);
  }
}

/** A word that may have covered messages and may not have come: it is in no reply to them. */
export function isLostReport(text: string): boolean {
  return text === noticeText({ type: 'mayBeMissing', what: 'report' }).text;
}

/** How many messages beside the one that it answers a notice says to have gone with an interrupted turn. */
export function droppedWith(text: string): number {
  const says = (dropped: number) => text === noticeText({ type: 'interrupted', dropped }).text;
  const count = Number(/\b(\d+) messages that you sent/.exec(text)?.[1] ?? 1);
  return says(count) ? count : 0;
}

/** How many messages a notice says that the end of their session left unanswered; 0 for all other texts. */
export function droppedBy(text: string): number {
  if (text === noticeText({ type: 'ended', dropped: 1 }).text) return 1;
  const count = Number(/\b(\d+) messages were not answered/.exec(text)?.[1] ?? 0);
  return count > 1 && text === noticeText({ type: 'ended', dropped: count }).text ? count : 0;
}

const FAULT = noticeText({ type: 'internalError' }).text;
const UNREADABLE = noticeText({ type: 'recordUnreadable', path: null }).text;

/** A bug that the bot itself tells of. */
export function isFault(text: string): boolean {
  return text === FAULT || text.startsWith(UNREADABLE);
}

/** What a live message shows while its turn goes on: below the words what Claude does, and how long it has been at it. */
export function isProgress(text: string): boolean {
  return /(^|\n)(▸ .+|\p{Lu}\p{L}+…|Waiting for your answer)\n(.+\n)*\d+ (s|min)\b.*$/u.test(text);
}
