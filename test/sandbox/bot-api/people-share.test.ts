/** What people send besides text, as the bot hears of it and fetches it. */
import { describe, expect, it } from 'vitest';
import { CHAT, startChat, startTelegram } from './emulated.ts';

const bytes = Buffer.from('content');

describe('people', () => {
  it.each(['photo', 'document', 'voice', 'audio', 'video', 'video_note', 'animation'] as const)(
    'send a file as %s, which the bot can fetch',
    async (kind) => {
      const { telegram, api } = await startTelegram();
      telegram.sendFile({ chatId: CHAT, fileName: 'a.bin', bytes, kind, albumId: 'x', durationSeconds: 4 });
      const [update] = await api.getUpdates();
      const message = update?.message;
      expect(message?.media_group_id).toBe('x');
      const content = message?.[kind];
      const { file_id } = (Array.isArray(content) ? content[0] : content) ?? {};
      const { file_path } = await api.getFile(file_id ?? '');
      const response = await fetch(`${telegram.url}/file/bot${telegram.token}/${file_path}`);
      expect(await response.text()).toBe('content');
    },
  );

  it('share a place, and forward what others wrote', async () => {
    const { telegram, api } = await startTelegram();
    const origin = { type: 'hidden_user', date: 1, sender_user_name: 'Eve' } as const;
    telegram.share({ chatId: CHAT, thing: { location: { latitude: 1, longitude: 2 } } });
    telegram.forward({ chatId: CHAT, origin, message: { text: 'theirs' } });
    expect(await api.getUpdates()).toMatchObject([
      { message: { from: { id: CHAT }, location: { latitude: 1 } } },
      { message: { from: { id: CHAT }, text: 'theirs', forward_origin: { sender_user_name: 'Eve' } } },
    ]);
  });

  it('quote a part of what they reply to, and nothing else', async () => {
    const { telegram } = await startChat();
    const [hello] = telegram.messages(CHAT);
    const reply = { chatId: CHAT, replyTo: hello?.message_id, text: 'why?' };
    expect(telegram.sendText({ ...reply, quote: 'ell' }).quote).toEqual({
      text: 'ell',
      position: 1,
      is_manual: true,
    });
    expect(() => telegram.sendText({ ...reply, quote: 'not there' })).toThrow('a part of the message');
  });
});

describe('a download', () => {
  it('is cut off, refused or slow on order, and others are not', async () => {
    const { telegram, api } = await startTelegram();
    const { document } = telegram.sendFile({ chatId: CHAT, fileName: 'a', bytes });
    const { file_path } = await api.getFile(document?.file_id ?? '');
    const download = () => fetch(`${telegram.url}/file/bot${telegram.token}/${file_path}`);
    telegram.fault({ method: '*', times: 9, drop: 'before' });
    telegram.fault({ method: 'download', times: 1, cutAfterBytes: 3 });
    telegram.fault({ method: 'download', times: 1, error: { code: 404, description: 'Not Found' } });
    telegram.fault({ method: 'download', times: 1, delayMs: 50 });
    await expect(download().then((response) => response.text())).rejects.toThrow();
    expect((await download()).status).toBe(404);
    expect(await (await download()).text()).toBe('content');
    expect(await (await download()).text()).toBe('content');
  });
});
