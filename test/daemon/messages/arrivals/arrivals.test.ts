/** Messages on their way to a session: whole, in order, once, whatever happens meanwhile. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SETTLE_MS } from '../../../../src/daemon/messages/arrivals/settling.ts';
import type { Config } from '../../../../src/config/config.ts';
import type { ChatRecord } from '../../../../src/store/ports.ts';
import type { Arrival, FileKind, SentFile } from '../../../../src/telegram/arrival.ts';
import { anApproval } from '../../../helpers/records.ts';
import { CHAT, startTestDaemon, type TestDaemon } from '../../../helpers/test-daemon.ts';

const text = (messageId: number, words: string, over: Partial<Arrival> = {}): Arrival => ({
  uuid: `uuid-${messageId}`,
  messageId,
  text: words,
  at: 0,
  context: [],
  files: [],
  pieceOf: 'text:7',
  mayGoOn: false,
  ...over,
});

function file(messageId: number, kind: FileKind = 'photo', name: string | null = null): SentFile {
  return {
    fileId: `file-${messageId}`,
    messageId,
    of: 'sender',
    kind,
    name,
    mimeType: null,
    sizeBytes: null,
    durationSeconds: null,
  };
}

const photo = (messageId: number, words = '', over: Partial<Arrival> = {}) =>
  text(messageId, words, { files: [file(messageId)], pieceOf: null, ...over });

const ofAlbum = { pieceOf: 'album:1', mayGoOn: true };
const long = (messageId: number) => text(messageId, 'x'.repeat(4_096), { mayGoOn: true });

const holding = (test: TestDaemon, messageId: number) => {
  const { promise, resolve } = Promise.withResolvers<Uint8Array>();
  test.telegram.files.set(`file-${messageId}`, promise);
  return () => resolve(Buffer.from(`content ${messageId}`));
};

const have = (test: TestDaemon, ...messageIds: number[]) => {
  for (const id of messageIds) test.telegram.files.set(`file-${id}`, Buffer.from(`content ${id}`));
};

/** What the session has been given, in order. */
const inbox = async (test: TestDaemon, id?: string) => {
  const sessionId = id ?? (await test.current()).id;
  return test.stored(sessionId).inbox.map(({ text: words }) => words);
};

const chatOf = (test: TestDaemon) => JSON.parse(test.store.disk.chats.get('7') ?? '{}') as ChatRecord;
const replies = (test: TestDaemon) => test.telegram.replied.map(({ reply }) => reply.text);
const nothingArrives = (test: TestDaemon) => expect.poll(() => chatOf(test).arriving).toEqual([]);

describe('a message with a file', () => {
  it('goes to Claude once the file is in the workspace', async () => {
    const test = await startTestDaemon();
    have(test, 5);
    await test.sessions.arrive(CHAT, photo(5, 'look'));
    await nothingArrives(test);
    const { id } = await test.current();
    const path = `.hibernaut/received/${id}/5-photo.jpg`;
    expect(readFileSync(join(test.workspace, path), 'utf8')).toBe('content 5');
    const [prompt = ''] = await inbox(test);
    expect(prompt).toContain(`- ${path}: photo\n`);
    expect(prompt.endsWith('\n\nlook')).toBe(true);
    expect(test.stored(id).inbox[0]).toMatchObject({ uuid: 'uuid-5', messageId: 5 });
    expect(replies(test)).toEqual([]);
  });

  it('is confirmed before its file is there, and is not overtaken by what comes after it', async () => {
    const test = await startTestDaemon();
    const release = holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5, 'first'));
    await test.sessions.arrive(CHAT, text(6, 'second'));
    await test.sessions.accept(CHAT, test.message('third', 7));
    expect(chatOf(test).arriving.map(({ messageId }) => messageId)).toEqual([5, 6, 7]);
    expect(await inbox(test)).toEqual([]);
    release();
    await nothingArrives(test);
    expect((await inbox(test)).map((prompt) => prompt.split('\n').at(-1))).toEqual([
      'first',
      'second',
      'third',
    ]);
  });

  it('holds up no other topic', async () => {
    const test = await startTestDaemon();
    holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    const topic = { chatId: 7, threadId: 3 };
    await test.sessions.arrive(topic, text(6, 'elsewhere'));
    expect(await inbox(test, (await test.current(topic)).id)).toEqual(['elsewhere']);
  });

  it('goes to the session that was current when it was sent', async () => {
    const test = await startTestDaemon();
    const release = holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    const { id } = await test.current();
    await test.sessions.create(CHAT, { messageId: 6, argument: '', at: 0 });
    release();
    await nothingArrives(test);
    expect(await inbox(test, id)).toHaveLength(1);
    expect(await inbox(test)).toEqual([]);
  });

  it('is left out, and its sender told, if that session has ended', async () => {
    const test = await startTestDaemon();
    const release = holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    await test.sessions.end(CHAT, 1);
    release();
    await nothingArrives(test);
    await expect.poll(() => replies(test)).toEqual([expect.stringContaining('The session ended before')]);
  });

  it('shows that it is being fetched', async () => {
    const test = await startTestDaemon();
    const release = holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    const typing = () => test.telegram.typings.filter(({ sessionId }) => sessionId === ':arriving');
    await expect.poll(typing).toHaveLength(1);
    release();
    await expect.poll(() => typing().map(({ on }) => on)).toEqual([true, false]);
  });
});

describe('a file that does not come', () => {
  it('is tried again for minutes, and then the rest goes on without it', async () => {
    const test = await startTestDaemon();
    const fault = { outcome: 'failed', retryAfterMs: null, description: 'network' } as const;
    test.telegram.downloadFaults.push(...Array.from({ length: 8 }, () => fault));
    await test.sessions.arrive(CHAT, photo(5, 'look'));
    for (let tries = 1; tries <= 8; tries += 1) {
      await expect.poll(() => test.telegram.downloads).toHaveLength(tries);
      // The next try is planned a moment after the last one ended.
      await expect.poll(() => test.logged().filter((name) => name === 'file.notFetched')).toHaveLength(tries);
      await Promise.resolve();
      test.pass(120_000);
    }
    await nothingArrives(test);
    expect((await inbox(test))[0]).toContain('- not there: photo; it could not be fetched.');
    await expect.poll(() => replies(test)).toHaveLength(1);
    expect(replies(test)[0]).toMatch(/^Claude does not get the photo: .*\nThe rest of the message goes/);
  });

  it('is told of, and nothing goes to Claude, if there is nothing else', async () => {
    const test = await startTestDaemon();
    test.telegram.downloadFaults.push({ outcome: 'refused', why: 'tooBig', description: 'file is too big' });
    await test.sessions.arrive(CHAT, photo(5));
    await nothingArrives(test);
    expect(await inbox(test)).toEqual([]);
    await expect.poll(() => replies(test)).toEqual([expect.stringMatching(/photo: Telegram gives .* 20 MB/)]);
  });

  it('because the workspace is gone is told of', async () => {
    const test = await startTestDaemon();
    have(test, 5);
    rmSync(test.workspace, { recursive: true });
    await test.sessions.arrive(CHAT, photo(5));
    await nothingArrives(test);
    await expect
      .poll(() => replies(test))
      .toEqual([expect.stringContaining('the folder of the session is gone')]);
  });
});

describe('a message that a bug of ours keeps from going on', () => {
  it('is left out after three tries, its sender told, and holds up nothing behind it', async () => {
    const test = await startTestDaemon();
    test.telegram.download = () => Promise.reject(new TypeError('bug'));
    await test.sessions.arrive(CHAT, photo(5));
    await test.sessions.arrive(CHAT, text(6, 'behind'));
    await expect.poll(() => (test.pass(5_000), chatOf(test).arriving)).toEqual([]);
    expect(test.logged().filter((name) => name === 'arrival.failed')).toHaveLength(3);
    await expect.poll(() => replies(test)).toEqual([expect.stringContaining('A fault in the bot')]);
    expect(await inbox(test)).toEqual(['behind']);
  });
});

describe('a disk that refuses', () => {
  it('is waited for, and nothing is left out or doubled', async () => {
    const test = await startTestDaemon();
    const release = holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    const full = Object.assign(new Error('full'), { code: 'ENOSPC' });
    test.store.chatRefusal = full;
    test.store.refusal = full;
    release();
    for (let tries = 1; tries <= 5; tries += 1) {
      await expect
        .poll(() => test.logged().filter((name) => name.startsWith('arrival.failed')).length)
        .toBeGreaterThanOrEqual(tries);
      await Promise.resolve();
      test.pass(5_000);
    }
    test.store.chatRefusal = null;
    test.store.refusal = null;
    await expect.poll(() => (test.pass(5_000), chatOf(test).arriving)).toEqual([]);
    await expect.poll(() => inbox(test)).toHaveLength(1);
    expect(replies(test)).toEqual([]);
  });
});

describe('an album', () => {
  it('is one prompt with all its pictures and its caption', async () => {
    const test = await startTestDaemon();
    have(test, 5, 6, 7);
    await test.sessions.arrive(CHAT, photo(5, 'three of them', ofAlbum));
    await test.sessions.arrive(CHAT, photo(6, '', ofAlbum));
    test.pass(SETTLE_MS - 1);
    await test.sessions.arrive(CHAT, photo(7, '', ofAlbum));
    await expect.poll(() => chatOf(test).arriving.at(-1)?.files[0]?.state.type).toBe('kept');
    test.pass(SETTLE_MS - 1);
    expect(await inbox(test)).toEqual([]);
    await expect
      .poll(() => {
        test.pass(1);
        return chatOf(test).arriving;
      })
      .toEqual([]);
    const prompts = await inbox(test);
    expect(prompts).toHaveLength(1);
    expect(prompts[0]?.match(/\d-photo.jpg/g)).toEqual(['5-photo.jpg', '6-photo.jpg', '7-photo.jpg']);
  });

  it('in which a picture is late goes without it, and the late one is a prompt of its own', async () => {
    const test = await startTestDaemon();
    have(test, 5, 6);
    await test.sessions.arrive(CHAT, photo(5, '', ofAlbum));
    await expect.poll(() => (test.pass(SETTLE_MS), chatOf(test).arriving)).toEqual([]);
    await test.sessions.arrive(CHAT, photo(6, '', ofAlbum));
    await expect.poll(() => (test.pass(SETTLE_MS), chatOf(test).arriving)).toEqual([]);
    expect(await inbox(test)).toHaveLength(2);
  });
});

describe('a long text that Telegram cut', () => {
  it('is one prompt as soon as its last piece is there', async () => {
    const test = await startTestDaemon();
    await test.sessions.arrive(CHAT, long(5));
    await test.sessions.arrive(CHAT, long(6));
    await test.sessions.arrive(CHAT, text(7, 'the end'));
    await nothingArrives(test);
    expect(await inbox(test)).toEqual([`${'x'.repeat(8_192)}the end`]);
  });

  it('is whole after a moment, if it ends at the limit by chance', async () => {
    const test = await startTestDaemon();
    await test.sessions.arrive(CHAT, long(5));
    expect(await inbox(test)).toEqual([]);
    await expect.poll(() => (test.pass(SETTLE_MS), chatOf(test).arriving)).toEqual([]);
    await test.sessions.arrive(CHAT, text(6, 'another'));
    expect(await inbox(test)).toEqual(['x'.repeat(4_096), 'another']);
  });

  it('is not continued by another person, whose words come behind it', async () => {
    const test = await startTestDaemon();
    await test.sessions.arrive(CHAT, long(5));
    await test.sessions.arrive(CHAT, text(6, 'mine', { pieceOf: 'text:8' }));
    await test.sessions.arrive(CHAT, text(7, 'rest'));
    await nothingArrives(test);
    expect(await inbox(test)).toEqual([`${'x'.repeat(4_096)}rest`, 'mine']);
  });

  it('of ordinary length is not delayed', async () => {
    const test = await startTestDaemon();
    await test.sessions.arrive(CHAT, text(5, 'short'));
    expect(await inbox(test)).toEqual(['short']);
    expect(chatOf(test).arrived).toEqual([]);
  });
});

describe('a reply', () => {
  const reply = (messageId: number) =>
    text(messageId, 'green', {
      context: [{ heading: 'In reply to an earlier message of yours:', quoted: 'Which?' }],
    });

  it('brings what it replies to, at once', async () => {
    const test = await startTestDaemon();
    await test.sessions.arrive(CHAT, reply(5));
    expect((await inbox(test))[0]).toContain('> Which?\n');
  });

  it('is an answer and nothing more where Claude waits for words', async () => {
    const test = await startTestDaemon();
    await test.sessions.accept(CHAT, test.message('hello', 4));
    await test.prompted();
    test.claude.latest.says({ type: 'claude.turnStarted' });
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    await expect.poll(() => test.telegram.told()).toEqual(['approval']);
    await test.sessions.tapApproval(7, 'a1', 'words', 1);
    await test.sessions.arrive(CHAT, reply(5));
    await expect
      .poll(() => test.claude.latest.received.at(-1))
      .toMatchObject({ type: 'claude.answerApproval', answer: { type: 'deny', why: 'green' } });
  });
});

describe('a message that comes again', () => {
  it('while it arrives, or after it went on, has its effect once', async () => {
    const test = await startTestDaemon();
    const release = holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    await test.sessions.arrive(CHAT, photo(5));
    await test.sessions.arrive(CHAT, text(6, 'behind'));
    await test.sessions.arrive(CHAT, text(6, 'behind'));
    expect(chatOf(test).arriving).toHaveLength(2);
    release();
    await nothingArrives(test);
    for (const message of [photo(5), text(6, 'behind')]) await test.sessions.arrive(CHAT, message);
    expect(await inbox(test)).toHaveLength(2);
    expect(chatOf(test).arriving).toEqual([]);
  });

  it('because the disk refused it is not confirmed before the disk took it', async () => {
    const test = await startTestDaemon();
    have(test, 5);
    await test.sessions.accept(CHAT, test.message('before', 1));
    test.store.chatRefusal = Object.assign(new Error('full'), { code: 'ENOSPC' });
    await expect(test.sessions.arrive(CHAT, photo(5))).rejects.toThrow('full');
    await expect(test.sessions.arrive(CHAT, photo(5))).rejects.toThrow('full');
    test.store.chatRefusal = null;
    await test.sessions.arrive(CHAT, photo(5));
    await nothingArrives(test);
    expect(await inbox(test)).toHaveLength(2);
  });
});

describe('a daemon that dies', () => {
  /** The next one, on what was on disk at this instant. */
  async function afterDeath(
    test: TestDaemon,
    files: number[] = [],
    config: Partial<Config> = {},
  ): Promise<TestDaemon> {
    const { sessions, chats } = test.store.disk;
    const disk = { ...test.store.disk, sessions: new Map(sessions), chats: new Map(chats) };
    return startTestDaemon({
      disk,
      config,
      prepare: ({ telegram }) => {
        for (const id of files) telegram.files.set(`file-${id}`, Buffer.from(`content ${id}`));
      },
    });
  }

  it('over a download leaves it to the next, with what is queued behind it', async () => {
    const first = await startTestDaemon();
    holding(first, 5);
    await first.sessions.arrive(CHAT, photo(5, 'look'));
    await first.sessions.arrive(CHAT, text(6, 'behind'));
    // Its file is begun: the two must not begin it at once, which two daemons on one folder never do.
    await expect.poll(() => first.telegram.downloads).toHaveLength(1);
    const next = await afterDeath(first, [5]);
    await nothingArrives(next);
    const prompts = await inbox(next);
    expect(prompts).toHaveLength(2);
    expect(prompts[0]).toContain('5-photo.jpg');
    expect(prompts[1]).toBe('behind');
  });

  it('fetches nothing any more for people who were shut out meanwhile', async () => {
    const first = await startTestDaemon();
    holding(first, 5);
    await first.sessions.arrive(CHAT, photo(5));
    const next = await afterDeath(first, [5], { allowedUsers: [8] });
    const other = { chatId: 8, threadId: null };
    await next.sessions.arrive(other, photo(6));
    await expect.poll(() => next.telegram.downloads).toEqual(['file-6']);
    expect(chatOf(next).arriving).toHaveLength(1);
  });

  it('between two pieces joins them all the same', async () => {
    const first = await startTestDaemon();
    await first.sessions.arrive(CHAT, long(5));
    const next = await afterDeath(first);
    await next.sessions.arrive(CHAT, text(6, 'the end'));
    await nothingArrives(next);
    expect(await inbox(next)).toEqual([`${'x'.repeat(4_096)}the end`]);
  });

  it('after the prompt went on, and before the chat knew, does not give it twice', async () => {
    const first = await startTestDaemon();
    const release = holding(first, 5);
    await first.sessions.arrive(CHAT, photo(5, 'look'));
    const chats = new Map(first.store.disk.chats);
    release();
    await nothingArrives(first);
    // The session has it on disk, and so has the chat still.
    for (const [id, chat] of chats) first.store.disk.chats.set(id, chat);
    const next = await afterDeath(first, [5]);
    await nothingArrives(next);
    await next.prompted();
    next.claude.latest.answers('done');
    await expect.poll(() => next.telegram.told()).toEqual(['done']);
    expect(next.claude.started.flatMap(({ prompts }) => prompts)).toHaveLength(1);
  });

  it('after the prompt was answered and its session ended does not say that it was left out', async () => {
    const first = await startTestDaemon();
    const release = holding(first, 5);
    await first.sessions.arrive(CHAT, photo(5, 'look'));
    const chats = new Map(first.store.disk.chats);
    release();
    await first.prompted();
    first.claude.latest.answers('done');
    await expect.poll(() => first.telegram.told()).toEqual(['done']);
    await first.sessions.end(CHAT, 1);
    for (const [id, chat] of chats) first.store.disk.chats.set(id, chat);
    const next = await afterDeath(first, [5]);
    await nothingArrives(next);
    expect(replies(next)).toEqual([]);
  });
});

describe('a recording', () => {
  const voice = (messageId: number) =>
    text(messageId, '', { files: [file(messageId, 'voice')], pieceOf: null });

  it('goes to Claude as a file, and its sender is told once, ever, how to have it written down', async () => {
    const test = await startTestDaemon();
    have(test, 5, 6);
    await test.sessions.arrive(CHAT, voice(5));
    await test.sessions.arrive(CHAT, voice(6));
    await nothingArrives(test);
    expect(await inbox(test)).toHaveLength(2);
    await expect.poll(() => replies(test)).toHaveLength(1);
    expect(replies(test)[0]).toContain('HIBERNAUT_TRANSCRIBE');
    expect(chatOf(test).hints).toEqual(['transcriber']);
  });

  it('goes to Claude with what the transcriber wrote', async () => {
    const test = await startTestDaemon({ config: { transcribe: ['/bin/cat'] } });
    have(test, 5);
    await test.sessions.arrive(CHAT, voice(5));
    await nothingArrives(test);
    expect((await inbox(test))[0]).toContain(
      'The sender says in it, written down by a program:\n> content 5\n',
    );
    expect(replies(test)).toEqual([]);
  });
});

describe('a flood of files', () => {
  it('is taken up to a hundred, and refused with one sentence', async () => {
    const test = await startTestDaemon();
    holding(test, 5);
    const refusals = [];
    for (let id = 5; id < 110; id += 1) refusals.push(await test.sessions.arrive(CHAT, photo(id)));
    expect(chatOf(test).arriving).toHaveLength(100);
    expect(refusals.filter((refusal) => refusal)).toHaveLength(1);
    expect(readdirSync(test.workspace)).toEqual(['.hibernaut']);
  });
});

describe('a daemon that stops', () => {
  it('breaks a download off and keeps the message for the next', async () => {
    const test = await startTestDaemon();
    holding(test, 5);
    await test.sessions.arrive(CHAT, photo(5));
    await expect.poll(() => test.telegram.downloads).toHaveLength(1);
    await test.daemon.stop();
    expect(chatOf(test).arriving).toHaveLength(1);
  });
});
