/** A group that becomes a supergroup, over HTTP, with the daemon around it: its conversation goes on there, whenever the daemon dies. */
import { describe, expect, it } from 'vitest';
import { isAsking } from '../helpers/asking.ts';
import { ME } from '../helpers/bot.ts';
import { startEmulatedDaemon, type EmulatedDaemon } from '../helpers/emulated-daemon.ts';
import { anApproval } from '../helpers/records.ts';

const GROUP = -5;
const SUPERGROUP = -1_000_000_000_005;
const POLL = { timeout: 30_000 };

const say = ({ emulator }: EmulatedDaemon, text: string, chatId = SUPERGROUP) =>
  emulator.sendText({ chatId, userId: ME, text: `@hiber_bot ${text}` });

const prompts = ({ claude }: EmulatedDaemon) =>
  claude.started.flatMap((process) => process.prompts.map(({ text }) => text));

const sessionsOf = async ({ daemon }: EmulatedDaemon) => (await daemon.status()).sessions;

const handled = ({ emulator }: EmulatedDaemon) => expect.poll(() => emulator.pendingUpdates(), POLL).toBe(0);

async function withTalk(): Promise<EmulatedDaemon> {
  const test = await startEmulatedDaemon();
  say(test, 'one', GROUP);
  await expect.poll(() => test.texts(GROUP), POLL).toEqual(['You said: one']);
  return test;
}

/** One session, of the supergroup, that has everything. */
async function goesOn(test: EmulatedDaemon, id: string): Promise<void> {
  say(test, 'two');
  await expect.poll(() => test.texts(SUPERGROUP).at(-1), POLL).toBe('You said: two');
  expect((await sessionsOf(test)).map((session) => [session.id, session.chatId])).toEqual([[id, SUPERGROUP]]);
}

describe('a group that becomes a supergroup', () => {
  it('goes on with its conversation there', async () => {
    const test = await withTalk();
    const [before] = await sessionsOf(test);
    test.emulator.migrate({ chatId: GROUP, userId: 8 });
    await goesOn(test, before?.id ?? '');
    expect(test.claude.started).toHaveLength(1);
    test.emulator.sendText({ chatId: SUPERGROUP, userId: ME, text: '/status@hiber_bot' });
    await expect.poll(() => test.texts(SUPERGROUP).at(-1), POLL).toMatch(/is idle/);
    const after = await test.killAndRestart();
    expect((await sessionsOf(after)).map(({ chatId }) => chatId)).toEqual([SUPERGROUP]);
    say(after, 'three');
    await expect.poll(() => after.texts(SUPERGROUP).at(-1), POLL).toBe('You said: three');
  });

  it('gets the answer to what was asked before, and the question again that waits for a person', async () => {
    const test = await startEmulatedDaemon({ isTalkative: false });
    say(test, 'work', GROUP);
    await expect.poll(() => prompts(test), POLL).toEqual(['work']);
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    const old = await test.emulator.waitForMessage(GROUP, isAsking);
    test.emulator.migrate({ chatId: GROUP, userId: 8 });
    const asked = await test.emulator.waitForMessage(SUPERGROUP, isAsking);
    // The old buttons are nobody's any more.
    void test.emulator.pushCallback({ chatId: GROUP, userId: ME, messageId: old.message_id, data: 'ay:a1' });
    await handled(test);
    const answersOf = () =>
      test.claude.latest.received.filter(({ type }) => type === 'claude.answerApproval').length;
    expect(answersOf()).toBe(0);
    void test.emulator.press({
      chatId: SUPERGROUP,
      userId: ME,
      messageId: asked.message_id,
      button: 'Allow',
    });
    await expect.poll(answersOf, POLL).toBe(1);
    test.claude.latest.answers('done');
    const answer = await test.emulator.waitForMessage(SUPERGROUP, ({ text }) => text === 'done');
    expect(answer.reply_to_message).toBeUndefined();
  });

  it('is found out by an answer that Telegram refuses, if the updates about it never came', async () => {
    const test = await startEmulatedDaemon({ isTalkative: false });
    say(test, 'work', GROUP);
    await expect.poll(() => prompts(test), POLL).toEqual(['work']);
    const [before] = await sessionsOf(test);
    // As if they were older than a day: nobody is told.
    test.emulator.fault({
      method: 'sendMessage',
      times: 1,
      error: {
        code: 400,
        description: 'Bad Request: group chat was upgraded to a supergroup chat',
        migrateTo: SUPERGROUP,
      },
    });
    test.emulator.openChat(SUPERGROUP);
    test.claude.latest.answers('done');
    await expect.poll(() => test.texts(SUPERGROUP), POLL).toEqual(['done']);
    await expect
      .poll(async () => (await sessionsOf(test)).map(({ id, chatId }) => [id, chatId]), POLL)
      .toEqual([[before?.id, SUPERGROUP]]);
  });

  it('takes what was written in the group before into the same conversation, once, though it comes late or again', async () => {
    const test = await withTalk();
    const [{ id } = { id: '' }] = await sessionsOf(test);
    const first = test.emulator.messages(GROUP).find(({ text }) => text?.endsWith('one'));
    test.emulator.migrate({ chatId: GROUP, userId: 8 });
    await handled(test);
    const late = { ...first, message_id: 70, text: '@hiber_bot late' };
    const command = { ...late, message_id: 71, text: '/status@hiber_bot', entities: undefined };
    for (const message of [first, late, command, late, command]) test.emulator.pushUpdate({ message });
    await expect
      .poll(() => test.texts(SUPERGROUP).map((text) => text.split('\n')[0]), POLL)
      .toEqual([expect.stringMatching(/^You said: late|^work/), expect.anything()]);
    await test.settled();
    const after = await test.killAndRestart();
    for (const message of [first, late, command]) after.emulator.pushUpdate({ message });
    await goesOn(after, id);
    expect([...prompts(test), ...prompts(after)]).toEqual(['one', 'late', 'two']);
    expect(after.texts(SUPERGROUP)).toHaveLength(3);
  });

  it('gets a reply that waited for the group, once', async () => {
    const test = await withTalk();
    test.emulator.fault({
      method: 'sendMessage',
      times: 1,
      error: { code: 429, description: 'Too Many Requests', retryAfter: 20 },
    });
    test.emulator.sendText({ chatId: GROUP, userId: ME, text: '/help@hiber_bot' });
    await expect.poll(() => test.calls('sendMessage').length, POLL).toBe(2);
    test.emulator.migrate({ chatId: GROUP, userId: 8 });
    await expect.poll(() => test.texts(SUPERGROUP), POLL).toEqual([expect.stringContaining('/sessions')]);
    say(test, 'two');
    await expect.poll(() => test.texts(SUPERGROUP).at(-1), POLL).toBe('You said: two');
    expect(test.texts(SUPERGROUP)).toHaveLength(2);
  });

  it('keeps its session if the daemon dies between any two steps of the move', async () => {
    const before = await withTalk();
    const [{ id } = { id: '' }] = await sessionsOf(before);
    // Every state of the disk that there is on the way.
    const states: EmulatedDaemon['store']['disk'][] = [];
    const { store } = before;
    const note = () => {
      // What is left of the turn may be saved meanwhile.
      if (!store.disk.chats.get(String(GROUP))?.includes(`"movedTo":${String(SUPERGROUP)}`)) return;
      states.push({
        ...store.disk,
        sessions: new Map(store.disk.sessions),
        chats: new Map(store.disk.chats),
      });
    };
    const { saveChat, saveSession } = {
      saveChat: store.saveChat.bind(store),
      saveSession: store.saveSession.bind(store),
    };
    store.saveChat = async (chat) => {
      await saveChat(chat);
      note();
    };
    store.saveSession = async (session) => {
      await saveSession(session);
      note();
    };
    before.emulator.migrate({ chatId: GROUP, userId: 8 });
    await handled(before);
    await expect.poll(async () => (await sessionsOf(before))[0]?.chatId, POLL).toBe(SUPERGROUP);
    await expect.poll(() => states.length, POLL).toBeGreaterThanOrEqual(4);
    await before.daemon.stopNow();

    for (const [index, disk] of states.entries()) {
      const copy = { ...disk, sessions: new Map(disk.sessions), chats: new Map(disk.chats) };
      const after = await startEmulatedDaemon({ emulator: before.emulator, disk: copy });
      const sessions = await sessionsOf(after);
      expect(sessions.map((session) => [session.id, session.chatId])).toEqual([[id, SUPERGROUP]]);
      say(after, `after step ${String(index)}`);
      await expect
        .poll(() => after.texts(SUPERGROUP).at(-1), POLL)
        .toBe(`You said: after step ${String(index)}`);
      expect(await sessionsOf(after)).toHaveLength(1);
      await after.daemon.stopNow();
    }
  });

  it('is of no concern if nothing is kept of it', async () => {
    const test = await startEmulatedDaemon();
    test.emulator.sendText({ chatId: GROUP, userId: 8, text: 'hello' });
    test.emulator.migrate({ chatId: GROUP, userId: 8 });
    await handled(test);
    expect([test.store.disk.chats.size, test.store.disk.sessions.size]).toEqual([0, 0]);
    expect(test.calls('sendMessage', 'leaveChat')).toEqual([]);
  });
});
