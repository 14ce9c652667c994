/** What the bot says when something happened that is no answer of Claude's: what it was, and what to do about it. */
import type { ClaudeProblem, Notice } from '../../../machines/session-record.ts';
import { formatDuration } from '../../words/duration.ts';
import { code, concat, plain, rich, type RichText } from '../render/rich-text.ts';
import { counted } from './amounts.ts';
import { adoptedText, deskClosedText, deskHasItText } from './at-desk.ts';
import { saidOnHostText } from './command-line.ts';

export function noticeText(notice: Notice): RichText {
  switch (notice.type) {
    case 'problem':
      return problemText(notice.problem, notice.detail);
    case 'crashed':
      return rich`${crash(notice)} ${AFTER_CRASH[notice.outcome]}`;
    case 'tooManyCrashes':
      return rich`Claude crashed ${String(notice.count)} times within ${formatDuration(notice.withinMs)}, so the session is suspended. What waits is kept: write again to try once more. The log on the host says how it crashed.`;
    case 'interrupted':
      return interruptedText(notice.dropped);
    case 'tooLate':
      return plain(TOO_LATE[notice.wish]);
    case 'withdrawn':
      return rich`Taken back: Claude does not get this message.`;
    case 'unresponsive':
      return NO_REACTION[notice.waitedFor];
    case 'processStuck':
      return stuckText(notice.pid);
    case 'noRoom':
      return noRoomText(notice);
    case 'noAnswer':
      return rich`Claude ended its turn without answering this. Write it again, perhaps in other words.`;
    case 'resumedAfterRestart':
      return rich`I was restarted while Claude worked on this. Claude now goes on where it was.`;
    case 'notSaved':
      return concat(
        rich`This session can't be saved on the host's disk. It goes on, but a restart may forget the latest. Look at the disk with Hibernaut's data folder: is it full, or not writable?`,
        detailLine(notice.detail),
      );
    case 'mayBeMissing':
      return MAY_BE_MISSING[notice.what];
    case 'recordUnreadable':
      return concat(
        "What I kept of the session before this one can't be read, so a new session takes its place. Write again what was not answered yet.",
        notice.path === null ? '' : rich` It is still on the host, in ${code(notice.path)}.`,
      );
    case 'internalError':
      return rich`A fault in the bot stopped this session. Its conversation is kept: write again to go on. The log on the host has the details.`;
    case 'heldBySuspend':
      return notice.count === 1
        ? rich`One message was not answered before the session was suspended. It is kept: write again, and it goes to Claude first.`
        : rich`${String(notice.count)} messages were not answered before the session was suspended. They are kept: write again, and they go to Claude first.`;
    case 'wordsWanted':
      return plain(WORDS_WANTED[notice.about]);
    case 'wordsLost':
      return rich`Claude's process ended, perhaps before it got these words. If they matter still, write them again.`;
    case 'saidOnHost':
      return saidOnHostText(notice.text);
    case 'deskHasIt':
      return deskHasItText(notice);
    case 'deskClosed':
      return deskClosedText(notice);
    case 'adopted':
      return adoptedText(notice);
    case 'topicBegun':
      return topicBegunText(notice.workspace);
    case 'ended':
      return endedText(notice.dropped);
  }
}

function topicBegunText(workspace: string): RichText {
  return rich`This topic is a session in ${code(workspace)}: what is written here goes to Claude there.`;
}

function interruptedText(dropped: number): RichText {
  if (dropped === 0) return rich`Interrupted: this is not answered. Write what to do instead.`;
  const later = dropped === 1 ? 'the message' : `the ${String(dropped)} messages`;
  return rich`Interrupted: this is not answered, and ${later} that you sent after it went with it. Write what to do instead.`;
}

const TOO_LATE: Record<Extract<Notice, { type: 'tooLate' }>['wish'], string> = {
  edit: 'Claude has your earlier words already. Write what is different in a new message.',
  withdraw: 'Claude has this message already. Write what to do instead, or send /stop.',
};

const MAY_BE_MISSING: Record<Extract<Notice, { type: 'mayBeMissing' }>['what'], RichText> = {
  answer: rich`The connection to Telegram broke twice while Claude's answer to this was sent, so a part of it may be missing, or be there twice. Ask Claude to repeat what you don't see.`,
  question: rich`The connection to Telegram broke twice while Claude's question about this was sent. If you don't see it, Claude waits in vain: /stop interrupts it.`,
  files: rich`The connection to Telegram broke twice while files were sent here, so some of them may be missing, or be there twice. Ask Claude to send those again that you don't see.`,
  report: rich`The connection to Telegram broke twice while I reported here what became of a message, so the report may be missing, or be there twice. Write again what you see no answer to.`,
};

const WORDS_WANTED: Record<Extract<Notice, { type: 'wordsWanted' }>['about'], string> = {
  tool: 'Write why not: your next message here goes to Claude as the reason.',
  plan: 'Write what should be different: your next message here goes to Claude.',
  questions: 'Write your answer: your next message here goes to Claude.',
};

/** Nobody is named: the others may be other people's. */
function noRoomText({ places, ahead, waitingForPeople }: Extract<Notice, { type: 'noRoom' }>): RichText {
  const taken =
    places === 1
      ? 'The one place for a working session here is taken'
      : `All ${String(places)} places for working sessions here are taken`;
  const turn =
    ahead === 0
      ? 'Yours is the next to get one'
      : `${counted(ahead, 'session comes', 'sessions come')} before yours`;
  if (waitingForPeople < places)
    return rich`${taken}. ${turn}: your message is kept, and answered then. /status shows how far it is, /stop takes it back.`;
  const where = places === 1 ? 'There Claude' : 'In each of them Claude';
  return rich`${taken}. ${where} waits for somebody's answer, so this may last: answer what Claude asks (/sessions shows where), or end or suspend one of them. ${turn}: your message is kept.`;
}

type Crash = Extract<Notice, { type: 'crashed' }>;

function crash({ code, signal }: Crash): string {
  if (signal !== null) return `Claude crashed (${signal}).`;
  return code === null ? 'Claude crashed.' : `Claude crashed (exit code ${code}).`;
}

const AFTER_CRASH: Record<Crash['outcome'], string> = {
  continuing: 'It was started again and goes on with this.',
  restarting: 'It was started again and now gets your message.',
  gaveUp: 'What it was doing is lost, the conversation is not: write again to go on.',
};

const NO_REACTION: Record<Extract<Notice, { type: 'unresponsive' }>['waitedFor'], RichText> = {
  start: rich`Claude did not get ready in time, so it was stopped. Your message is kept: write again to try once more.`,
  interrupt: rich`Claude did not react to the interruption, so it was stopped. The conversation is kept: write again to go on.`,
};

function stuckText(pid: number | null): RichText {
  const culprit = pid === null ? 'it' : rich`process ${code(String(pid))}`;
  return rich`Claude's process does not end. Your messages wait, because no other one may work on this conversation until it has gone. See on the host what keeps ${culprit}.`;
}

function endedText(dropped: number): RichText {
  return dropped === 1
    ? rich`The session ended, so your message was not answered. Write it again to have it answered: that starts a new session.`
    : rich`The session ended, so ${String(dropped)} messages were not answered. Write them again to have them answered: that starts a new session.`;
}

function problemText(problem: ClaudeProblem, detail: string): RichText {
  return concat(PROBLEMS[problem], detailLine(detail));
}

const PROBLEMS: Record<ClaudeProblem, RichText> = {
  executableNotFound: rich`Claude Code is not found on the host. Install Hibernaut again, which brings it, or set ${code('CLAUDE_COMMAND')} to where it is. Then write again: your message is kept.`,
  notLoggedIn: rich`Claude Code is not logged in. Run ${code('claude')} on the host and there ${code('/login')}, then write again: your message is kept.`,
  outOfUsage: rich`Claude's usage limit is reached. Write again when it is reset or raised: your message is kept.`,
  overloaded: rich`Claude can't be reached, or is overloaded. Write again in a few minutes: your message is kept.`,
  workspaceGone: rich`The folder of this session is gone. Put it back on the host and write again, or go on with the conversation in another folder with ${code('/cwd folder')}: your message is kept.`,
  conversationUnknown: rich`Claude Code no longer has this conversation on the host, so it can't go on. Put its transcripts back from a backup (${code('~/.claude/projects')}) and write again, or start another one with /new and write your message there.`,
  startFailed: rich`Claude Code did not start. Run ${code('claude')} in the session's folder on the host to see why, then write again: your message is kept.`,
};

/** In code, so that nothing in foreign words can be tapped. */
function detailLine(detail: string): RichText {
  return detail.trim() === '' ? rich`` : rich`\n\n${code(detail)}`;
}
