/** A restart in the middle of things is a pause for the people in the chat: Claude goes on by itself, and a tap counts whenever it is made. */
import { access, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isAsking, isLiveMessage } from '../helpers/asking.ts';
import { ANNA, BEN, startProgram, type Program } from '../helpers/program.ts';
import { until } from '../helpers/until.ts';

const [CARL, DORA] = [103, 104];

let program: Program;
beforeEach(async () => {
  program = await startProgram({
    HIBERNAUT_DRAIN: '1s',
    HIBERNAUT_ALLOWED_USERS: [ANNA, BEN, CARL, DORA].join(','),
    HIBERNAUT_MAX_LIVE: '4',
  });
});
afterEach(() => program.close());

const said = (pattern: RegExp, chatId = ANNA) =>
  program.telegram.messages(chatId).filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''));

/** What the disk knows of what Claude asks in the chat. */
async function keptApprovals(chatId: number): Promise<{ messageId: number | null }[]> {
  const { id } = await program.session(chatId);
  const record: unknown = JSON.parse(await readFile(join(program.dataDir, 'sessions', `${id}.json`), 'utf8'));
  return (record as { approvals: { messageId: number | null }[] }).approvals;
}

/** Writes it, and resolves with the message with which Claude asks for something, once the disk knows that message. */
async function askedFor(text: string, chatId = ANNA): Promise<number> {
  const { message_id } = program.telegram.sendText({ chatId, text });
  const asked = await program.telegram.waitForMessage(
    chatId,
    (message) => message.message_id > message_id && isAsking(message),
    40_000,
  );
  await until(
    'the record to know what was asked',
    () => keptApprovals(chatId),
    ([approval]) => approval?.messageId === asked.message_id,
  );
  return asked.message_id;
}

const tap = (messageId: number, button: string, chatId = ANNA) =>
  program.telegram.press({ chatId, messageId, button });

/** Until Claude waits for the answer again, in a process of this daemon. */
const isAskedAgain = (chatId: number) =>
  until(
    'Claude to ask again',
    () => program.session(chatId),
    ({ phase }) => phase === 'live.active.awaitingApproval',
    60_000,
  );

/** Until the turn is over, and all is said. Resolves with what the bot has said, without what shows how a turn goes. */
async function heardIn(chatId: number): Promise<string[]> {
  await until(
    'the turn to be over',
    () => program.session(chatId),
    ({ phase, outbox }) => phase === 'live.idle' && outbox === 0,
    60_000,
  );
  return said(/./, chatId)
    .filter((message) => !isLiveMessage(message) && !/^\d+ tools? · /.test(message.text ?? ''))
    .map(({ text }) => text ?? '');
}

const isThere = (name: string) =>
  access(join(program.workspace, name)).then(
    () => true,
    () => false,
  );

/** How the daemon goes; the next one has to be started. */
const ENDS: [string, () => Promise<unknown>][] = [
  ['a stop whose time is up', () => program.stop()],
  ['kill -9', () => program.kill()],
];

describe.each(ENDS)('what Claude asks outlives %s', (_, end) => {
  it('and is in the chat once, whether it is answered while no daemon runs or when it is asked again', async () => {
    const [command, question] = await Promise.all([
      askedFor('insist: run: echo x >> marker && cat marker'),
      askedFor('insist: ask', BEN),
    ]);
    await end();
    const pressed = tap(command, 'Allow');
    await program.start();
    await pressed;
    await isAskedAgain(BEN);
    await tap(question, 'Blue', BEN);
    expect(await heardIn(ANNA)).toEqual([expect.stringMatching(/cat marker\n\nAllowed$/), 'Done: x']);
    expect(await heardIn(BEN)).toEqual([
      expect.stringMatching(/^Claude asks: Which colour[^]*\n\nBlue$/),
      expect.stringMatching(/^Your answer: .*Blue/),
    ]);
    expect(await readFile(join(program.workspace, 'marker'), 'utf8')).toBe('x\n');
  });
});

it('every kind of answer counts that is given while no daemon runs, and for nothing else than what was asked', async () => {
  await program.ask('/mode plan', /plan/i, { chatId: BEN });
  const asked = await Promise.all([
    askedFor('insist: run: touch refused'),
    askedFor('insist: plan', BEN),
    askedFor('run: touch once', CARL),
    askedFor('insist: ask', DORA),
  ]);
  await tap(asked[0], 'Deny and say why');
  await program.stop();
  program.telegram.sendText({ chatId: ANNA, text: 'use another name' });
  const pressed = [tap(asked[1], 'Approve', BEN), tap(asked[2], 'Allow', CARL), tap(asked[3], 'Red', DORA)];
  await program.start();
  await Promise.all(pressed);

  const [refused, planned, other, question] = await Promise.all([ANNA, BEN, CARL, DORA].map(heardIn));
  expect(refused?.filter((text) => /^It did not run: .*use another name/.test(text))).toHaveLength(1);
  expect(refused?.join()).not.toContain('You said');
  expect(planned?.filter((text) => text.endsWith('The plan is approved.'))).toHaveLength(1);
  expect((await program.session(BEN)).permissionMode).toBe('default');
  // In the turn that was taken up Claude does without it.
  expect(other?.[0]).toMatch(/^No longer asked, because Claude went on without it/);
  expect(question?.map((text) => text.split(' ')[0])).toEqual(['Claude', 'Your']);
  expect([await isThere('refused'), await isThere('once')]).toEqual([false, false]);
});

it('what is written for the turn before and during the restart is neither lost nor doubled', async () => {
  const asked = await askedFor('insist: run: echo x >> marker');
  program.telegram.sendText({ chatId: ANNA, text: 'and this in the turn' });
  await until(
    'the message to be taken in',
    () => program.session(),
    ({ inbox }) => inbox === 2,
  );
  await program.stop();
  program.telegram.sendText({ chatId: ANNA, text: 'and this meanwhile' });
  await program.start();
  await isAskedAgain(ANNA);
  await tap(asked, 'Allow');
  const heard = await heardIn(ANNA);
  const prompts = program.model.turns.map(({ text }) => text);
  for (const words of ['and this in the turn', 'and this meanwhile']) {
    expect(prompts.filter((text) => text.includes(words))).toHaveLength(1);
    expect(heard.join('\n').split(`You said: ${words}`)).toHaveLength(2);
  }
  expect(await program.session()).toMatchObject({ inbox: 0, approvals: 0 });
  expect(await readFile(join(program.workspace, 'marker'), 'utf8')).toBe('x\n');
});

it('a turn that takes longer than the stop waits goes on by itself, over two restarts, and nobody is bothered', async () => {
  program.telegram.sendText({ chatId: ANNA, text: 'hang on' });
  const turns = (count: number) =>
    expect.poll(() => program.model.turns.length, { timeout: 30_000 }).toBeGreaterThanOrEqual(count);
  await turns(1);
  for (const restart of [1, 2]) {
    expect(await program.stop()).toBe(0);
    expect(program.claudeProcesses()).toEqual([]);
    await program.start();
    await turns(restart + 1);
    expect(await program.session()).toMatchObject({ state: 'active', inbox: 1 });
  }
  expect(said(/restarted|cut off|crash/i).map(({ text }) => text)).toEqual([]);
  expect(program.model.turns.filter(({ text }) => text === 'hang on')).toHaveLength(1);
});

it('a tap while the daemon waits for it counts, and the turn ends before the stop', async () => {
  await program.stop();
  program.environment['HIBERNAUT_DRAIN'] = '30s';
  await program.start();
  const asked = await askedFor('run: touch marker && echo just in time');
  const stopped = program.stop();
  await tap(asked, 'Allow');
  expect(await stopped).toBe(0);
  expect(await isThere('marker')).toBe(true);
  await program.start();
  expect(await program.session()).toMatchObject({ inbox: 0 });
});
