/** What is kept of a chat: read once, whoever asks, and changed in that one copy. */
import { expect, it } from 'vitest';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { Chats } from '../../../src/daemon/chats/chats.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { aChat, aRecord, NOON } from '../../helpers/records.ts';

const OWED = {
  messageId: 64,
  threadId: null,
  text: 'Interrupting.',
  entities: [],
  buttons: [],
  partsSent: 0,
  doubts: 0,
};

/** A store with a chat that owes a reply and has one session; each look at the session takes until it is let. */
async function startSlowly() {
  const store = createMemoryStore();
  const session = aRecord();
  await store.saveSession(session);
  await store.saveChat(
    aChat({ sessions: [{ id: session.id, threadId: null, createdBy: 1 }], answered: [64], outbox: [OWED] }),
  );
  const looks: (() => void)[] = [];
  const record = (): Promise<SessionRecord> =>
    new Promise((resolve) => {
      looks.push(() => resolve(session));
    });
  const chats = new Chats({ store, record, now: () => NOON });
  const letLook = (index: number) =>
    expect
      .poll(() => looks[index])
      .toBeDefined()
      .then(() => looks[index]?.());
  return { store, chats, looks, letLook };
}

/** Seen in the torture run (seed 2026, round 137): a reply that Telegram had taken was owed again, for ever. */
it('a reply that was taken stays taken, though somebody asked for the chat while it was being read', async () => {
  const { store, chats, looks, letLook } = await startSlowly();
  const { chatId } = aChat();
  const booked = chats.update(chatId, (chat) => ({ ...chat, outbox: [] }));
  const asked = chats.record(chatId);
  await letLook(0);
  await booked;
  for (const look of looks) look();
  await asked;
  expect((await chats.record(chatId)).outbox).toEqual([]);
  // What happens next in the chat writes what is in memory.
  await chats.update(chatId, (chat) => ({ ...chat, answered: [...chat.answered, 65] }));
  expect(await store.loadChat(chatId)).toMatchObject({ answered: [64, 65], outbox: [] });
});

it('a chat that could not be read is read again for whoever asks next', async () => {
  const store = createMemoryStore();
  await store.saveChat(aChat({ answered: [64] }));
  let isRefusing = true;
  const loadChat: typeof store.loadChat = (chatId) =>
    isRefusing ? Promise.reject(new Error('disk')) : store.loadChat(chatId);
  const chats = new Chats({
    store: {
      loadChat,
      saveChat: (chat) => store.saveChat(chat),
      sessionIds: () => store.sessionIds(),
      savedSince: (ids, at) => store.savedSince(ids, at),
      endedSessions: () => store.endedSessions(),
      setAside: [],
    },
    record: () => Promise.resolve(null),
    now: () => NOON,
  });
  await expect(chats.record(aChat().chatId)).rejects.toThrow('disk');
  isRefusing = false;
  expect((await chats.record(aChat().chatId)).answered).toEqual([64]);
});

/** A chat with a session that rests, one that ended long ago, and one that was saved just now; and who is read. */
async function withManySessions() {
  const store = createMemoryStore();
  const records = [
    aRecord({ id: 'resting' }),
    aRecord({ id: 'over', state: 'terminated', lastActivityAt: 0 }),
    aRecord({ id: 'lately', handled: ['u1'] }),
  ];
  for (const record of records) await store.saveSession(record);
  const sessions = records.map(({ id }) => ({ id, threadId: null, createdBy: 1 }));
  await store.saveChat(aChat({ sessions, current: { main: 'lately' } }));
  const read: string[] = [];
  const chats = new Chats({
    store: {
      loadChat: (chatId) => store.loadChat(chatId),
      saveChat: (chat) => store.saveChat(chat),
      sessionIds: () => store.sessionIds(),
      savedSince: () => Promise.resolve(['lately']),
      endedSessions: () => store.endedSessions(),
      setAside: [],
    },
    record: (id) => {
      read.push(id);
      return store.loadSession(id);
    },
    now: () => NOON,
  });
  return { chats, read };
}

it('who took a message that Telegram may bring again is asked of the sessions that were saved lately, of no others', async () => {
  const { chats, read } = await withManySessions();
  expect(await chats.takerOf(aChat().chatId, 'u1')).toBe('lately');
  expect(read).toEqual(['lately']);
});

it('a new session makes the chat forget those that ended long ago; those that rest are not read', async () => {
  const { chats, read } = await withManySessions();
  const { chatId } = aChat();
  await chats.record(chatId);
  read.length = 0;
  await chats.add(aRecord({ id: 'new' }), 2, true);
  expect(read).toEqual(['over']);
  expect((await chats.record(chatId)).sessions.map(({ id }) => id)).toEqual(['resting', 'lately', 'new']);
});
