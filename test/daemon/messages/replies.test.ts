/** What the bot itself says: kept until Telegram took it, said once, whatever the disk and the daemon do. */
import { describe, expect, it } from 'vitest';
import type { OwedReply } from '../../../machines/owed-reply.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../../helpers/test-daemon.ts';

const reply = (messageId: number): OwedReply => ({
  messageId,
  threadId: null,
  text: `reply to ${messageId}`,
  entities: [],
  buttons: [],
  partsSent: 0,
  doubts: 0,
});
const chatOnDisk = ({ store }: TestDaemon) => store.loadChat(7);
const told = ({ telegram }: TestDaemon) => telegram.replied.map(({ reply }) => reply.text);

describe('a reply', () => {
  it('is on disk before it is offered, and off it when Telegram took it; its message stays known', async () => {
    const test = await startTestDaemon();
    test.telegram.isBlocked = true;
    await test.sessions.replies.owe(7, reply(1));
    expect(await chatOnDisk(test)).toMatchObject({ answered: [1], outbox: [reply(1)] });
    await test.sessions.replies.noteTaken(7, 1);
    expect(await chatOnDisk(test)).toMatchObject({ answered: [1], outbox: [] });
    expect(await test.sessions.replies.wasAnswered(7, 1)).toBe(true);
    expect(await test.sessions.replies.wasAnswered(7, 2)).toBe(false);
    expect(await test.sessions.replies.wasAnswered(8, 1)).toBe(false);
  });

  it('that was not taken is said by the next daemon, from the part on that is missing', async () => {
    const before = await startTestDaemon();
    before.telegram.isBlocked = true;
    await before.sessions.replies.owe(7, reply(1));
    await before.sessions.replies.notePart(7, 1, 2);
    const test = await startTestDaemon({ disk: before.store.disk });
    await expect
      .poll(() => test.telegram.replied)
      .toEqual([{ chatId: 7, reply: { ...reply(1), partsSent: 2 } }]);
    expect(await test.sessions.replies.wasAnswered(7, 1)).toBe(true);
    await expect.poll(async () => (await chatOnDisk(test))?.outbox).toEqual([]);
  });

  it('does not disturb what else is kept of the chat', async () => {
    const test = await startTestDaemon();
    await Promise.all([
      test.writes('hi'),
      test.sessions.replies.owe(7, reply(2)),
      test.sessions.create(CHAT, { messageId: 3, argument: '', at: test.now() }),
      test.sessions.replies.owe(7, reply(4)),
    ]);
    await expect.poll(() => told(test)).toEqual(['reply to 2', 'reply to 4']);
    const chat = await chatOnDisk(test);
    expect(chat?.sessions).toHaveLength(2);
    expect(chat?.answered).toEqual([2, 4]);
  });

  it('is said at once though the disk refuses it, and its message waits for the disk or for Telegram', async () => {
    const test = await startTestDaemon();
    test.store.chatRefusal = Object.assign(new Error('disk'), { code: 'ENOSPC' });
    test.telegram.isBlocked = true;
    await expect(test.sessions.replies.owe(7, reply(1))).rejects.toThrow('disk');
    await expect(test.sessions.replies.wasAnswered(7, 1)).rejects.toThrow('disk');
    test.store.chatRefusal = null;
    expect(await test.sessions.replies.wasAnswered(7, 1)).toBe(true);
    expect((await chatOnDisk(test))?.outbox).toHaveLength(1);

    test.store.chatRefusal = new Error('disk');
    test.telegram.isBlocked = false;
    await expect(test.sessions.replies.owe(7, reply(2))).rejects.toThrow('disk');
    await expect.poll(() => told(test)).toEqual(['reply to 2']);
    await expect.poll(() => test.sessions.replies.wasAnswered(7, 2).catch(() => false)).toBe(true);
  });

  // Found by the torture run (seed 2026, round 85): it stayed on disk as owed, and the next daemon said it again.
  it('that Telegram took while the disk refused to book it is booked later, and not said again by the next daemon', async () => {
    const test = await startTestDaemon();
    test.telegram.isBlocked = true;
    await test.sessions.replies.owe(7, reply(1));
    test.store.chatRefusal = Object.assign(new Error('disk'), { code: 'EROFS' });
    await expect(test.sessions.replies.noteTaken(7, 1)).rejects.toThrow('disk');
    test.pass(5_000);
    await expect.poll(() => test.store.chatsRefused).toBe(2);
    test.store.chatRefusal = null;
    await expect.poll(async () => (test.pass(5_000), (await chatOnDisk(test))?.outbox)).toEqual([]);
  });

  it('is one of 50 at most that wait in a chat, and of 200 that are remembered', async () => {
    const test = await startTestDaemon();
    test.telegram.isBlocked = true;
    for (let id = 1; id <= 300; id += 1) await test.sessions.replies.owe(7, reply(id));
    const chat = await chatOnDisk(test);
    expect(chat?.outbox.map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 50 }, (_, i) => i + 1),
    );
    expect(chat?.answered).toHaveLength(200);
    expect(await test.sessions.replies.wasAnswered(7, 300)).toBe(true);
  });
});
