/** Updates from the emulated Bot API to the sessions: nothing is lost, nothing comes from strangers. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { SharedThing } from '../../src/sandbox/ports.ts';
import { COMMAND_NAMES } from '../../src/telegram/texts/command-names.ts';
import { uuidOf } from '../../src/uuid.ts';
import { makeBot, ME, startBot } from '../helpers/bot.ts';

const STRANGER = 666;

describe('receiving', () => {
  it("hands a message to the chat's session with a uuid that is always the same for it", async () => {
    const { emulator, sessions } = await startBot({ now: () => 1_234 });
    const { message_id: messageId } = emulator.sendText({ chatId: ME, text: 'hello' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    expect(sessions.accepted[0]).toEqual({
      chatId: ME,
      threadId: null,
      messageId,
      uuid: uuidOf(emulator.bot.id, ME, messageId),
      text: 'hello',
      at: 1_234,
    });
  });

  it('keeps the order in each chat, and takes what was written while no daemon ran', async () => {
    const emulator = await startEmulator();
    const bot = makeBot(emulator, { allowedUsers: [ME, 8] });
    for (const text of ['one', 'two', 'three']) {
      emulator.sendText({ chatId: ME, text });
      emulator.sendText({ chatId: 8, text });
    }
    await bot.telegram.start();
    await expect.poll(() => bot.sessions.accepted).toHaveLength(6);
    const of = (chat: number) => bot.sessions.accepted.filter(({ chatId }) => chatId === chat);
    expect(of(ME).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    expect(of(8).map(({ text }) => text)).toEqual(['one', 'two', 'three']);
    await bot.telegram.stop(0);
    await emulator.close();
  });

  it('gives a message of a topic the address of the topic', async () => {
    const { emulator, sessions } = await startBot();
    emulator.createGroup({ chatId: -100, title: 'Team', isForum: true });
    const threadId = emulator.createTopic({ chatId: -100, userId: ME, name: 'Bugs' });
    emulator.sendText({ chatId: -100, userId: ME, threadId, text: '/status@hiber_bot' });
    emulator.sendText({ chatId: -100, userId: ME, threadId, text: '@hiber_bot fix it' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    expect(sessions.accepted[0]).toMatchObject({ chatId: -100, threadId, text: 'fix it' });
  });

  it('does not confirm what is not on disk: after a crash between the two it comes again', async () => {
    const first = await startBot();
    const { promise: neverDurable } = Promise.withResolvers<void>();
    first.sessions.onAccept = ({ text }) => (text === 'lost?' ? neverDurable : Promise.resolve());
    first.emulator.sendText({ chatId: ME, text: 'safe' });
    await expect.poll(() => first.sessions.accepted).toHaveLength(1);
    first.emulator.sendText({ chatId: ME, text: 'lost?' });
    first.emulator.sendText({ chatId: ME, text: 'behind it' });
    await expect.poll(() => first.calls('getUpdates').at(-1)?.status).toBe(200);

    // The first one hangs for ever, as a process does that was killed.
    const second = await first.restart();
    await expect.poll(() => second.sessions.accepted).toHaveLength(2);
    expect(second.sessions.accepted.map(({ text }) => text)).toEqual(['lost?', 'behind it']);
  });

  it('gives a message the same uuid when it comes again, so that the session knows it', async () => {
    const first = await startBot();
    first.emulator.sendText({ chatId: ME, text: 'twice' });
    const { promise: neverDurable } = Promise.withResolvers<void>();
    const uuids: string[] = [];
    first.sessions.onAccept = ({ uuid }) => {
      uuids.push(uuid);
      return neverDurable;
    };
    await expect.poll(() => uuids).toHaveLength(1);
    const second = await first.restart();
    await expect.poll(() => second.sessions.accepted).toHaveLength(1);
    expect(second.sessions.accepted[0]?.uuid).toBe(uuids[0]);
  });

  it('tries a message again while the disk refuses, and says why it is not well', async () => {
    const { emulator, sessions, telegram } = await startBot();
    let isFull = true;
    let tries = 0;
    sessions.onAccept = () => {
      tries += 1;
      return isFull
        ? Promise.reject(Object.assign(new Error('disk'), { code: 'ENOSPC' }))
        : Promise.resolve();
    };
    emulator.sendText({ chatId: ME, text: 'patience' });
    await expect.poll(() => tries).toBeGreaterThan(4);
    expect(telegram.health.lastError).toContain('ENOSPC');
    expect(sessions.accepted).toEqual([]);
    isFull = false;
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    await expect.poll(() => telegram.health.lastError).toBeNull();
  });

  it('passes over a message that a bug of ours keeps from being handled, and tells its sender', async () => {
    const { emulator, sessions, texts, logged } = await startBot();
    let tries = 0;
    sessions.onAccept = ({ text }) => {
      if (text !== 'poison') return Promise.resolve();
      tries += 1;
      return Promise.reject(new TypeError('bug'));
    };
    emulator.sendText({ chatId: ME, text: 'poison' });
    emulator.sendText({ chatId: ME, text: 'next' });
    await expect.poll(() => sessions.accepted.map(({ text }) => text)).toEqual(['next']);
    expect(tries).toBe(3);
    await expect.poll(() => texts()).toEqual([expect.stringContaining('fault in the bot')]);
    expect(logged()).toContain('telegram.update.passedOver');
    expect(logged()).not.toContain('poison');
  });

  it('hands a file on with its caption, which is never a command', async () => {
    const { emulator, sessions } = await startBot();
    const sent = emulator.sendFile({
      chatId: ME,
      fileName: 'a.txt',
      bytes: new Uint8Array([1, 2]),
      mimeType: 'text/plain',
      caption: '/end',
    });
    await expect.poll(() => sessions.arrived).toHaveLength(1);
    expect(sessions.arrived[0]).toMatchObject({
      chatId: ME,
      uuid: uuidOf(emulator.bot.id, ME, sent.message_id),
      text: '/end',
      pieceOf: null,
      mayGoOn: false,
      files: [{ fileId: sent.document?.file_id, kind: 'document', name: 'a.txt', sizeBytes: 2 }],
    });
    expect(sessions.calls).toEqual([]);
  });

  it('answers what Claude can not be given with a sentence', async () => {
    const { emulator, sessions, texts } = await startBot();
    const sticker = { file_id: 'x', emoji: '👍' } as NonNullable<SharedThing['sticker']>;
    emulator.share({ chatId: ME, thing: { sticker } });
    await expect.poll(() => texts()).toHaveLength(1);
    expect(texts()[0]).toMatchInlineSnapshot(
      `"A message of this kind (sticker) can't be handed to Claude. Text, photos, files, voice and video messages, places, contacts and polls can."`,
    );
    expect(sessions.accepted).toEqual([]);
  });

  it("takes an album's next picture in a group for meant, though only the first names the bot", async () => {
    const { emulator, sessions } = await startBot();
    const place = { chatId: -100, userId: ME, fileName: 'a.jpg', bytes: new Uint8Array([1]) };
    const album = { ...place, kind: 'photo', albumId: 'x' } as const;
    emulator.sendFile({ ...album, caption: '@hiber_bot look' });
    await expect.poll(() => sessions.arrived).toHaveLength(1);
    sessions.awaitedPieces.add('album:x');
    emulator.sendFile(album);
    emulator.sendFile({ ...album, albumId: 'another' });
    emulator.sendText({ chatId: -100, userId: ME, text: '@hiber_bot done' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    expect(sessions.arrived.map(({ text, pieceOf }) => ({ text, pieceOf }))).toEqual([
      { text: 'look', pieceOf: 'album:x' },
      { text: '', pieceOf: 'album:x' },
    ]);
  });

  it('hands on what a message says now, under the uuid that it had, and a new one', async () => {
    const { emulator, sessions, calls } = await startBot();
    const { message_id: messageId } = emulator.sendText({ chatId: ME, text: 'first' });
    emulator.editText({ chatId: ME, messageId, text: 'better' });
    emulator.editText({ chatId: ME, messageId, text: '/stop' });
    emulator.sendText({ chatId: ME, text: 'last' });
    await expect.poll(() => sessions.accepted.map(({ text }) => text)).toEqual(['first', 'last']);
    expect(sessions.calls.filter((call) => call.startsWith('edit'))).toEqual([
      `edit(${String(messageId)}, better)`,
    ]);
    expect(calls('sendMessage')).toEqual([]);
  });

  it("ignores Telegram's own messages and kinds that it does not know", async () => {
    const { emulator, sessions, calls } = await startBot();
    const from = { id: ME, is_bot: false, first_name: 'Me' };
    const chat = { id: ME, type: 'private', first_name: 'Me' };
    emulator.sendText({ chatId: ME, text: 'first' });
    emulator.pushUpdate({ message: { message_id: 900, date: 1, chat, from, pinned_message: {} } });
    emulator.pushUpdate({ message: { message_id: 'x', from, chat, text: 'hostile' } });
    emulator.pushUpdate({ message: { message_id: 901, from, chat: null, text: 'hostile' } });
    emulator.pushUpdate({ callback_query: { id: {}, from, data: 7 } });
    emulator.pushUpdate({ surprise: { from, chat } });
    emulator.sendText({ chatId: ME, text: 'last' });
    await expect.poll(() => sessions.accepted.map(({ text }) => text)).toEqual(['first', 'last']);
    expect(calls('sendMessage')).toEqual([]);
  });

  it('gives a stranger nothing, whatever kind of update it is', async () => {
    const { emulator, sessions, calls } = await startBot();
    const from = { id: STRANGER, is_bot: false, first_name: 'Eve' };
    const chat = { id: STRANGER, type: 'private', first_name: 'Eve' };
    const message = { message_id: 1, date: 1, chat, from, text: 'let me in' };
    emulator.sendText({ chatId: STRANGER, text: '/start' });
    emulator.sendText({ chatId: STRANGER, text: 'hello' });
    emulator.createGroup({ chatId: -100, title: 'Ours' });
    emulator.sendText({ chatId: -100, userId: STRANGER, text: '/status@hiber_bot' });
    emulator.sendText({ chatId: -100, userId: STRANGER, text: '@hiber_bot hello' });
    emulator.sendFile({ chatId: STRANGER, fileName: 'x', bytes: new Uint8Array([1]) });
    emulator.pushCallback({ chatId: ME, userId: STRANGER, messageId: 1, data: 'ay:secret' });
    for (const kind of ['edited_message', 'channel_post', 'business_message', 'guest_message']) {
      emulator.pushUpdate({ [kind]: message });
    }
    for (const kind of ['inline_query', 'my_chat_member', 'chat_join_request', 'message_reaction']) {
      emulator.pushUpdate({ [kind]: { id: '1', from, user: from, chat, query: 'x' } });
    }
    emulator.pushUpdate({ stopped_message_generation: { chat, draft_id: 1 } });
    emulator.pushUpdate({ message: { ...message, from: { ...from, id: ME }, sender_chat: chat } });
    emulator.sendText({ chatId: ME, text: 'mine' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    expect(sessions.calls).toEqual([]);
    expect(calls('sendMessage', 'answerCallbackQuery', 'sendChatAction')).toEqual([]);
  });

  it('tells that another poller displaced it, and takes the updates back later', async () => {
    const { emulator, telegram, sessions } = await startBot();
    await expect.poll(() => telegram.health.state).toBe('polling');
    const states = new Set<string>();
    const watching = setInterval(
      () => states.add(`${telegram.health.state}: ${telegram.health.lastError}`),
      1,
    );
    onTestFinished(() => clearInterval(watching));
    // A poll that waits takes over from the one that waited before.
    const other = fetch(`${emulator.url}/bot${emulator.token}/getUpdates?timeout=1`);
    await (await other).json();
    emulator.sendText({ chatId: ME, text: 'after' });
    await expect.poll(() => sessions.accepted.map(({ text }) => text)).toEqual(['after']);
    await expect.poll(() => telegram.health.state).toBe('polling');
    expect([...states].join()).toContain(
      'displaced: getUpdates: 409 Conflict: terminated by other getUpdates',
    );
  });

  it('shares a token with another daemon without a fight, says so once, and says once that it is over', async () => {
    const pollerLimits = { displacedMs: 100, longestDisplacedMs: 200, undisturbedMs: 9_000 };
    const first = await startBot({ speed: 1, pollerLimits });
    const second = makeBot(first.emulator, { speed: 1, pollerLimits });
    await second.telegram.start();
    first.emulator.openChat(ME);
    await expect
      .poll(() => first.telegram.health.conflict?.count ?? 0, { timeout: 40_000 })
      .toBeGreaterThan(1);
    await expect
      .poll(() => second.telegram.health.conflict?.count ?? 0, { timeout: 40_000 })
      .toBeGreaterThan(0);
    // Sending goes on, and whoever receives a message handles it.
    first.emulator.sendText({ chatId: ME, text: 'hello' });
    await expect
      .poll(() => [...first.sessions.accepted, ...second.sessions.accepted].map(({ text }) => text), {
        timeout: 40_000,
      })
      .toContain('hello');
    await second.telegram.stop(0);
    await expect
      .poll(
        () => {
          first.emulator.sendText({ chatId: ME, text: 'wakes the poll' });
          return first.telegram.health;
        },
        { timeout: 40_000, interval: 300 },
      )
      .toMatchObject({ state: 'polling', conflict: null });
    const told = (sessions: { calls: string[] }) =>
      sessions.calls.filter((call) => call.startsWith('noteConflict'));
    await expect.poll(() => told(first.sessions)).toEqual(['noteConflict(true)', 'noteConflict(false)']);
    expect(told(second.sessions)).toEqual(['noteConflict(true)']);
    const since = first.emulator.calls[0]?.at ?? 0;
    const seconds = ((first.emulator.calls.at(-1)?.at ?? 0) - since) / 1_000;
    expect(first.calls('getUpdates').length / seconds).toBeLessThan(20);
  });

  it('gives up a call on a socket that hangs, and receives with the next', async () => {
    const bot = await startBot({ speed: 1, pollerLimits: { watchdogMs: 300, backoffMs: 20 } });
    await expect.poll(() => bot.telegram.health.state).toBe('polling');
    bot.emulator.fault({ method: 'getUpdates', times: 2, delayMs: 60_000 });
    await expect.poll(() => bot.telegram.health.lastError).toContain('no answer within 0.3 seconds');
    bot.emulator.sendText({ chatId: ME, text: 'still there?' });
    await expect.poll(() => bot.sessions.accepted.map(({ text }) => text)).toEqual(['still there?']);
  });

  it('hears other chats past a message whose handling hangs', async () => {
    const bot = await startBot({
      speed: 1,
      allowedUsers: [ME, 8],
      // Telegram gives one update at a time to whoever asks twice within half a second.
      pollerLimits: { watchdogMs: 700, backoffMs: 20 },
    });
    bot.sessions.onAccept = ({ text }) =>
      text === 'hangs' ? new Promise(() => undefined) : Promise.resolve();
    bot.emulator.sendText({ chatId: ME, text: 'hangs' });
    await expect.poll(() => bot.telegram.health.lastError).toContain('not handled within');
    bot.emulator.sendText({ chatId: 8, text: 'hello' });
    await expect.poll(() => bot.sessions.accepted.map(({ text }) => text)).toEqual(['hello']);
  });

  it('comes back by itself after Telegram was not there', async () => {
    const { emulator, sessions, telegram } = await startBot();
    emulator.fault({ method: 'getUpdates', times: 3, error: { code: 502, description: 'Bad Gateway' } });
    emulator.fault({ method: 'getUpdates', times: 2, drop: 'before' });
    emulator.sendText({ chatId: ME, text: 'one' });
    emulator.sendText({ chatId: ME, text: 'two' });
    await expect.poll(() => sessions.accepted.map(({ text }) => text)).toContain('two');
    await expect.poll(() => telegram.health.state).toBe('polling');
  });

  it('loses nothing when an answer to getUpdates gets lost on the way', async () => {
    const { emulator, sessions } = await startBot();
    emulator.fault({ method: 'getUpdates', times: 3, drop: 'after' });
    emulator.sendText({ chatId: ME, text: 'one' });
    await expect.poll(() => sessions.accepted.map(({ text }) => text)).toEqual(['one']);
  });
});

describe('starting and stopping', () => {
  it('registers the commands', async () => {
    const { emulator } = await startBot();
    await expect.poll(() => emulator.commands.map(({ command }) => command)).toEqual(COMMAND_NAMES);
  });

  it('says which token is wrong, without showing it', async () => {
    const emulator = await startEmulator();
    const { telegram, logged } = makeBot(emulator, {
      token: '1111111111:AAWrongWrongWrongWrongWrongWrongWrong',
    });
    const error: unknown = await telegram.start().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'TelegramTokenError',
      message: expect.stringContaining('TELEGRAM_BOT_TOKEN') as string,
    });
    expect(`${String(error)}${logged()}`).not.toContain('AAWrong');
    expect(telegram.health.state).toBe('starting');
    await emulator.close();
  });

  it('starts though Telegram can not be reached yet, and polls once it can', async () => {
    const emulator = await startEmulator();
    emulator.fault({ method: 'getMe', times: 3, drop: 'before' });
    const { telegram, sessions } = makeBot(emulator);
    await telegram.start();
    emulator.sendText({ chatId: ME, text: 'hello' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    expect(telegram.health.state).toBe('polling');
    await telegram.stop(0);
    await emulator.close();
  });

  it('takes no update once it has stopped polling, and leaves it for the next start', async () => {
    const first = await startBot();
    first.emulator.sendText({ chatId: ME, text: 'one' });
    await expect.poll(() => first.sessions.accepted).toHaveLength(1);
    await first.telegram.stopPolling();
    expect(first.telegram.health.state).toBe('stopped');
    first.emulator.sendText({ chatId: ME, text: 'two' });
    const second = await first.restart();
    await expect.poll(() => second.sessions.accepted).toHaveLength(1);
    expect(second.sessions.accepted[0]?.text).toBe('two');
    expect(first.sessions.accepted).toHaveLength(1);
  });

  it('never logs a token or what people write', async () => {
    const { emulator, sessions, logged, telegram } = await startBot();
    emulator.fault({ method: '*', times: 3, drop: 'before' });
    emulator.fault({ method: 'getUpdates', times: 3, drop: 'before' });
    emulator.sendText({ chatId: ME, text: 'my secret plan' });
    await expect.poll(() => sessions.accepted).toHaveLength(1);
    emulator.sendText({ chatId: ME, text: '/status' });
    await expect.poll(() => logged()).toContain('telegram.delivery.unknownOutcome');
    await telegram.stop(5_000);
    expect(logged()).not.toContain(emulator.token);
    expect(logged()).not.toContain('secret');
  });
});
