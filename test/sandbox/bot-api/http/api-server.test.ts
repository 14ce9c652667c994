/** The HTTP side: addresses, tokens, the ways to pass parameters, the envelope, and what is not known here. */
import { describe, expect, it } from 'vitest';
import { CHAT, readAnswer, startChat, startTelegram } from '../emulated.ts';

describe('the Bot API over HTTP', () => {
  it('says who the bot is to GET and POST, whatever the case of the method', async () => {
    const { telegram } = await startTelegram({ token: '99:secret', botName: 'Nap' });
    const got = await readAnswer(await fetch(`${telegram.url}/bot99:secret/GETme`));
    expect(got).toMatchObject({
      httpStatus: 200,
      ok: true,
      result: { id: 99, is_bot: true, first_name: 'Nap' },
    });
  });

  it.each([
    ['/bot1:wrong/getMe', 401, 'Unauthorized'],
    ['/botnonsense/getMe', 401, 'Unauthorized: invalid token specified'],
    ['/bot0:x/getMe', 401, 'Unauthorized: invalid token specified'],
    ['/', 404, 'Not Found'],
    ['/hello/getMe', 404, 'Not Found'],
    ['/file/bot1:wrong/documents/x', 401, 'Unauthorized'],
  ])('answers %s with %i %s', async (path, status, description) => {
    const { telegram } = await startTelegram();
    const answer = await readAnswer(await fetch(telegram.url + path));
    expect(answer).toMatchObject({ httpStatus: status, ok: false, error_code: status, description });
  });

  it('remembers a method that it does not know, and answers 404', async () => {
    const { telegram, refusal } = await startTelegram();
    expect(await refusal('sendPoll')).toBe('404 Not Found: method not found');
    expect(telegram.calls).toMatchObject([{ method: 'sendPoll', status: 404 }]);
  });

  it('refuses a parameter that it does not know, so that nobody believes in its effect', async () => {
    const { refusal } = await startChat();
    expect(await refusal('sendMessage', { chat_id: CHAT, text: 'x', message_effect_id: '5' })).toBe(
      '400 Bad Request: the emulated Bot API does not know the parameter "message_effect_id" of sendMessage',
    );
  });

  it('refuses parse_mode, which Hibernaut never uses', async () => {
    const { refusal } = await startChat();
    expect(await refusal('sendMessage', { chat_id: CHAT, text: 'x', parse_mode: 'HTML' })).toContain(
      'parse_mode',
    );
  });

  it.each<[string, (url: string) => Promise<Response>]>([
    ['the query', (url) => fetch(`${url}?chat_id=7&text=hi`)],
    [
      'a form',
      (url) => fetch(url, { method: 'POST', body: new URLSearchParams({ chat_id: '7', text: 'hi' }) }),
    ],
    ['JSON', (url) => postJson(url, { chat_id: 7, text: 'hi' })],
    ['JSON with strings', (url) => postJson(url, { chat_id: '7', text: 'hi' })],
    ['a multipart form', (url) => fetch(url, { method: 'POST', body: formOf({ chat_id: '7', text: 'hi' }) })],
  ])('takes parameters from %s', async (_where, send) => {
    const { telegram } = await startChat();
    const answer = await readAnswer(await send(`${telegram.url}/bot${telegram.token}/sendMessage`));
    expect(answer).toMatchObject({ ok: true, result: { text: 'hi', chat: { id: 7, type: 'private' } } });
  });

  it.each([
    ['{"chat_id":', "Bad Request: can't parse request body as JSON object"],
    ['[7]', "Bad Request: can't parse request body as JSON object"],
  ])('refuses the body %s', async (body, description) => {
    const { telegram } = await startChat();
    const headers = { 'content-type': 'application/json' };
    const url = `${telegram.url}/bot${telegram.token}/sendMessage`;
    const answer = await readAnswer(await fetch(url, { method: 'POST', headers, body }));
    expect(answer).toMatchObject({ httpStatus: 400, description });
  });

  it('takes objects as JSON and as strings of JSON', async () => {
    const { call } = await startChat();
    const reply_markup = { inline_keyboard: [[{ text: 'A', callback_data: 'a' }]] };
    for (const given of [reply_markup, JSON.stringify(reply_markup)]) {
      const { result } = await call('sendMessage', { chat_id: CHAT, text: 'x', reply_markup: given });
      expect(result).toMatchObject({ reply_markup });
    }
  });

  it('logs each call with its payload and the wall clock at its arrival', async () => {
    const { telegram, api } = await startChat({ now: () => 1_234_567 });
    await api.sendMessage(CHAT, 'hi');
    expect(telegram.calls).toEqual([
      { method: 'sendMessage', payload: { chat_id: CHAT, text: 'hi' }, at: 1_234_567, status: 200 },
    ]);
  });
});

function postJson(url: string, body: object): Promise<Response> {
  const headers = { 'content-type': 'application/json' };
  return fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
}

function formOf(values: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(values)) form.set(name, value);
  return form;
}
