/** Files that sessions owe, through the emulated Bot API into the chat. */
import type { Message } from 'grammy/types';
import { describe, expect, it } from 'vitest';
import type { OutgoingFile } from '../../machines/session-record.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { aFile, aRecord, NOON } from '../helpers/records.ts';

/** A PNG as far as its head, which is all that the emulator looks at. */
function png(width = 8, height = 8): Buffer {
  const bytes = Buffer.from('89504e470d0a1a0a0000000d494844520000000000000000', 'hex');
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

async function start() {
  const bot = await startBot();
  const { message_id: question } = bot.emulator.sendText({ chatId: ME, text: 'question' });
  const file = (name: string, over: Partial<OutgoingFile> & { bytes?: Buffer } = {}): OutgoingFile => {
    const { bytes = Buffer.from(name), ...fields } = over;
    bot.sessions.copies.set(name, bytes);
    return aFile({ key: name, name, sizeBytes: bytes.length, ...fields });
  };
  const photo = (name: string, bytes = png()) => file(name, { as: 'photo', bytes });
  const offer = (files: OutgoingFile[], caption: string | null = null, partsSent = 0) => {
    const body = { kind: 'files' as const, files, caption };
    const item = { id: 1, at: NOON, replyTo: question, partsSent, doubts: 0, body };
    bot.telegram.offer(aRecord({ chatId: ME, outbox: [item] }));
  };
  const isDone = () =>
    expect.poll(() => bot.reports.map(({ event }) => event.type)).toContain('telegram.delivered');
  return { ...bot, question, file, photo, offer, isDone };
}

const sent = ({ emulator }: Pick<TestBot, 'emulator'>) => emulator.messages(ME).slice(1);
const inShort = ({ photo, document, text, caption }: Message) =>
  [photo ? 'photo' : (document?.file_name ?? text), caption].filter(Boolean).join(': ');

describe('files', () => {
  it('arrive as a document in reply to the question, with their name, their bytes and their caption', async () => {
    const bot = await start();
    const name = 'Umsätze; "März" 100%.pdf';
    bot.offer([bot.file(name)], '**All** of it');
    await bot.isDone();
    const [message] = sent(bot);
    expect(message).toMatchObject({
      document: { file_name: name },
      caption: 'All of it',
      caption_entities: [{ type: 'bold', offset: 0, length: 3 }],
      reply_to_message: { message_id: bot.question },
    });
    const bytes = bot.emulator.fileBytes(message?.document?.file_id ?? '');
    expect(bytes?.toString()).toBe(name);
  });

  it('arrive as a picture if they are one, and several as albums: pictures first, then documents', async () => {
    const bot = await start();
    const { photo, file } = bot;
    bot.offer([file('a.txt'), photo('1.png'), file('b.txt'), photo('2.png'), file('c.txt')], 'caption');
    await bot.isDone();
    expect(sent(bot).map(inShort)).toEqual(['photo: caption', 'photo', 'a.txt', 'b.txt', 'c.txt']);
    expect(bot.calls('sendMediaGroup', 'sendPhoto', 'sendDocument')).toHaveLength(2);
    expect(new Set(sent(bot).map(({ media_group_id: album }) => album)).size).toBe(2);
    // Only the first one rings.
    const [pictures, documents] = bot.calls('sendMediaGroup');
    expect(pictures?.payload).not.toHaveProperty('disable_notification');
    expect(documents?.payload).toHaveProperty('disable_notification', 'true');
  });

  it('carry their caption below an album of documents, where it is read as of all of them', async () => {
    const bot = await start();
    bot.offer([bot.file('a.txt'), bot.file('b.txt')], 'both');
    await bot.isDone();
    expect(sent(bot).map(inShort)).toEqual(['a.txt', 'b.txt: both']);
  });

  it('come behind their caption when it is too long to be one', async () => {
    const bot = await start();
    bot.offer([bot.file('a.txt')], 'word '.repeat(400));
    await bot.isDone();
    expect(sent(bot).map(({ text, document }) => (text ? 'words' : document?.file_name))).toEqual([
      'words',
      'a.txt',
    ]);
  });

  it('are split into albums that Telegram takes', async () => {
    const bot = await start();
    const big = 30 * 2 ** 20;
    const files = [bot.file('a', { sizeBytes: big }), bot.file('b', { sizeBytes: big }), bot.file('c')];
    bot.offer([...files, ...Array.from({ length: 11 }, (_, index) => bot.photo(`${index}.png`))]);
    await bot.isDone();
    const albums = Map.groupBy(sent(bot), ({ media_group_id: album }) => album ?? 'alone');
    expect([...albums.values()].map((messages) => messages.length).sort((a, b) => a - b)).toEqual([2, 2, 10]);
  });

  it('arrive as documents where Telegram does not take them as pictures', async () => {
    const bot = await start();
    bot.offer([bot.photo('1.png'), bot.photo('2.png', png(9_000, 9_000))], '*look*');
    await bot.isDone();
    expect(sent(bot).map(inShort)).toEqual(['1.png', '2.png: look']);
    expect(sent(bot)[1]?.caption_entities).toMatchObject([{ type: 'italic' }]);
  });

  it('go on behind the parts that Telegram has, after a restart', async () => {
    const bot = await start();
    bot.offer([bot.photo('1.png'), bot.file('a.txt')], 'caption', 1);
    await bot.isDone();
    expect(sent(bot).map(inShort)).toEqual(['a.txt']);
  });

  it('are told of when their copy is gone, and the others are sent', async () => {
    const bot = await start();
    const gone = bot.photo('1.png');
    bot.sessions.copies.delete('1.png');
    bot.offer([gone, bot.file('a.txt')]);
    await bot.isDone();
    expect(sent(bot).map(inShort)).toEqual([
      "The file 1.png can't be read on the host any more, so it is not sent. Ask for it again.",
      'a.txt',
    ]);
  });

  it('are told of when the chat takes no files', async () => {
    const bot = await start();
    const error = { code: 400, description: 'Bad Request: not enough rights to send documents to the chat' };
    bot.emulator.fault({ method: 'sendMediaGroup', times: 1, error });
    bot.offer([bot.file('a.txt'), bot.file('b.txt')]);
    await bot.isDone();
    expect(sent(bot).map(inShort)).toEqual([
      'Telegram does not take the files a.txt, b.txt here (Bad Request: not enough rights to send documents to the chat).',
    ]);
  });

  it('are sent once more when the connection broke, and not a third time', async () => {
    const bot = await start();
    bot.emulator.fault({ method: 'sendDocument', times: 2, drop: 'after' });
    bot.offer([bot.file('a.txt')]);
    await expect
      .poll(() => bot.reports.filter(({ event }) => event.type === 'telegram.outcomeUnknown').length)
      .toBe(2);
    expect(sent(bot).map(inShort)).toEqual(['a.txt', 'a.txt']);
  });
});

const ask = ({ emulator }: TestBot, text: string) => {
  const { message_id: id } = emulator.sendText({ chatId: ME, text });
  return emulator.waitForMessage(ME, ({ reply_to_message: to }) => to?.message_id === id);
};

describe('/get', () => {
  it('sends the file that is named, spaces and all', async () => {
    const bot = await start();
    bot.sessions.files.set('my notes.txt', bot.file('my notes.txt'));
    const message = await ask(bot, '/get my notes.txt');
    expect(inShort(message)).toBe('my notes.txt');
    await expect.poll(() => bot.sessions.owed.size).toBe(0);
  });

  it('lists a folder, says what is wrong, and how it is used', async () => {
    const bot = await start();
    bot.sessions.files.set('.', { folder: '/work', names: ['a.txt', 'src/'], more: 2 });
    expect((await ask(bot, '/get .')).text).toBe('In /work:\na.txt\nsrc/\n… and 2 more');
    bot.sessions.files.set('empty', { folder: '/work/empty', names: [], more: 0 });
    expect((await ask(bot, '/get empty')).text).toBe('/work/empty is empty.');
    expect((await ask(bot, '/get none')).text).toBe('There is no file none.');
    expect((await ask(bot, '/get')).text).toContain('/get path sends you one');
  });
});

describe('/diff', () => {
  const AT_TURN = { since: 'turn', at: NOON, isCut: false, leftOut: 0 } as const;
  const startLater = async () => {
    const bot = await startBot({ now: () => NOON + 90_000 });
    bot.emulator.openChat(ME);
    return bot;
  };

  it('shows a short patch as code that is a difference', async () => {
    const bot = await startLater();
    bot.sessions.changed = { ...AT_TURN, summary: '1 file changed, 1 insertion(+)', patch: '+a\n' };
    const message = await ask(bot, '/diff');
    expect(message.text).toBe('Since your message 1 min 30 s ago: 1 file changed, 1 insertion(+).\n+a');
    expect(message.entities).toContainEqual(expect.objectContaining({ type: 'pre', language: 'diff' }));
    expect(bot.sessions.calls).toContain('changes(turn)');
  });

  it('sends a long one as a file, and tells what is not in it', async () => {
    const bot = await startLater();
    bot.sessions.copies.set('k', Buffer.from('+a'));
    const patch = aFile({ key: 'k', name: 'work.diff' });
    bot.sessions.changed = { ...AT_TURN, summary: '1 file changed', patch, isCut: true, leftOut: 2 };
    const message = await ask(bot, '/diff');
    expect(message.document?.file_name).toBe('work.diff');
    expect(message.caption).toBe(
      'Since your message 1 min 30 s ago: 1 file changed.\n2 files of more than 2 MB are left out.\nThis is only the beginning: it goes on for more than 10 MB.',
    );
  });

  it('says since when it is, and when there is nothing', async () => {
    const bot = await startLater();
    const sinceCommit = { ...AT_TURN, since: 'commit', at: null, summary: '', patch: '' } as const;
    bot.sessions.changed = sinceCommit;
    expect((await ask(bot, '/diff all')).text).toBe('Since the last commit: nothing changed.');
    expect(bot.sessions.calls).toContain('changes(commit)');
    expect((await ask(bot, '/diff')).text).toBe(
      'How the folder was at your last message is not known. Since the last commit: nothing changed.',
    );
    bot.sessions.changed = null;
    expect((await ask(bot, '/diff')).text).toContain('There is no session here.');
    bot.sessions.changed = { refused: 'No git.' };
    expect((await ask(bot, '/diff')).text).toBe('No git.');
    expect((await ask(bot, '/diff x')).text).toContain('/diff all since the last commit');
  });
});
