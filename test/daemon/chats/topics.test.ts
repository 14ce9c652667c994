/** Topics as the places of sessions, through the port that Telegram's side calls. */
import { describe, expect, it } from 'vitest';
import type { ChatAddress } from '../../../src/telegram/ports.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../../helpers/test-daemon.ts';

const TOPIC: ChatAddress = { chatId: 7, threadId: 5 };

async function createsForTopic(test: TestDaemon, messageId = 50) {
  const request = { messageId, argument: '. shop', at: test.now(), isForTopic: true };
  const created = await test.sessions.create(CHAT, request);
  if ('refused' in created) throw new Error(created.refused);
  return created;
}

describe('a session that is created for a topic', () => {
  it('is current nowhere until it has its place, and then in its topic only, where it says so', async () => {
    const test = await startTestDaemon();
    await test.writes('in the chat');
    const inChat = await test.current();
    const { id } = await createsForTopic(test);
    expect((await test.current()).id).toBe(inChat.id);
    expect(await test.sessions.place(7, id, 5, test.now())).toMatchObject({ id, threadId: 5 });
    expect((await test.current(TOPIC)).id).toBe(id);
    expect((await test.current()).id).toBe(inChat.id);
    await expect
      .poll(() => test.telegram.sent.filter(({ sessionId }) => sessionId === id))
      .toMatchObject([{ threadId: 5, item: { body: { notice: { type: 'topicBegun' } } } }]);
    await test.talks('hi', 'Hello.', TOPIC);
    expect(test.claude.latest.input.id).toBe(id);
  });

  it('is made once, and placed once, however often both are asked for and whatever restarts in between', async () => {
    const before = await startTestDaemon();
    const { id } = await createsForTopic(before);
    const between = await startTestDaemon({ disk: before.store.disk });
    expect((await createsForTopic(between)).id).toBe(id);
    // The chat's record is not written when the daemon dies.
    between.store.chatRefusal = new Error('disk');
    await expect(between.sessions.place(7, id, 5, between.now())).rejects.toThrow('disk');
    const test = await startTestDaemon({ disk: between.store.disk });
    // It knows of its topic already, so no second one is made.
    expect(await createsForTopic(test)).toMatchObject({ id, threadId: 5 });
    await test.sessions.place(7, id, 5, test.now());
    await test.sessions.place(7, id, 5, test.now());
    expect((await test.current(TOPIC)).id).toBe(id);
    expect(await test.store.sessionIds()).toHaveLength(1);
    expect(test.telegram.notices().filter(({ type }) => type === 'topicBegun').length).toBeLessThan(2);
  });

  it('without a topic to be had is where it was asked for', async () => {
    const test = await startTestDaemon();
    const { id } = await createsForTopic(test);
    await test.sessions.place(7, id, null, test.now());
    expect((await test.current()).id).toBe(id);
    expect(test.telegram.notices()).toEqual([]);
  });

  it('that was asked for in a topic is not in that one, unless none can be made', async () => {
    const test = await startTestDaemon();
    const request = { messageId: 50, argument: '', at: test.now(), isForTopic: true };
    const created = await test.sessions.create(TOPIC, request);
    expect(created).toMatchObject({ threadId: null });
    expect(await test.sessions.current(TOPIC)).toBeNull();
    await test.sessions.place(7, (created as { id: string }).id, 5, test.now());
    expect((await test.current(TOPIC)).id).toBe((created as { id: string }).id);
  });

  it('of another chat can not be placed', async () => {
    const test = await startTestDaemon();
    const { id } = await createsForTopic(test);
    expect(await test.sessions.place(8, id, 5, test.now())).toBeNull();
  });
});

describe("a topic's name", () => {
  it('is that of the session that begins there, and stays a person’s choice', async () => {
    const before = await startTestDaemon();
    await before.sessions.nameTopic(TOPIC, 'the login', before.now());
    const test = await startTestDaemon({ disk: before.store.disk });
    await test.talks('hi', 'Hello.', TOPIC);
    const { id, name } = await test.current(TOPIC);
    expect(name).toBe('the login');
    expect(test.stored(id).namedBy).toBe('person');
    expect((await test.store.loadChat(7))?.topicNames).toEqual({});
  });

  it('outlives the session that has ended', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.', TOPIC);
    await test.sessions.nameTopic(TOPIC, 'the login', test.now());
    await test.sessions.end(TOPIC, test.now());
    await expect.poll(() => test.sessions.current(TOPIC)).toBeNull();
    await test.talks('again', 'Yes.', TOPIC);
    expect((await test.current(TOPIC)).name).toBe('the login');
  });

  it('renames the session that is there', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.', TOPIC);
    await test.sessions.nameTopic(TOPIC, 'the logout', test.now());
    expect((await test.current(TOPIC)).name).toBe('the logout');
  });
});

describe("a topic's title", () => {
  it('follows the state and the name of its session', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.', TOPIC);
    const shown = () => test.telegram.topics.map(({ state }) => state);
    await expect.poll(shown).toContain('working');
    await expect.poll(() => shown().at(-1)).toBe('idle');
    await test.sessions.nameTopic(TOPIC, 'door', test.now());
    await expect.poll(() => test.telegram.topics.at(-1)).toMatchObject({ threadId: 5, name: 'door' });
    await test.sessions.suspend(TOPIC, test.now());
    await expect.poll(() => shown().at(-1)).toBe('suspended');
    await test.sessions.end(TOPIC, test.now());
    await expect.poll(() => shown().at(-1)).toBe('ended');
  });

  it('is not touched by sessions of the chat itself, nor by those that are not current in the topic', async () => {
    const test = await startTestDaemon();
    await test.talks('hi', 'Hello.');
    expect(test.telegram.topics).toEqual([]);
    await test.talks('one', 'One.', TOPIC);
    const { id } = await test.current(TOPIC);
    await test.sessions.create(TOPIC, { messageId: 90, argument: '', at: test.now() });
    await expect.poll(() => test.telegram.topics.at(-1)?.state).toBe('idle');
    const before = test.telegram.topics.length;
    await test.sessions.order(7, id, 'suspend', test.now());
    await expect.poll(() => test.phase(id)).toMatch(/^suspended/);
    expect(test.telegram.topics).toHaveLength(before);
  });
});

it('a topic that was deleted leaves its sessions to the chat itself, where they are found but not current', async () => {
  const test = await startTestDaemon();
  await test.talks('in the chat', 'Yes.');
  const inChat = await test.current();
  await test.talks('hi', 'Hello.', TOPIC);
  const { id } = await test.current(TOPIC);
  test.telegram.reportTopicGone(id, 5);
  await expect.poll(() => test.stored(id).threadId).toBeNull();
  await expect.poll(() => test.sessions.current(TOPIC)).toBeNull();
  expect((await test.current()).id).toBe(inChat.id);
  expect((await test.sessions.select(CHAT, id))?.id).toBe(id);
  await test.talks('still there?', 'Yes, I am.');
  expect(test.claude.latest.input.id).toBe(id);
});
