/** getUpdates: confirmation, redelivery, long polls and their conflicts. */
import { Bot } from 'grammy';
import { describe, expect, it } from 'vitest';
import { CHAT, startChat, startTelegram } from './emulated.ts';

const HOUR_MS = 3_600_000;
/** Longer than any test: what is awaited comes before. */
const LONG = 30;

describe('getUpdates', () => {
  it('gives an update again until a higher offset confirms it', async () => {
    const { telegram, api } = await startChat();
    const [first] = await api.getUpdates({ limit: 1 });
    expect(first).toMatchObject({ message: { text: 'hello', chat: { id: CHAT, type: 'private' } } });
    const id = first?.update_id ?? 0;
    expect(await api.getUpdates({ offset: id })).toEqual([first]);
    telegram.sendText({ chatId: CHAT, text: 'again' });
    expect(await api.getUpdates({ offset: id + 1 })).toMatchObject([{ update_id: id + 1 }]);
    expect(telegram.pendingUpdates()).toBe(1);
  });

  it('gives a crashed bot the same batch after its restart', async () => {
    const { telegram, api } = await startTelegram();
    for (const text of ['1', '2', '3']) telegram.sendText({ chatId: CHAT, text });
    const taken = await api.getUpdates();
    // The bot died here: the answer was received, but no later offset was ever sent.
    const received: string[] = [];
    const bot = new Bot(telegram.token, { client: { apiRoot: telegram.url } });
    bot.on('message:text', (ctx) => void received.push(ctx.message.text));
    const running = bot.start();
    await expect.poll(() => received).toEqual(['1', '2', '3']);
    await bot.stop();
    await running;
    expect(taken).toHaveLength(3);
    expect(telegram.pendingUpdates()).toBe(0);
  });

  it('wakes a waiting poll at once, also for GET with parameters in the query', async () => {
    const { telegram } = await startTelegram();
    const url = `${telegram.url}/bot${telegram.token}/getUpdates?timeout=${LONG}`;
    const answer = fetch(url).then((response) => response.json());
    await expect.poll(() => telegram.calls).toHaveLength(1);
    telegram.sendText({ chatId: CHAT, text: 'wake up' });
    expect(await answer).toMatchObject({ ok: true, result: [{ message: { text: 'wake up' } }] });
  });

  it('answers an empty list when the time is over', async () => {
    const { api } = await startTelegram();
    expect(await api.getUpdates({ timeout: 1 })).toEqual([]);
  });

  it('displaces the poll that waits when a newer one has to wait', async () => {
    const { telegram, call } = await startTelegram();
    const older = call('getUpdates', { timeout: LONG });
    await expect.poll(() => telegram.calls).toHaveLength(1);
    const newer = call('getUpdates', { offset: 1, timeout: LONG });
    expect(await older).toMatchObject({
      httpStatus: 409,
      description:
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running',
    });
    telegram.sendText({ chatId: CHAT, text: 'for the newer' });
    expect(await newer).toMatchObject({ result: [{ message: { text: 'for the newer' } }] });
  });

  it('displaces nobody with a poll that is answered at once', async () => {
    const { telegram, call } = await startTelegram();
    const waiting = call('getUpdates', { timeout: LONG });
    await expect.poll(() => telegram.calls).toHaveLength(1);
    expect(await call('getUpdates', { offset: -1 })).toMatchObject({ ok: true, result: [] });
    telegram.sendText({ chatId: CHAT, text: 'x' });
    expect(await waiting).toMatchObject({ ok: true });
  });

  it('forgets a poll whose client hung up, and keeps the update for the next', async () => {
    const { telegram, api } = await startTelegram();
    const url = `${telegram.url}/bot${telegram.token}/getUpdates?timeout=${LONG}`;
    const client = new AbortController();
    const aborted = fetch(url, { signal: client.signal }).catch(() => 'aborted');
    await expect.poll(() => telegram.calls).toHaveLength(1);
    client.abort();
    expect(await aborted).toBe('aborted');
    await expect.poll(() => telegram.calls[0]?.status).toBe('dropped');
    telegram.sendText({ chatId: CHAT, text: 'kept' });
    expect(await api.getUpdates({ offset: 1 })).toMatchObject([{ message: { text: 'kept' } }]);
  });

  it('gives one update at a time to a client that asks twice within half a second', async () => {
    const { telegram, api } = await startTelegram();
    for (const text of ['1', '2']) telegram.sendText({ chatId: CHAT, text });
    expect(await api.getUpdates()).toHaveLength(2);
    expect(await api.getUpdates()).toHaveLength(1);
  });

  it('keeps what the bot asked for last, and applies it when an update comes into being', async () => {
    const { telegram, api } = await startTelegram();
    await api.getUpdates({ allowed_updates: ['callback_query'] });
    telegram.sendText({ chatId: CHAT, text: 'not wanted' });
    await api.getUpdates({ offset: 1, timeout: 0 });
    expect(telegram.pendingUpdates()).toBe(0);
    await api.getUpdates({ offset: 2, allowed_updates: [] });
    telegram.sendText({ chatId: CHAT, text: 'wanted' });
    expect(telegram.pendingUpdates()).toBe(1);
    expect(await api.getWebhookInfo()).toMatchObject({ url: '', pending_update_count: 1 });
  });

  it('forgets updates after 24 hours', async () => {
    let now = 0;
    const { telegram } = await startChat({ now: () => now });
    now += 23 * HOUR_MS;
    telegram.sendText({ chatId: CHAT, text: 'younger' });
    expect(telegram.pendingUpdates()).toBe(2);
    now += HOUR_MS;
    expect(telegram.pendingUpdates()).toBe(1);
  });

  it('begins anew with the ids after a week in which nothing happened', async () => {
    let now = 0;
    const { telegram } = await startTelegram({ now: () => now });
    const first = telegram.pushUpdate({});
    now += 7 * 24 * HOUR_MS;
    const later = telegram.pushUpdate({});
    expect(later).not.toBe(first + 1);
    expect(telegram.pushUpdate({})).toBe(later + 1);
  });

  it('takes a negative offset for "the last ones", and one far ahead for a mistake', async () => {
    const { telegram, api } = await startTelegram();
    const ids = ['1', '2', '3'].map((text) => telegram.pushUpdate({ text }));
    expect(await api.getUpdates({ offset: 2_000_000_000 })).toHaveLength(3);
    expect(await api.getUpdates({ offset: -2 })).toMatchObject([
      { update_id: ids[1] },
      { update_id: ids[2] },
    ]);
    expect(telegram.pendingUpdates()).toBe(2);
  });

  it('is refused while a webhook is set, and works again without', async () => {
    const { telegram, api, call, refusal } = await startTelegram();
    const waiting = call('getUpdates', { timeout: LONG });
    await expect.poll(() => telegram.calls).toHaveLength(1);
    await api.setWebhook('https://example.com/');
    expect(await waiting).toMatchObject({ description: 'Conflict: terminated by setWebhook request' });
    expect(await refusal('getUpdates')).toBe(
      "409 Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
    );
    telegram.sendText({ chatId: CHAT, text: 'x' });
    await api.deleteWebhook({ drop_pending_updates: true });
    expect(await api.getUpdates({ offset: 1 })).toEqual([]);
  });

  it('pushes any update whatever the bot asked for', async () => {
    const { telegram, api } = await startTelegram();
    const id = telegram.pushUpdate({ from_the_future: { deep: [1] } });
    expect(await api.getUpdates()).toEqual([{ update_id: id, from_the_future: { deep: [1] } }]);
  });
});
