/** Faults on order, as grammY and fetch meet them. */
import { GrammyError, HttpError } from 'grammy';
import { describe, expect, it } from 'vitest';
import { CHAT, startChat } from './emulated.ts';

describe('faults on order', () => {
  it('answers 429 with retry_after in the body and the header, as often as ordered', async () => {
    const { telegram, call } = await startChat();
    const description = 'Too Many Requests: retry after 3';
    telegram.fault({ method: 'sendMessage', times: 2, error: { code: 429, description, retryAfter: 3 } });
    const first = await call('sendMessage', { chat_id: CHAT, text: 'a' });
    expect(first).toMatchObject({ httpStatus: 429, description, parameters: { retry_after: 3 } });
    expect(first.headers.get('retry-after')).toBe('3');
    expect((await call('SENDMESSAGE', { chat_id: CHAT, text: 'b' })).httpStatus).toBe(429);
    expect((await call('sendMessage', { chat_id: CHAT, text: 'c' })).ok).toBe(true);
    expect(telegram.messages(CHAT).map(({ text }) => text)).toEqual(['hello', 'c']);
  });

  it('is a GrammyError for grammY', async () => {
    const { telegram, api } = await startChat();
    telegram.fault({ method: '*', times: 1, error: { code: 502, description: 'Bad Gateway' } });
    const error: unknown = await api.sendMessage(CHAT, 'a').catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(GrammyError);
    expect(error).toMatchObject({ error_code: 502, description: 'Bad Gateway' });
  });

  it('cuts the connection before the method took effect', async () => {
    const { telegram, api } = await startChat();
    telegram.fault({ method: 'sendMessage', times: 1, drop: 'before' });
    await expect(api.sendMessage(CHAT, 'lost')).rejects.toBeInstanceOf(HttpError);
    expect(telegram.messages(CHAT)).toHaveLength(1);
    expect(telegram.calls.at(-1)).toMatchObject({ method: 'sendMessage', status: 'dropped' });
  });

  it('cuts the connection after the method took effect', async () => {
    const { telegram, api } = await startChat();
    telegram.fault({ method: 'sendMessage', times: 1, drop: 'after' });
    await expect(api.sendMessage(CHAT, 'sent all the same')).rejects.toBeInstanceOf(HttpError);
    expect(telegram.messages(CHAT).at(-1)).toMatchObject({ text: 'sent all the same' });
    expect(telegram.calls.at(-1)?.status).toBe('dropped');
  });

  it('keeps an answer back, and lets other calls pass', async () => {
    const { telegram, api } = await startChat();
    telegram.fault({ method: 'sendMessage', times: 1, delayMs: 50 });
    await Promise.all([api.sendMessage(CHAT, 'slow'), api.sendMessage(CHAT, 'fast')]);
    expect(telegram.messages(CHAT).map(({ text }) => text)).toEqual(['hello', 'fast', 'slow']);
  });

  it('means with * every method but getUpdates, and forgets what is left when told', async () => {
    const { telegram, api } = await startChat();
    telegram.fault({
      method: '*',
      times: Infinity,
      error: { code: 500, description: 'Internal Server Error' },
    });
    expect(await api.getUpdates()).toHaveLength(1);
    await expect(api.getMe()).rejects.toMatchObject({ error_code: 500 });
    telegram.clearFaults();
    expect(await api.getMe()).toMatchObject({ id: telegram.bot.id });
  });
});
