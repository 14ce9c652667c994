/** What a chat can do with its sessions, through the port that Telegram's side calls. */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { SessionView } from '../../machines/session-view.ts';
import type { ChatAddress } from '../../src/telegram/ports.ts';
import { aMessage, anApproval } from '../helpers/records.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../helpers/test-daemon.ts';

const TOPIC: ChatAddress = { chatId: 7, threadId: 5 };

async function creates(
  test: TestDaemon,
  messageId: number,
  argument = '',
  address = CHAT,
): Promise<SessionView> {
  const created = await test.sessions.create(address, { messageId, argument, at: test.now() });
  if ('refused' in created) throw new Error(created.refused);
  return created;
}

describe('creating a session', () => {
  it('makes it the current one, suspended, with the defaults of the configuration', async () => {
    const test = await startTestDaemon({ config: { idleTimeoutMs: 5_000, permissionMode: 'plan' } });
    await mkdir(join(test.workspace, 'app'));
    const created = await creates(test, 1, 'app');
    expect(created).toMatchObject({
      name: 'app',
      workspace: join(test.workspace, 'app'),
      state: 'suspended',
      idleTimeoutMs: 5_000,
      permissionMode: 'plan',
      model: null,
    });
    expect(await test.sessions.current(CHAT)).toEqual(created);
    expect(test.claude.started).toEqual([]);
  });

  it('gives each session of the chat a name of its own', async () => {
    const test = await startTestDaemon();
    await mkdir(join(test.workspace, 'app'));
    const names = [];
    for (const messageId of [1, 2, 3]) names.push((await creates(test, messageId, 'app')).name);
    expect(names).toEqual(['app', 'app 2', 'app 3']);
  });

  it('happens once per Telegram message, also across a restart, and takes nothing back', async () => {
    const before = await startTestDaemon();
    const first = await creates(before, 1);
    const second = await creates(before, 2);
    expect((await creates(before, 1)).id).toBe(first.id);
    const test = await startTestDaemon({ disk: before.store.disk });
    expect((await creates(test, 1)).id).toBe(first.id);
    expect((await test.current()).id).toBe(second.id);
    expect(await test.store.sessionIds()).toHaveLength(2);
  });

  it('leaves one record, not one for each try, while the disk refuses its chat', async () => {
    const test = await startTestDaemon();
    test.store.chatRefusal = new Error('disk');
    for (let tries = 0; tries < 3; tries += 1) await expect(creates(test, 1)).rejects.toThrow('disk');
    test.store.chatRefusal = null;
    const { id } = await creates(test, 1);
    expect(await test.store.sessionIds()).toEqual([id]);
  });

  it('in a folder that is not allowed is refused, and nothing changes', async () => {
    const test = await startTestDaemon();
    const refused = await test.sessions.create(CHAT, { messageId: 1, argument: '/', at: test.now() });
    expect(refused).toHaveProperty('refused');
    expect(await test.sessions.current(CHAT)).toBeNull();
    expect(await test.store.sessionIds()).toEqual([]);
  });
});

describe('the current session', () => {
  it('is none before the first message, and nothing can be told to it', async () => {
    const test = await startTestDaemon();
    expect(await test.sessions.current(CHAT)).toBeNull();
    expect(await test.sessions.list(7)).toEqual([]);
    expect(await test.sessions.suspend(CHAT, test.now())).toBeNull();
    expect(await test.sessions.interrupt(CHAT, test.now())).toBeNull();
    expect(await test.sessions.end(CHAT, test.now())).toBeNull();
    expect(await test.sessions.setIdleTimeout(CHAT, null, test.now())).toBeNull();
    expect(await test.sessions.select(CHAT, 'nosuch')).toBeNull();
    expect(await test.store.sessionIds()).toEqual([]);
  });

  it('can be chosen among those of the chat, the last used first, and survives a restart', async () => {
    const before = await startTestDaemon();
    const first = await creates(before, 1);
    before.pass(1_000);
    const second = await creates(before, 2);
    expect((await before.sessions.list(7)).map(({ id }) => id)).toEqual([second.id, first.id]);
    expect((await before.sessions.select(CHAT, first.id))?.id).toBe(first.id);
    await before.talks('hi', 'Hello.');
    expect(before.claude.latest.input.id).toBe(first.id);
    const test = await startTestDaemon({ disk: before.store.disk });
    expect((await test.current()).id).toBe(first.id);
  });

  it('of a topic is not that of the chat, and neither can choose the other', async () => {
    const test = await startTestDaemon();
    const inChat = await creates(test, 1);
    const inTopic = await creates(test, 2, '', TOPIC);
    expect((await test.current(CHAT)).id).toBe(inChat.id);
    expect((await test.current(TOPIC)).id).toBe(inTopic.id);
    expect((await test.sessions.list(7)).map(({ id }) => id)).toEqual([inChat.id, inTopic.id]);
    expect(await test.sessions.select(CHAT, inTopic.id)).toBeNull();
    expect(await test.sessions.select({ chatId: 8, threadId: null }, inChat.id)).toBeNull();
  });

  it('is suspended when asked to, and the view is the one after that', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const view = await test.sessions.suspend(CHAT, test.now());
    expect(view?.phase).toMatch(/^(live\.stopping|suspended)\./);
    await expect.poll(async () => (await test.current()).state).toBe('suspended');
    expect((await test.current()).lastEnd?.reason).toBe('user');
  });

  it('is interrupted when asked to', async () => {
    const test = await startTestDaemon();
    await test.writes('hi');
    await test.prompted();
    const view = await test.sessions.interrupt(CHAT, test.now());
    expect(view?.phase).toBe('live.active.interrupting');
    expect(view?.hadWork).toBe(true);
    await expect.poll(() => test.claude.latest.received.at(-1)?.type).toBe('claude.interrupt');
  });

  it('has nothing to interrupt when it is idle', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    await expect.poll(async () => (await test.current()).state).toBe('idle');
    expect(await test.sessions.interrupt(CHAT, test.now())).toMatchObject({ state: 'idle', hadWork: false });
  });

  it('gets another idle timeout, which is on disk at once', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const view = await test.sessions.setIdleTimeout(CHAT, 5_000, test.now());
    expect(view).toMatchObject({ idleTimeoutMs: 5_000, suspendsInMs: 5_000 });
    expect(test.stored(view?.id ?? '').idleTimeoutMs).toBe(5_000);
    test.pass(5_000);
    await expect.poll(async () => (await test.current()).state).toBe('suspended');
  });

  it('is ended when asked to, and asking again changes nothing', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    const { id } = await test.current();
    expect(await test.sessions.end(CHAT, test.now())).toMatchObject({ id });
    await expect.poll(() => test.stored(id)).toMatchObject({ state: 'terminated', process: null });
    expect(await test.sessions.end(CHAT, test.now())).toBeNull();
    expect(await test.sessions.list(7)).toEqual([]);
    expect(await test.sessions.select(CHAT, id)).toBeNull();
  });
});

describe('a session by its id', () => {
  it('is shown, told and renamed in its own chat, whether it is current or not', async () => {
    const test = await startTestDaemon();
    const first = await creates(test, 1);
    await creates(test, 2);
    expect((await test.sessions.one(7, first.id))?.id).toBe(first.id);
    expect((await test.sessions.rename(7, first.id, 'door', test.now()))?.name).toBe('door');
    await test.sessions.order(7, first.id, 'wake', test.now());
    await expect.poll(() => test.phase(first.id)).toBe('live.idle');
    await test.sessions.order(7, first.id, 'suspend', test.now());
    await expect.poll(() => test.phase(first.id)).toMatch(/^suspended/);
    await test.sessions.order(7, first.id, 'end', test.now());
    expect(await test.sessions.one(7, first.id)).toBeNull();
  });

  it('is none in another chat, and nothing happens to it from there', async () => {
    const test = await startTestDaemon();
    const { id, name } = await creates(test, 1);
    expect(await test.sessions.one(8, id)).toBeNull();
    expect(await test.sessions.rename(8, id, 'theirs', test.now())).toBeNull();
    expect(await test.sessions.order(8, id, 'end', test.now())).toBeNull();
    expect(await test.sessions.one(7, id)).toMatchObject({ name, state: 'suspended' });
    expect(await test.sessions.one(7, '../chats/7')).toBeNull();
  });
});

describe('answering an approval', () => {
  async function asks(test: TestDaemon, id = 'a1'): Promise<void> {
    await test.writes('do it');
    await test.prompted();
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval(id) });
    await expect.poll(() => test.telegram.told()).toContain('approval');
  }

  it('reaches Claude once; the second answer is too late', async () => {
    const test = await startTestDaemon();
    await asks(test);
    const answers = await Promise.all([
      test.sessions.tapApproval(7, 'a1', 'allow', test.now()),
      test.sessions.tapApproval(7, 'a1', 'deny', test.now()),
    ]);
    expect(answers).toMatchObject([{ before: { id: 'a1' }, after: null }, 'stale']);
    expect(test.claude.latest.received).toContainEqual({
      type: 'claude.answerApproval',
      id: 'a1',
      answer: { type: 'allow' },
    });
    expect(test.claude.latest.received).toHaveLength(2);
  });

  it('from another chat, or of none that is open, has no effect', async () => {
    const test = await startTestDaemon();
    await asks(test);
    expect(await test.sessions.tapApproval(8, 'a1', 'allow', test.now())).toBe('stale');
    expect(await test.sessions.tapApproval(7, 'a2', 'allow', test.now())).toBe('stale');
    expect((await test.current()).phase).toBe('live.active.awaitingApproval');
  });
});

describe('making a choice', () => {
  async function isSilent(test: TestDaemon): Promise<{ sessionId: string; number: number }> {
    await test.writes('do it');
    await test.prompted();
    test.pass(30 * 60_000);
    await expect.poll(() => test.telegram.told()).toContain('choice');
    const { id: sessionId } = await test.current();
    return { sessionId, number: test.stored(sessionId).choices[0]?.number ?? -1 };
  }

  it('acts once; the second tap is too late', async () => {
    const test = await startTestDaemon({ config: { silenceMs: 30 * 60_000 } });
    const choice = await isSilent(test);
    const chosen = await Promise.all([
      test.sessions.choose(7, { ...choice, option: 'interrupt' }, test.now()),
      test.sessions.choose(7, { ...choice, option: 'restart' }, test.now()),
    ]);
    expect(chosen).toEqual([true, false]);
    expect((await test.current()).phase).toBe('live.active.interrupting');
    expect(test.stored(choice.sessionId).choices).toEqual([]);
  });

  it('from another chat, of another session or number, or with an option that it has not, has no effect', async () => {
    const test = await startTestDaemon({ config: { silenceMs: 30 * 60_000 } });
    const choice = await isSilent(test);
    const choose = (chatId: number, over: Partial<Parameters<typeof test.sessions.choose>[1]>) =>
      test.sessions.choose(chatId, { ...choice, option: 'restart', ...over }, test.now());
    expect(await choose(8, {})).toBe(false);
    expect(await choose(7, { sessionId: 'none' })).toBe(false);
    expect(await choose(7, { sessionId: '../chats/7' })).toBe(false);
    expect(await choose(7, { number: choice.number + 1 })).toBe(false);
    expect(await choose(7, { option: 'continue' })).toBe(false);
    expect((await test.current()).phase).toBe('live.active.silent');
  });

  it('wakes a suspended session whose turn was cut off twice', async () => {
    const first = await startTestDaemon();
    await first.talks('hi', 'Hello.');
    const { id } = await first.current();
    await first.daemon.stop();
    const record = first.stored(id);
    first.store.disk.sessions.set(
      id,
      JSON.stringify({
        ...record,
        lastEnd: { ...record.lastEnd, reason: 'idle' },
        inbox: [aMessage('c2', { state: 'undecided', attempt: 1, text: 'go on' })],
        choices: [{ number: 1, about: { type: 'cutOff', uuid: 'c2' }, messageId: 77 }],
      }),
    );
    const test = await startTestDaemon({ disk: first.store.disk });
    expect(await test.sessions.choose(7, { sessionId: id, number: 1, option: 'continue' }, test.now())).toBe(
      true,
    );
    await test.prompted();
    expect(test.claude.latest.prompts.map(({ uuid }) => uuid)).toEqual(['c2']);
    await expect.poll(() => test.telegram.told()).toContain('choiceClosed');
  });
});

describe('what is on disk but cannot be read', () => {
  it('of the current session: a new one takes its place, and the chat is told where the old one is kept', async () => {
    const before = await startTestDaemon();
    await before.talks('hi', 'Hello.');
    const { id } = await before.current();
    before.store.disk.sessions.set(id, '{ torn');
    const test = await startTestDaemon({ disk: before.store.disk });
    await test.talks('again', 'New here.');
    expect(test.telegram.notices()).toEqual([
      { type: 'recordUnreadable', path: `memory/${id}.json.unreadable-1` },
    ]);
    expect((await test.current()).id).not.toBe(id);
    expect((await test.daemon.status()).daemon.unreadable).toMatchObject([{ name: id }]);
  });

  it('of the chat: its sessions are found again by their records', async () => {
    const before = await startTestDaemon();
    const first = await creates(before, 1);
    before.pass(1_000);
    const second = await creates(before, 2);
    before.store.disk.chats.set('7', 'null');
    const test = await startTestDaemon({ disk: before.store.disk });
    expect((await test.current()).id).toBe(second.id);
    expect((await test.sessions.list(7)).map(({ id }) => id)).toEqual([second.id, first.id]);
  });
});

it('forgets sessions that ended long ago, and no others', async () => {
  const test = await startTestDaemon();
  const first = await creates(test, 1);
  await test.sessions.end(CHAT, test.now());
  const second = await creates(test, 2);
  test.pass(26 * 60 * 60_000);
  await creates(test, 3);
  const chat = await test.store.loadChat(7);
  const ids = chat?.sessions.map(({ id }) => id);
  expect(ids).toContain(second.id);
  expect(ids).not.toContain(first.id);
});
