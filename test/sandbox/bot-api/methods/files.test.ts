/** Files up and down, through grammY's own uploads. */
import { InputFile, InputMediaBuilder } from 'grammy';
import { describe, expect, it } from 'vitest';
import { CHAT, startChat } from '../emulated.ts';

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/** As far as its head. */
function pngOf(width: number, height: number): Buffer {
  const bytes = Buffer.from(PNG);
  bytes.writeUInt32BE(width, 16);
  bytes.writeUInt32BE(height, 20);
  return bytes;
}

describe('sendDocument', () => {
  it('takes an upload with any name, and gives the same bytes back', async () => {
    const { telegram, api } = await startChat();
    const bytes = Buffer.from('line\r\n--x\r\n\0\xff', 'latin1');
    const sent = await api.sendDocument(CHAT, new InputFile(bytes, 'my notes (1).txt'), {
      caption: 'see https://a.com',
      reply_parameters: { message_id: 1 },
    });
    expect(sent).toMatchObject({
      document: { file_name: 'my notes (1).txt', file_size: bytes.length },
      caption: 'see https://a.com',
      caption_entities: [{ type: 'url', offset: 4, length: 13 }],
      reply_to_message: { message_id: 1 },
    });
    const { file_path, file_size } = await api.getFile(sent.document.file_id);
    expect(file_size).toBe(bytes.length);
    const response = await fetch(`${telegram.url}/file/bot${telegram.token}/${file_path}`);
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bytes);
  });

  it('takes a file that it has, by its id', async () => {
    const { api } = await startChat();
    const { document } = await api.sendDocument(CHAT, new InputFile(Buffer.from('a'), 'a.txt'));
    const again = await api.sendDocument(CHAT, document.file_id);
    expect(again.document).toEqual(document);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['no file', {}, 'there is no document in the request'],
    ['an unknown id', { document: 'BQACAgInothing' }, 'wrong file identifier/HTTP URL specified'],
    ['a missing part', { document: 'attach://x' }, 'there is no document in the request'],
    [
      'a long caption',
      { document: 'BQ', caption: 'a'.repeat(1_025) },
      'wrong file identifier/HTTP URL specified',
    ],
  ])('refuses %s', async (_what, parameters, description) => {
    const { refusal } = await startChat();
    expect(await refusal('sendDocument', { chat_id: CHAT, ...parameters })).toBe(
      `400 Bad Request: ${description}`,
    );
  });

  it('refuses a caption that is too long', async () => {
    const { api } = await startChat();
    const upload = api.sendDocument(CHAT, new InputFile(Buffer.from('a'), 'a'), {
      caption: 'a'.repeat(1_025),
    });
    await expect(upload).rejects.toMatchObject({ description: 'Bad Request: message caption is too long' });
  });
});

describe('editMessageCaption', () => {
  it('changes the words under a file, and refuses a message without one', async () => {
    const { api, refusal } = await startChat();
    const { message_id } = await api.sendDocument(CHAT, new InputFile(Buffer.from('a'), 'a.txt'));
    expect(await api.editMessageCaption(CHAT, message_id, { caption: 'new' })).toMatchObject({
      caption: 'new',
    });
    const text = await api.sendMessage(CHAT, 'x');
    expect(
      await refusal('editMessageCaption', { chat_id: CHAT, message_id: text.message_id, caption: 'a' }),
    ).toBe('400 Bad Request: there is no caption in the message to edit');
  });
});

describe('sendPhoto', () => {
  it('measures the picture, and refuses what is none', async () => {
    const { api } = await startChat();
    const { photo } = await api.sendPhoto(CHAT, new InputFile(PNG, 'a.png'));
    expect(photo).toMatchObject([{ width: 1, height: 1, file_size: PNG.length }]);
    await expect(api.sendPhoto(CHAT, new InputFile(Buffer.from('text'), 'a.png'))).rejects.toMatchObject({
      description: 'Bad Request: IMAGE_PROCESS_FAILED',
    });
  });

  it.each([
    [6_000, 4_001],
    [2_100, 100],
  ])('refuses a picture of %i × %i', async (width, height) => {
    const { api } = await startChat();
    await expect(api.sendPhoto(CHAT, new InputFile(pngOf(width, height), 'a.png'))).rejects.toMatchObject({
      description: 'Bad Request: PHOTO_INVALID_DIMENSIONS',
    });
  });
});

describe('sendMediaGroup', () => {
  it('sends all of an album as messages of one group', async () => {
    const { telegram, api } = await startChat();
    const sent = await api.sendMediaGroup(CHAT, [
      InputMediaBuilder.document(new InputFile(Buffer.from('a'), 'a.txt'), { caption: 'both' }),
      InputMediaBuilder.document(new InputFile(Buffer.from('b'), 'b.txt')),
    ]);
    expect(sent).toMatchObject([
      { document: { file_name: 'a.txt' }, caption: 'both' },
      { document: { file_name: 'b.txt' } },
    ]);
    const [, ...album] = telegram.messages(CHAT);
    expect(album).toEqual(sent);
    expect(album[0]?.media_group_id).toMatch(/^\d+$/);
    expect(album[1]?.media_group_id).toBe(album[0]?.media_group_id);
  });

  it('sends none of them when one is refused', async () => {
    const { telegram, api } = await startChat();
    const album = api.sendMediaGroup(CHAT, [
      InputMediaBuilder.photo(new InputFile(PNG, 'a.png')),
      InputMediaBuilder.photo(new InputFile(Buffer.from('text'), 'b.png')),
    ]);
    await expect(album).rejects.toMatchObject({
      description: 'Bad Request: failed to send message #2 with the error message "IMAGE_PROCESS_FAILED"',
    });
    expect(telegram.messages(CHAT)).toHaveLength(1);
  });

  it('takes two to ten of one kind', async () => {
    const { api, refusal } = await startChat();
    const document = () => InputMediaBuilder.document(new InputFile(Buffer.from('a'), 'a.txt'));
    const mixed = ['document', 'photo'].map((type) => ({ type, media: 'BQ' }));
    expect(await refusal('sendMediaGroup', { chat_id: CHAT, media: mixed })).toBe(
      "400 Bad Request: document can't be mixed with other media types",
    );
    await expect(api.sendMediaGroup(CHAT, Array.from({ length: 11 }, document))).rejects.toMatchObject({
      description: 'Bad Request: too many messages to send as an album',
    });
    expect(await refusal('sendMediaGroup', { chat_id: CHAT, media: [] })).toBe(
      '400 Bad Request: there are no messages to send',
    );
  });
});

describe('getFile', () => {
  it('finds what a person sent, unless it is too big to download', async () => {
    const { telegram, api, refusal } = await startChat();
    const small = telegram.sendFile({
      chatId: CHAT,
      fileName: 'a.txt',
      bytes: Buffer.from('a'),
      caption: 'look',
    });
    expect(small).toMatchObject({ document: { file_name: 'a.txt' }, caption: 'look' });
    expect(await api.getFile(small.document?.file_id ?? '')).toMatchObject({ file_size: 1 });
    const big = telegram.sendFile({ chatId: CHAT, fileName: 'b', bytes: Buffer.alloc(20 * 2 ** 20 + 1) });
    expect(await refusal('getFile', { file_id: big.document?.file_id })).toBe(
      '400 Bad Request: file is too big',
    );
    expect(await refusal('getFile', { file_id: 'x' })).toBe('400 Bad Request: invalid file_id');
    expect(await refusal('getFile')).toBe('400 Bad Request: file_id not specified');
  });
});
