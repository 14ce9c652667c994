/** What the bot says when something happened. Read these as a person does who gets them on a phone. */
import { describe, expect, it } from 'vitest';
import type { ClaudeProblem, Notice } from '../../../machines/session-record.ts';
import { noticeText } from '../../../src/telegram/texts/notices.ts';
import { checkEntities } from '../../helpers/tdlib.ts';
import { marked } from '../render/marked.ts';
import { tappableIn } from '../render/tappable.ts';

const said = (notice: Notice) => marked(noticeText(notice));
const problem = (name: ClaudeProblem, detail = '') => said({ type: 'problem', problem: name, detail });

describe('no room for a process', () => {
  const noRoom = (places: number, ahead: number, waitingForPeople: number) =>
    said({ type: 'noRoom', places, ahead, waitingForPeople });

  it('is said with the place in the line, and with what can be done', () => {
    expect(noRoom(8, 0, 7)).toBe(
      'All 8 places for working sessions here are taken. Yours is the next to get one: your message is kept, and answered then. /status shows how far it is, /stop takes it back.',
    );
    expect(noRoom(8, 2, 0)).toContain('taken. 2 sessions come before yours: your message is kept');
    expect(noRoom(1, 1, 0)).toContain(
      'The one place for a working session here is taken. 1 session comes before',
    );
  });

  it('is said to depend on people where it does', () => {
    expect(noRoom(2, 0, 2)).toContain("In each of them Claude waits for somebody's answer, so this may last");
    expect(noRoom(1, 0, 1)).toContain('There Claude waits for somebody');
  });
});

describe('a problem that a person can mend', () => {
  it('is said with what to do on the host, or in the chat', () => {
    expect({
      executableNotFound: problem('executableNotFound'),
      notLoggedIn: problem('notLoggedIn'),
      outOfUsage: problem('outOfUsage'),
      overloaded: problem('overloaded'),
      workspaceGone: problem('workspaceGone', '/srv/app'),
      conversationUnknown: problem('conversationUnknown'),
      startFailed: problem('startFailed', 'unknown option --x'),
    }).toMatchInlineSnapshot(`
      {
        "conversationUnknown": "Claude Code no longer has this conversation on the host, so it can't go on. Put its transcripts back from a backup (<code>~/.claude/projects</code>) and write again, or start another one with /new and write your message there.",
        "executableNotFound": "Claude Code is not found on the host. Install Hibernaut again, which brings it, or set <code>CLAUDE_COMMAND</code> to where it is. Then write again: your message is kept.",
        "notLoggedIn": "Claude Code is not logged in. Run <code>claude</code> on the host and there <code>/login</code>, then write again: your message is kept.",
        "outOfUsage": "Claude's usage limit is reached. Write again when it is reset or raised: your message is kept.",
        "overloaded": "Claude can't be reached, or is overloaded. Write again in a few minutes: your message is kept.",
        "startFailed": "Claude Code did not start. Run <code>claude</code> in the session's folder on the host to see why, then write again: your message is kept.

      <code>unknown option --x</code>",
        "workspaceGone": "The folder of this session is gone. Put it back on the host and write again, or go on with the conversation in another folder with <code>/cwd folder</code>: your message is kept.

      <code>/srv/app</code>",
      }
    `);
  });

  it('shows foreign words as words, so that nothing in them can be tapped', () => {
    const text = noticeText({ type: 'problem', problem: 'overloaded', detail: 'tap /end, ask @someone' });
    expect(tappableIn(text)).toEqual([]);
    expect(checkEntities(text.text, text.entities)).toBeNull();
  });

  it('names no login command that the chat would take for its own', () => {
    expect(tappableIn(noticeText({ type: 'problem', problem: 'notLoggedIn', detail: '' }))).toEqual([]);
  });
});

describe('a crash', () => {
  it('is said with how the process ended and what happens to the message', () => {
    expect([
      said({ type: 'crashed', code: 1, signal: null, outcome: 'continuing' }),
      said({ type: 'crashed', code: null, signal: 'SIGKILL', outcome: 'restarting' }),
      said({ type: 'crashed', code: null, signal: null, outcome: 'gaveUp' }),
      said({ type: 'tooManyCrashes', count: 4, withinMs: 600_000 }),
    ]).toMatchInlineSnapshot(`
      [
        "Claude crashed (exit code 1). It was started again and goes on with this.",
        "Claude crashed (SIGKILL). It was started again and now gets your message.",
        "Claude crashed. What it was doing is lost, the conversation is not: write again to go on.",
        "Claude crashed 4 times within 10 min, so the session is suspended. What waits is kept: write again to try once more. The log on the host says how it crashed.",
      ]
    `);
  });
});

describe('everything else', () => {
  it('is said in a sentence or two', () => {
    expect([
      said({ type: 'interrupted', dropped: 0 }),
      said({ type: 'unresponsive', waitedFor: 'start' }),
      said({ type: 'unresponsive', waitedFor: 'interrupt' }),
      said({ type: 'processStuck', pid: 123 }),
      said({ type: 'processStuck', pid: null }),
      said({ type: 'noAnswer' }),
      said({ type: 'resumedAfterRestart' }),
      said({ type: 'notSaved', detail: 'ENOSPC: no space left on device' }),
      said({ type: 'internalError' }),
      said({ type: 'recordUnreadable', path: '/data/sessions/x.json.unreadable-1' }),
      said({ type: 'recordUnreadable', path: null }),
      said({ type: 'heldBySuspend', count: 1 }),
      said({ type: 'heldBySuspend', count: 2 }),
      said({ type: 'ended', dropped: 1 }),
      said({ type: 'ended', dropped: 3 }),
    ]).toMatchInlineSnapshot(`
      [
        "Interrupted: this is not answered. Write what to do instead.",
        "Claude did not get ready in time, so it was stopped. Your message is kept: write again to try once more.",
        "Claude did not react to the interruption, so it was stopped. The conversation is kept: write again to go on.",
        "Claude's process does not end. Your messages wait, because no other one may work on this conversation until it has gone. See on the host what keeps process <code>123</code>.",
        "Claude's process does not end. Your messages wait, because no other one may work on this conversation until it has gone. See on the host what keeps it.",
        "Claude ended its turn without answering this. Write it again, perhaps in other words.",
        "I was restarted while Claude worked on this. Claude now goes on where it was.",
        "This session can't be saved on the host's disk. It goes on, but a restart may forget the latest. Look at the disk with Hibernaut's data folder: is it full, or not writable?

      <code>ENOSPC: no space left on device</code>",
        "A fault in the bot stopped this session. Its conversation is kept: write again to go on. The log on the host has the details.",
        "What I kept of the session before this one can't be read, so a new session takes its place. Write again what was not answered yet. It is still on the host, in <code>/data/sessions/x.json.unreadable-1</code>.",
        "What I kept of the session before this one can't be read, so a new session takes its place. Write again what was not answered yet.",
        "One message was not answered before the session was suspended. It is kept: write again, and it goes to Claude first.",
        "2 messages were not answered before the session was suspended. They are kept: write again, and they go to Claude first.",
        "The session ended, so your message was not answered. Write it again to have it answered: that starts a new session.",
        "The session ended, so 3 messages were not answered. Write them again to have them answered: that starts a new session.",
      ]
    `);
  });
});
