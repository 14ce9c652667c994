import { describe, expect, it } from 'vitest';
import { keptForRestartText } from '../../src/telegram/texts/messages.ts';
import { sessionEndedText } from '../../src/telegram/texts/received-files.ts';
import { noticeText } from '../../src/telegram/texts/notices.ts';
import { aRecord } from '../helpers/records.ts';
import { balance } from './books.ts';
import type { BotMessage, Evidence, Send } from './evidence.ts';
import type { Commanded, Said } from './people.ts';
import { ADDRESSES } from './places.ts';

const anna = ADDRESSES.anna;

const said = (messageId: number, text: string): Said => ({
  address: anna,
  messageId,
  uuid: `uuid-${String(messageId)}`,
  text,
  edits: [],
});
const reply = (messageId: number, replyTo: number | null, text: string): BotMessage => ({
  chatId: anna.chatId,
  threadId: null,
  messageId,
  replyTo,
  text,
  hasButtons: false,
});
const send = (replyTo: number, text: string, at: number, isUnknown = false): Send => ({
  chatId: anna.chatId,
  replyTo,
  text,
  at,
  isUnknown,
});
const command = (messageId: number, text: string, at: number): Commanded => ({
  address: anna,
  messageId,
  text,
  at,
});

const nothing: Evidence = {
  said: [],
  commanded: [],
  ordered: [],
  bot: [],
  sends: [],
  deaths: [],
  prompts: [],
  sessions: [],
  badFiles: [],
  saidToStranger: 0,
  denied: [],
  did: [],
};
const problemsOf = (evidence: Partial<Evidence>) => balance({ ...nothing, ...evidence }).problems;

describe('the books balance when', () => {
  it('each message has its answer', () => {
    const evidence = {
      said: [said(1, 'note a'), said(2, 'slow 3'), said(3, 'run: touch did-x'), said(4, 'remember b')],
      bot: [
        reply(5, 1, 'You said: note a'),
        reply(6, 2, 'word1 word2 word3'),
        reply(7, 3, 'Done:'),
        reply(8, 4, 'I will remember b.'),
      ],
    };
    expect(problemsOf(evidence)).toEqual([]);
  });

  it('a message is told that it waits for a restart, and answered after it', () => {
    const kept = reply(2, 1, keptForRestartText().text);
    const evidence = { said: [said(1, 'note a')], bot: [kept, reply(3, 1, 'You said: note a')] };
    expect(problemsOf(evidence)).toEqual([]);
    expect(problemsOf({ ...evidence, bot: [kept] })).toHaveLength(1);
  });

  it('a message is reported as interrupted, or its session ended', () => {
    const ended = noticeText({ type: 'ended', dropped: 2 }).text;
    const evidence = {
      said: [said(1, 'note a'), said(2, 'note b'), said(3, 'note c')],
      bot: [reply(4, 1, noticeText({ type: 'interrupted', dropped: 0 }).text), reply(5, null, ended)],
    };
    expect(problemsOf(evidence)).toEqual([]);
  });

  it('a message went into the turn of another one, or was stopped with it', () => {
    const evidence = {
      said: [said(1, 'run: touch did-x'), said(2, 'note b'), said(3, 'slow 50'), said(4, 'note d')],
      bot: [
        reply(5, 1, 'Done: x\n\nYou said: note b'),
        reply(6, 3, noticeText({ type: 'interrupted', dropped: 1 }).text),
      ],
      prompts: [{ uuid: said(2, '').uuid, text: 'note b', isJoined: true }],
    };
    expect(problemsOf(evidence)).toEqual([]);
    expect(problemsOf({ ...evidence, prompts: [] })).toHaveLength(1);
  });

  it('a message was changed, in time or too late, or its new words went into the turn of another one', () => {
    const changed = { ...said(1, 'note a'), edits: ['uuid-new'] };
    const tooLate = reply(2, 1, noticeText({ type: 'tooLate', wish: 'edit' }).text);
    expect(problemsOf({ said: [changed], bot: [reply(3, 1, 'You said: note a, changed 1')] })).toEqual([]);
    expect(problemsOf({ said: [changed], bot: [tooLate, reply(3, 1, 'You said: note a')] })).toEqual([]);
    const prompts = [{ uuid: 'uuid-new', text: 'note a, changed 1', isJoined: true }];
    expect(problemsOf({ said: [changed], prompts })).toEqual([]);
  });

  it('a file came with its caption, or only the caption, or not before its session ended', () => {
    const bot = [
      reply(4, 1, 'You said: <telegram>\nFiles\n</telegram>\n\nfile a'),
      reply(5, 2, 'Claude does not get the file b.txt: gone.\nThe rest of the message goes to Claude.'),
      reply(6, 2, 'You said: <telegram>\nnot there\n</telegram>\n\nfile b'),
      reply(7, 3, sessionEndedText().text),
    ];
    expect(problemsOf({ said: [said(1, 'file a'), said(2, 'file b'), said(3, 'file c')], bot })).toEqual([]);
  });

  it('a message waited for one of few places, and was answered', () => {
    const full = { type: 'noRoom', places: 2, ahead: 0, waitingForPeople: 0 } as const;
    const bot = [reply(2, 1, noticeText(full).text), reply(3, 1, 'You said: note a')];
    expect(problemsOf({ said: [said(1, 'note a')], bot })).toEqual([]);
  });

  it('nobody knows what became of an answer, and the chat was told so', () => {
    const bot = [reply(2, 1, noticeText({ type: 'mayBeMissing', what: 'answer' }).text)];
    expect(problemsOf({ said: [said(1, 'note a')], bot })).toEqual([]);
  });
});

describe('the books do not balance when', () => {
  it('a message has no answer', () => {
    expect(problemsOf({ said: [said(1, 'note a')] })).toEqual([expect.stringMatching(/Neither .* "note a"/)]);
  });

  it('a message has only a word on the way to its answer', () => {
    const bot = [reply(2, 1, noticeText({ type: 'resumedAfterRestart' }).text)];
    expect(problemsOf({ said: [said(1, 'note a')], bot })).toHaveLength(1);
  });

  it('more messages are without answer than went with their session', () => {
    const bot = [reply(3, null, noticeText({ type: 'ended', dropped: 1 }).text)];
    expect(problemsOf({ said: [said(1, 'note a'), said(2, 'note b')], bot })).toHaveLength(1);
  });

  it('a message has the answer to another one', () => {
    const bot = [reply(2, 1, 'You said: note b')];
    expect(problemsOf({ said: [said(1, 'note a')], bot })).toContainEqual(
      expect.stringMatching(/was replied to with "You said: note b"/),
    );
  });

  it('a command has no reply', () => {
    expect(problemsOf({ commanded: [command(1, '/status', 100)] })).toEqual([
      expect.stringMatching(/"\/status" .* got no reply/),
    ]);
  });

  it('a later message was answered first', () => {
    const evidence = {
      said: [said(1, 'note a'), said(2, 'note b')],
      bot: [reply(3, 2, 'You said: note b'), reply(4, 1, 'You said: note a')],
      sessions: [aRecord({ handled: ['uuid-1', 'uuid-2'] })],
    };
    expect(problemsOf(evidence)).toEqual([expect.stringMatching(/"note b".* was answered before "note a"/)]);
  });

  it('a prompt is twice in the transcripts, by its uuid or by its text', () => {
    const prompts = [
      { uuid: 'uuid-1', text: 'note a', isJoined: false },
      { uuid: 'other', text: 'note a', isJoined: false },
      { uuid: 'other', text: 'hello', isJoined: false },
    ];
    const evidence = { said: [said(1, 'note a')], bot: [reply(2, 1, 'You said: note a')], prompts };
    expect(problemsOf(evidence)).toEqual([
      'The prompt other is more than once in the transcripts.',
      'Claude got "note a" more than once.',
    ]);
  });

  it('a conversation has forgotten what was answered in it', () => {
    const asked = [said(1, 'note a'), said(2, 'note b'), said(3, 'what did I say?')];
    const sessions = [aRecord({ handled: ['uuid-1', 'uuid-2', 'uuid-3'] })];
    const answers = [reply(4, 1, 'You said: note a'), reply(5, 2, 'You said: note b')];
    const recalled = (text: string, more: Partial<Evidence> = {}) =>
      problemsOf({ said: asked, sessions, bot: [...answers, reply(6, 3, text)], ...more });
    expect(recalled('You said:\n\n1. note a\n2. note b')).toEqual([]);
    expect(recalled('You said:\n\n1. note b')).toEqual([expect.stringMatching(/has forgotten "note a"/)]);
    expect(recalled('Nothing yet.')).toHaveLength(2);
    // A new conversation was begun after the first one.
    const cleared = { commanded: [command(1.5, '/clear', 0)] };
    expect(recalled('You said:\n\n1. note b', cleared)).toEqual([expect.stringMatching(/no reply/)]);
  });

  it('the bot tells of a fault in itself', () => {
    const bot = [reply(2, null, noticeText({ type: 'internalError' }).text)];
    expect(problemsOf({ bot })).toHaveLength(1);
  });

  it('a live message stays behind, and nothing has happened that explains it', () => {
    const bot = [reply(2, null, 'word1 word2\n\nWriting…\n3 s')];
    expect(problemsOf({ bot })).toEqual([expect.stringMatching(/live message stayed/)]);
    expect(problemsOf({ bot, deaths: [{ at: 1, how: 'killed' }] })).toEqual([]);
  });

  it('one /end ended two sessions', () => {
    const evidence = {
      commanded: [command(1, '/end', 0)],
      bot: [reply(2, 1, 'ended')],
      sessions: ['a', 'b'].map((id) => aRecord({ id, chatId: anna.chatId, state: 'terminated' as const })),
    };
    expect(problemsOf(evidence)).toHaveLength(1);
    expect(problemsOf({ ...evidence, ordered: [{ place: 'anna', order: 'end' }] })).toEqual([]);
    expect(problemsOf({ ...evidence, ordered: [{ place: 'anna', order: 'stop' }] })).toHaveLength(1);
  });

  it('a denied tool ran, a stranger was answered, a record is none', () => {
    const evidence = {
      denied: ['run: touch did-a-1'],
      did: ['a-1'],
      saidToStranger: 1,
      badFiles: ['x.json'],
    };
    expect(problemsOf(evidence)).toHaveLength(3);
  });
});

describe('an answer that came twice', () => {
  const text = 'You said: note a';
  const evidence = { said: [said(1, 'note a')], bot: [reply(2, 1, text), reply(3, 1, text)] };
  const judge = (more: Partial<Evidence>) => balance({ ...nothing, ...evidence, ...more });

  it('is a problem', () => {
    const { problems, doubledSends } = judge({ sends: [send(1, text, 10), send(1, text, 20)] });
    expect(problems).toEqual([expect.stringMatching(/answered 2 times/)]);
    expect(doubledSends).toBe(0);
  });

  it('is none if the first one was cut off', () => {
    expect(judge({ sends: [send(1, text, 10, true), send(1, text, 20)] })).toEqual({
      problems: [],
      doubledSends: 1,
    });
  });

  it('is none if the daemon died before it could book the first one', () => {
    const sends = [send(1, text, 10), send(1, text, 20)];
    expect(judge({ sends, deaths: [{ at: 15, how: 'killed' }] })).toEqual({ problems: [], doubledSends: 1 });
    expect(judge({ sends, deaths: [{ at: 25, how: 'killed' }] }).problems).toHaveLength(1);
  });

  it('is a problem if the two differ', () => {
    const bot = [reply(2, 1, text), reply(3, 1, noticeText({ type: 'interrupted', dropped: 0 }).text)];
    const sends = [send(1, text, 10, true), send(1, text, 20)];
    expect(judge({ bot, sends }).problems).toHaveLength(1);
  });
});
