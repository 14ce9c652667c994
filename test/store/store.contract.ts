/** What every store must do. The lowdb store and the memory store both run this suite. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AccessRecord, ChatRecord, Store, TrustRecord } from '../../src/store/ports.ts';
import { StaleEpochError } from '../../src/store/ports.ts';
import { SESSION_LADDER } from '../../src/store/migrations.ts';
import { aChat, aMessage, anApproval, aRecord, PROCESS } from '../helpers/records.ts';

/** A place that outlives the stores opened on it. */
export interface Place {
  open(): Promise<Store>;
  /** Puts this text where the session's file is, behind the store's back. */
  plantSession(id: string, text: string): Promise<void>;
  /** Texts that were set aside, in no order. */
  textsSetAside(): Promise<string[]>;
  /** The session's file as it is, or null. */
  sessionText(id: string): Promise<string | null>;
}

export function storeContract(name: string, createPlace: () => Promise<Place>): void {
  describe(name, () => {
    let place: Place;
    let store: Store;
    beforeEach(async () => {
      place = await createPlace();
      store = await place.open();
    });
    afterEach(() => store.close());

    /** The store that the next daemon opens. */
    const reopen = async () => {
      await store.close();
      store = await place.open();
    };

    describe('sessions', () => {
      it('has none at first', async () => {
        expect(await store.loadSession('s1')).toBeNull();
        expect(await store.sessionIds()).toEqual([]);
        expect(await store.unquietSessions()).toEqual([]);
      });

      it('gives back what was saved, also after it was opened again', async () => {
        const record = aRecord({ inbox: [aMessage('u1', { text: 'täglich 🐻 \u2028 \ud800' })] });
        await store.saveSession(record);
        expect(await store.loadSession('s1')).toEqual(record);
        await reopen();
        expect(await store.loadSession('s1')).toEqual(record);
      });

      it('keeps every key of a tool input, `__proto__` too', async () => {
        const input = JSON.parse('{"__proto__": {"a": 1}, "constructor": null}') as Record<string, unknown>;
        await store.saveSession(aRecord({ approvals: [anApproval('a', { input })] }));
        const loaded = await store.loadSession('s1');
        expect(JSON.stringify(loaded?.approvals[0]?.input)).toBe(JSON.stringify(input));
      });

      it('shares no object with who saved or loaded it', async () => {
        const record = aRecord();
        await store.saveSession(record);
        record.handled.push('changed afterwards');
        (await store.loadSession('s1'))?.handled.push('changed too');
        expect(await store.loadSession('s1')).toMatchObject({ handled: [] });
      });

      it('keeps the newest of many saves at once, and each resolves', async () => {
        const saves = Array.from({ length: 101 }, (_, count) =>
          store.saveSession(aRecord({ nextOutboxId: count + 1 })),
        );
        await Promise.all(saves);
        expect(await store.loadSession('s1')).toMatchObject({ nextOutboxId: 101 });
      });

      it('shows a save that was asked for before the load', async () => {
        void store.saveSession(aRecord({ name: 'before' }));
        expect(await store.loadSession('s1')).toMatchObject({ name: 'before' });
      });

      it('lists all of them', async () => {
        await store.saveSession(aRecord({ id: 'a', state: 'terminated' }));
        await store.saveSession(aRecord({ id: 'b', state: 'active', process: PROCESS }));
        await reopen();
        expect((await store.sessionIds()).sort()).toEqual(['a', 'b']);
      });

      it.each(['', '.', '..', '../s1', 'a/b', 'a\\b', '.hidden', 's1.json', 'a\0', 'é', 'x'.repeat(101)])(
        'saves and finds nothing under %j, which is no session id',
        async (id) => {
          await expect(store.saveSession(aRecord({ id }))).rejects.toThrow(/is not a session id/);
          expect(await store.loadSession(id)).toBeNull();
          expect(await store.sessionIds()).toEqual([]);
        },
      );

      it('refuses a record that could not be read again, and keeps the one before', async () => {
        await store.saveSession(aRecord());
        const broken = aRecord({ lastActivityAt: NaN });
        await expect(store.saveSession(broken)).rejects.toThrow(/invalid record: lastActivityAt/);
        expect(await store.loadSession('s1')).toEqual(aRecord());
      });
    });

    describe('unquiet sessions', () => {
      const unquiet = {
        active: aRecord({ id: 'active', state: 'active' }),
        idle: aRecord({ id: 'idle', state: 'idle', process: PROCESS }),
        mail: aRecord({ id: 'mail', inbox: [aMessage('u1')] }),
        owing: aRecord({
          id: 'owing',
          outbox: [
            {
              id: 1,
              at: 0,
              replyTo: null,
              partsSent: 0,
              doubts: 0,
              body: { kind: 'answer', markdown: 'hi' },
            },
          ],
        }),
        drained: aRecord({ id: 'drained', lastEnd: { reason: 'drained', code: 0, signal: null, at: 0 } }),
      };
      const quiet = [
        aRecord({ id: 'suspended' }),
        aRecord({ id: 'ended', state: 'terminated' }),
        aRecord({ id: 'held', inbox: [aMessage('u2', { state: 'held' })] }),
      ];

      it('are those with something running or owed', async () => {
        for (const record of [...Object.values(unquiet), ...quiet]) await store.saveSession(record);
        expect((await store.unquietSessions()).sort()).toEqual(Object.keys(unquiet).sort());
        await reopen();
        expect((await store.unquietSessions()).sort()).toEqual(Object.keys(unquiet).sort());
      });

      it('are forgotten once they are quiet, and known again when they are not', async () => {
        await store.saveSession(aRecord({ state: 'active' }));
        await store.saveSession(aRecord());
        expect(await store.unquietSessions()).toEqual([]);
        await store.saveSession(aRecord({ state: 'active' }));
        await reopen();
        expect(await store.unquietSessions()).toEqual(['s1']);
      });
    });

    it('counts sessions, and of them those that have ended, after a restart too', async () => {
      expect(await store.countSessions()).toEqual({ all: 0, ended: 0 });
      for (const id of ['s1', 's2', 's3']) await store.saveSession(aRecord({ id, state: 'active' }));
      for (const name of ['ended', 'and saved again']) {
        await store.saveSession(aRecord({ id: 's2', state: 'terminated', name }));
      }
      expect(await store.countSessions()).toEqual({ all: 3, ended: 1 });
      await reopen();
      expect(await store.countSessions()).toEqual({ all: 3, ended: 1 });
    });

    it('names those that have ended, after a restart too', async () => {
      await store.saveSession(aRecord({ id: 's1' }));
      await store.saveSession(aRecord({ id: 's2', state: 'terminated' }));
      expect(await store.endedSessions()).toEqual(['s2']);
      await reopen();
      expect(await store.endedSessions()).toEqual(['s2']);
    });

    it('names the sessions that have a conversation, after a restart too', async () => {
      await store.saveSession(aRecord({ id: 's1', claudeSessionId: 'c1' }));
      await store.saveSession(aRecord({ id: 's2', claudeSessionId: 'c2' }));
      await store.saveSession(aRecord({ id: 's3', claudeSessionId: 'c1', state: 'terminated' }));
      const found = async () => (await store.sessionsWith('c1')).sort();
      expect(await found()).toEqual(['s1', 's3']);
      await reopen();
      expect(await found()).toEqual(['s1', 's3']);
      expect(await store.sessionsWith('c3')).toEqual([]);
    });

    it('names those that were saved since', async () => {
      const before = Date.now() - 60_000;
      await store.saveSession(aRecord({ id: 's1' }));
      expect(await store.savedSince(['s1', 's2'], before)).toEqual(['s1']);
    });

    it('names the chats that owe something, have something on its way, or are being moved, after a restart too', async () => {
      const owed = { messageId: 1, threadId: null, text: 'hi', entities: [], buttons: [] };
      await store.saveChat(aChat({ chatId: 1 }));
      await store.saveChat(aChat({ chatId: 2, outbox: [{ ...owed, partsSent: 0, doubts: 0 }] }));
      await store.saveChat(aChat({ chatId: -3, movedTo: -4, hints: ['transcriber'] }));
      await store.saveChat(aChat({ chatId: -5, movedTo: -6 }));
      expect((await store.unquietChats()).sort()).toEqual([-3, 2]);
      await reopen();
      expect((await store.unquietChats()).sort()).toEqual([-3, 2]);
    });

    describe('epochs', () => {
      it('counts each start', async () => {
        expect(store.epoch).toBe(1);
        await reopen();
        expect(store.epoch).toBe(2);
      });

      it('refuses a save under an older epoch than the stored one', async () => {
        await store.saveSession(aRecord({ epoch: 5, name: 'later daemon' }));
        await reopen();
        const save = store.saveSession(aRecord({ epoch: 4, name: 'earlier daemon' }));
        await expect(save).rejects.toThrow(StaleEpochError);
        await expect(save).rejects.toThrow(/Session s1 .*epoch 5; this one has 4/);
        expect(await store.loadSession('s1')).toMatchObject({ name: 'later daemon' });
      });

      it('refuses it also when another daemon saved after the record was loaded', async () => {
        await store.saveSession(aRecord({ epoch: 1 }));
        await store.loadSession('s1');
        await place.plantSession('s1', JSON.stringify(aRecord({ epoch: 2 })));
        await expect(store.saveSession(aRecord({ epoch: 1 }))).rejects.toThrow(StaleEpochError);
      });

      it('refuses the older of two at once, and keeps the other', async () => {
        const newer = store.saveSession(aRecord({ epoch: 2 }));
        await expect(store.saveSession(aRecord({ epoch: 1 }))).rejects.toThrow(StaleEpochError);
        await newer;
        expect(await store.loadSession('s1')).toMatchObject({ epoch: 2 });
      });

      it('takes a save under the same or a later one', async () => {
        await store.saveSession(aRecord({ epoch: 5 }));
        await store.saveSession(aRecord({ epoch: 5, name: 'same' }));
        await store.saveSession(aRecord({ epoch: 6, name: 'later' }));
        expect(await store.loadSession('s1')).toMatchObject({ name: 'later' });
      });
    });

    describe('trust', () => {
      const trust: TrustRecord = { version: 1, folders: { '/home/anna/work': { at: 5, seen: ['a', 'b'] } } };

      it('is in nothing at first, then what was saved last, also after it was opened again', async () => {
        expect(await store.loadTrust()).toBeNull();
        await store.saveTrust({ version: 1, folders: {} });
        await store.saveTrust(trust);
        await reopen();
        expect(await store.loadTrust()).toEqual(trust);
      });
    });

    describe('access', () => {
      const access: AccessRecord = {
        version: 1,
        people: [{ userId: 8, name: 'Bén 🐻', since: 5, how: 'paired', messageId: 3 }],
        pairing: { codeHash: 'a'.repeat(64), expiresAt: 6 },
      };

      it('is nobody at first, then what was saved last, also after it was opened again', async () => {
        expect(await store.loadAccess()).toBeNull();
        await store.saveAccess(access);
        await store.saveAccess({ ...access, pairing: null });
        await reopen();
        expect(await store.loadAccess()).toEqual({ ...access, pairing: null });
      });

      it('is not saved in a shape that could not be read again', async () => {
        const nobody = { ...access, people: access.people.map((person) => ({ ...person, userId: -8 })) };
        await expect(store.saveAccess(nobody)).rejects.toThrow(TypeError);
        expect(await store.loadAccess()).toBeNull();
      });
    });

    describe('chats', () => {
      const chat: ChatRecord = {
        version: 2,
        views: { main: { isVerbose: true, usesDrafts: false } },
        chatId: -1001234567890,
        sessions: [{ id: 's1', threadId: 7, createdBy: 3 }],
        topicNames: { '9': 'the red door' },
        current: { '7': 's1', main: 's2' },
        answered: [41, 42],
        arriving: [
          {
            messageId: 43,
            uuid: 'u43',
            threadId: null,
            sessionId: 's1',
            at: 5,
            prompt: 'u43',
            waitsFor: 'album:1',
            text: 'words',
            context: [{ heading: 'Forwarded', quoted: null }],
            files: [
              {
                fileId: 'f',
                messageId: 43,
                of: 'sender',
                kind: 'voice',
                name: null,
                mimeType: null,
                durationSeconds: 3,
                state: { type: 'kept', path: 'p', bytes: 1, transcript: { type: 'words', text: 'said' } },
              },
            ],
          },
        ],
        arrived: [43],
        hints: ['transcriber'],
        outbox: [
          {
            messageId: 42,
            threadId: null,
            text: 'There is one session here.',
            entities: [{ type: 'bold', offset: 0, length: 5 }],
            buttons: [[{ text: 'work', data: 's:s1' }]],
            partsSent: 0,
            doubts: 0,
          },
        ],
        undeliverable: { since: 5, reason: 'sendMessage: 403 Forbidden: bot was blocked by the user' },
        unconfirmed: { count: 2, at: 6 },
        movedTo: -1002,
      };

      it('gives back what was saved, also after it was opened again', async () => {
        expect(await store.loadChat(chat.chatId)).toBeNull();
        await store.saveChat(chat);
        await store.saveChat({ ...chat, chatId: 7, sessions: [] });
        await reopen();
        expect(await store.loadChat(chat.chatId)).toEqual(chat);
        expect((await store.chatIds()).sort()).toEqual([chat.chatId, 7]);
      });

      it('refuses a chat that could not be read again', async () => {
        await expect(store.saveChat({ ...chat, chatId: 1.5 })).rejects.toThrow(/invalid record: chatId/);
        expect(await store.chatIds()).toEqual([]);
      });
    });

    describe('what cannot be read', () => {
      const secret = 'tell nobody';
      it.each([
        ['empty', ''],
        ['cut off', JSON.stringify(aRecord()).slice(0, -20)],
        ['no object', '"hello"'],
        ['without a version', '{}'],
        ['of a wrong type', JSON.stringify({ ...aRecord(), chatId: '7' })],
        ['with a field too many', JSON.stringify({ ...aRecord(), mood: secret })],
        ['with a field too few', JSON.stringify({ ...aRecord(), handled: undefined })],
        ['of another session', JSON.stringify(aRecord({ id: 's2' }))],
        ['of an unknown old version', JSON.stringify({ ...aRecord(), version: 0 })],
        ['not even text', secret],
      ])('is set aside and loads as none: a file that is %s', async (_, text) => {
        await place.plantSession('s1', text);
        expect(await store.loadSession('s1')).toBeNull();
        expect(await place.textsSetAside()).toEqual([text]);
        expect(store.setAside).toHaveLength(1);
        expect(store.setAside[0]?.name).toBe('s1');
        expect(store.setAside[0]?.path).toMatch(/s1\.json\.unreadable-/);
        expect(store.setAside[0]?.why).toMatch(/./);
        expect(JSON.stringify(store.setAside)).not.toContain(secret);
        expect(await store.sessionIds()).toEqual([]);
      });

      it('is never overwritten: a save sets it aside first', async () => {
        await place.plantSession('s1', 'first');
        await store.saveSession(aRecord());
        expect(await store.loadSession('s1')).toEqual(aRecord());
        await place.plantSession('s1', 'second');
        await store.saveSession(aRecord({ name: 'again' }));
        expect((await place.textsSetAside()).sort()).toEqual(['first', 'second']);
        expect(store.setAside.map(({ path }) => path)).toHaveLength(2);
      });

      it('is left alone if a newer Hibernaut wrote it, and no save takes its place', async () => {
        const version = SESSION_LADDER.current + 1;
        const newer = JSON.stringify({ version, id: 's1', hopes: [] });
        await place.plantSession('s1', newer);
        expect(await store.loadSession('s1')).toBeNull();
        expect(await store.loadSession('s1')).toBeNull();
        expect(store.setAside).toHaveLength(1);
        expect(store.setAside[0]?.path).toMatch(/s1\.json$/);
        expect(store.setAside[0]?.why).toContain(`version ${String(version)}`);
        await expect(store.saveSession(aRecord())).rejects.toThrow(/newer Hibernaut.*Update Hibernaut/);
        expect(await place.sessionText('s1')).toBe(newer);
        expect(await place.textsSetAside()).toEqual([]);
      });
    });

    it('takes no save once it is closed, and those before it are durable', async () => {
      const save = store.saveSession(aRecord());
      await store.close();
      const closed = store;
      store = await place.open();
      expect(await store.loadSession('s1')).toEqual(aRecord());
      await save;
      await expect(closed.saveSession(aRecord({ name: 'late' }))).rejects.toThrow(/is closed/);
      await expect(closed.saveChat(aChat({ chatId: 1 }))).rejects.toThrow(/is closed/);
    });
  });
}
