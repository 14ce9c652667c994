/** The chat page in a real browser, with a bot that is played by the test through the emulated Bot API. */
import { readFile } from 'node:fs/promises';
import { Api, InlineKeyboard, InputFile } from 'grammy';
import type { Update } from 'grammy/types';
import type { Browser, BrowserContext, Locator, Page as BrowserPage } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startEmulator } from '../../../src/sandbox/bot-api/emulator.ts';
import { startPage, type Page } from '../../../src/sandbox/page-server.ts';
import { forum, people, settle } from '../../../src/sandbox/people.ts';
import type { EmulatedTelegram } from '../../../src/sandbox/ports.ts';
import { launchBrowser } from '../../helpers/browser.ts';

const [anna, ben] = people;

let browser: Browser;
let telegram: EmulatedTelegram;
let bot: Api;
let server: Page;
let context: BrowserContext;
let page: BrowserPage;
let faults: string[];

beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

beforeEach(async () => {
  telegram = await startEmulator();
  settle(telegram);
  bot = new Api(telegram.token, { apiRoot: telegram.url });
  server = await startPage({ telegram, isScripted: true });
  context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  page = await context.newPage();
  faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  page.on('dialog', (dialog) => {
    faults.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(server.address);
});
afterEach(async () => {
  await context.close();
  await server.close();
  await telegram.close();
  expect(faults).toEqual([]);
});

async function open(name: string): Promise<void> {
  await page.getByRole('navigation').getByRole('button', { name }).first().click();
  await page.getByRole('heading', { name }).waitFor();
}

async function write(text: string): Promise<void> {
  await page.getByRole('combobox', { name: 'Message' }).fill(text);
  await page.keyboard.press('Enter');
}

const bubble = (text: string): Locator => page.locator('.bubble', { hasText: text });
/** Runs a function of entities.js's exports in the page. As text: our own compiler must not touch it. */
const inPage = (script: string): Promise<unknown> => page.evaluate(`import('/entities.js').then(${script})`);
/** What people did. That there are topics in the group came before. */
async function updates(): Promise<Update[]> {
  const all = await bot.getUpdates({ timeout: 5 });
  const last = all.at(-1);
  const done = all.filter(({ message }) => !message?.forum_topic_created);
  if (done.length > 0 || !last) return done;
  return bot.getUpdates({ offset: last.update_id + 1, timeout: 5 });
}

describe('a conversation', () => {
  it('says on every screen that it is a sandbox, and hides the token from the address bar', async () => {
    await page.getByRole('button', { name: 'Anna private chat' }).waitFor();
    const banner = page.getByRole('note');
    expect(await banner.textContent()).toMatch(
      /Sandbox:\s+emulated Telegram, a scripted stand-in for the model/,
    );
    await open('Anna');
    expect(await banner.isVisible()).toBe(true);
    expect(page.url()).not.toContain('token');
  });

  it('brings what a person writes to the bot, and the answer back', async () => {
    await open('Anna');
    await write('hello');
    const [update] = await updates();
    expect(update?.message).toMatchObject({ text: 'hello', chat: { id: anna.id }, from: { id: anna.id } });
    await bubble('hello').and(page.locator('.mine *')).waitFor();
    await bot.sendChatAction(anna.id, 'typing');
    await page.getByText('Hibernaut is typing').waitFor();
    await bot.sendMessage(anna.id, 'Good morning');
    await page.locator('.theirs').getByText('Good morning').waitFor();
    await expect.poll(() => page.getByText('Hibernaut is typing').count()).toBe(0);
  });

  it('shows pictures, and offers files under their name', async () => {
    await open('Anna');
    const pixel =
      'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    await bot.sendPhoto(anna.id, new InputFile(Buffer.from(pixel, 'base64'), 'a.png'), { caption: 'look' });
    const picture = page.getByRole('img', { name: 'Picture' });
    await expect
      .poll(() =>
        picture.evaluate((image: { complete: boolean; naturalWidth: number }) => image.naturalWidth),
      )
      .toBe(1);
    await bot.sendDocument(anna.id, new InputFile(Buffer.from('<h1>notes</h1>'), 'notes.html'));
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: /notes\.html/ }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toBe('notes.html');
    expect(await readFile(await download.path(), 'utf8')).toBe('<h1>notes</h1>');
  });

  it('shows an edit in place, and a deleted message no longer', async () => {
    await open('Anna');
    const { message_id: id } = await bot.sendMessage(anna.id, 'first draft');
    await bubble('first draft').waitFor();
    await bot.editMessageText(anna.id, id, 'second draft');
    await bubble('second draft').getByText('edited').waitFor();
    expect(await page.locator('.bubble').count()).toBe(1);
    await bot.deleteMessage(anna.id, id);
    await expect.poll(() => page.locator('.bubble').count()).toBe(0);
  });

  it('shows how the bot reacts to a message', async () => {
    await open('Anna');
    const { message_id: id } = await bot.sendMessage(anna.id, 'a message');
    await bubble('a message').waitFor();
    await bot.setMessageReaction(anna.id, id, [{ type: 'emoji', emoji: '👀' }]);
    await page.getByLabel('Reactions').getByText('👀').waitFor();
    await bot.setMessageReaction(anna.id, id, []);
    await expect.poll(() => page.getByLabel('Reactions').count()).toBe(0);
  });

  it('keeps its place and all messages over a reload', async () => {
    await open('Anna');
    await write('still here?');
    await bubble('still here?').waitFor();
    await page.reload();
    await bubble('still here?').waitFor();
    expect(await page.getByRole('heading', { name: 'Anna' }).isVisible()).toBe(true);
  });

  it('puts back what could not be sent', async () => {
    await open('Anna');
    await page.route('**/actions/send', (route) => route.abort());
    await write('do not lose me');
    await page.getByRole('status').getByText('The sandbox does not answer').waitFor();
    expect(await page.getByRole('combobox', { name: 'Message' }).inputValue()).toBe('do not lose me');
    faults = faults.filter((fault) => !fault.includes('net::ERR_FAILED'));
  });
});

describe('an answer', () => {
  it('shows what it replies to', async () => {
    await open('Anna');
    const { message_id: id } = telegram.sendText({ chatId: anna.id, text: 'the question' });
    await bot.sendMessage(anna.id, 'the answer', { reply_parameters: { message_id: id } });
    const quote = bubble('the answer').getByRole('link', { name: 'Anna the question' });
    await quote.click();
    await page.locator('.mine.pointed-at').waitFor();
  });

  it('shows a draft while it is written, and the message in its place', async () => {
    await open('Anna');
    await bot.sendMessageDraft(anna.id, 7, 'half an ans');
    await page.locator('.draft').getByText('half an ans').waitFor();
    await bot.sendMessage(anna.id, 'half an answer, now whole');
    await bubble('now whole').waitFor();
    await expect.poll(() => page.locator('.draft').count()).toBe(0);
  });

  it('leaves the place where one reads, and counts what comes below', async () => {
    await open('Anna');
    for (let line = 1; line <= 40; line += 1) telegram.sendText({ chatId: anna.id, text: `line ${line}.` });
    await bubble('line 40.').waitFor();
    await page.locator('#scroller').hover();
    await page.mouse.wheel(0, -10_000);
    const toEnd = page.getByRole('button', { name: 'To the newest message' });
    await toEnd.waitFor();
    await bot.sendMessage(anna.id, 'news');
    await toEnd.getByText('1', { exact: true }).waitFor();
    expect(await page.evaluate(`document.getElementById('scroller').scrollTop`)).toBe(0);
    await toEnd.click();
    await expect.poll(() => toEnd.count()).toBe(0);
  });
});

describe('formatting', () => {
  it('becomes real elements, nested as they are', async () => {
    await open('Anna');
    const text = 'bold-italic struck 👋 inline\nconst x = 1 < 2;\nsaid so\nhidden';
    const at = (part: string) => ({ offset: text.indexOf(part), length: part.length });
    await bot.sendMessage(anna.id, text, {
      entities: [
        { type: 'bold', ...at('bold-italic') },
        { type: 'italic', ...at('italic') },
        { type: 'strikethrough', ...at('struck') },
        { type: 'code', ...at('inline') },
        { type: 'pre', language: 'typescript', ...at('const x = 1 < 2;') },
        { type: 'blockquote', ...at('said so') },
        { type: 'spoiler', ...at('hidden') },
      ],
    });
    const message = page.locator('.theirs');
    await message.waitFor();
    // Telegram cuts overlapping entities where the inner one begins.
    expect(await message.locator('strong').allTextContents()).toEqual(['bold-', 'italic']);
    expect(await message.locator('strong em').textContent()).toBe('italic');
    expect(await message.locator('s').textContent()).toBe('struck');
    expect(await message.locator('.text > code').textContent()).toBe('inline');
    expect(await message.locator('pre code[data-language=typescript]').textContent()).toBe(
      'const x = 1 < 2;',
    );
    expect(await message.locator('figcaption').textContent()).toContain('typescript');
    expect(await message.locator('blockquote').textContent()).toBe('said so');
    const spoiler = message.getByRole('button', { name: 'Hidden text' });
    await spoiler.press('Enter');
    expect(await message.getByText('hidden').isVisible()).toBe(true);
  });

  it('folds a long quote until one wants to read it', async () => {
    await open('Anna');
    const text = 'one\ntwo\nthree\nfour\nfive';
    await bot.sendMessage(anna.id, text, {
      entities: [{ type: 'expandable_blockquote', offset: 0, length: text.length }],
    });
    const quote = page.locator('blockquote.expandable');
    const heightOf = async () => (await quote.boundingBox())?.height ?? 0;
    const more = page.getByRole('button', { name: 'Show more' });
    await more.waitFor();
    const folded = await heightOf();
    await more.click();
    expect(await heightOf()).toBeGreaterThan(folded);
    expect(await page.getByRole('button', { name: 'Show less' }).getAttribute('aria-expanded')).toBe('true');
  });

  it('leaves hostile text and hostile links as text', async () => {
    await open('Anna');
    const hostile = '<img src=x onerror="alert(1)"><script>alert(2)</script>';
    await write(hostile);
    await bot.sendMessage(anna.id, hostile);
    await expect.poll(() => page.locator('.text').allTextContents()).toEqual([hostile, hostile]);
    expect(await page.locator('#messages img, #messages script').count()).toBe(0);
    // The emulated Telegram refuses such links, as the real one does; the page does not rely on it.
    const links = await inPage(`({ renderText }) =>
      ['javascript:alert(1)', 'data:text/html,x', ' JaVaScript:alert(1)', 'https://ok.example/'].map((url) => {
        const box = document.createElement('div');
        box.append(renderText('link', [{ type: 'text_link', offset: 0, length: 4, url }]));
        return box.querySelector('a')?.href ?? box.textContent;
      })`);
    expect(links).toEqual(['link', 'link', 'link', 'https://ok.example/']);
  });

  it('survives entities that make no sense', async () => {
    const odd = [
      [
        { type: 'bold', offset: 0, length: 3 },
        { type: 'italic', offset: 2, length: 3 },
      ],
      [
        { type: 'bold', offset: 4, length: 90 },
        { type: 'unheard_of', offset: 0, length: 2 },
      ],
      [
        { type: 'bold', offset: 50, length: 1 },
        { type: 'bold', offset: 0, length: 0 },
      ],
    ];
    const texts = await inPage(`({ renderText }) =>
      ${JSON.stringify(odd)}.map((entities) => renderText('abcdef', entities).textContent)`);
    expect(texts).toEqual(['abcdef', 'abcdef', 'abcdef']);
  });
});

describe('buttons', () => {
  const keyboard = new InlineKeyboard()
    .text('Allow', 'yes')
    .text('Deny', 'no')
    .row()
    .url('Docs', 'https://example.com/');

  it('reach the bot, show its answer as a toast, and are spent when it removes them', async () => {
    await open('Anna');
    const { message_id: id } = await bot.sendMessage(anna.id, 'May I?', { reply_markup: keyboard });
    await page.getByRole('button', { name: 'Allow' }).click();
    const query = (await updates())[0]?.callback_query;
    expect(query).toMatchObject({ data: 'yes', from: { id: anna.id }, message: { message_id: id } });
    await bot.answerCallbackQuery(query?.id ?? '', { text: 'Allowed.' });
    await page.getByRole('status').getByText('Allowed.').waitFor();
    expect(await page.getByRole('link', { name: 'Docs' }).getAttribute('href')).toBe('https://example.com/');
    await bot.editMessageText(anna.id, id, 'You allowed it.');
    await bubble('You allowed it.').waitFor();
    expect(await page.getByRole('button', { name: 'Allow' }).count()).toBe(0);
  });

  it('show an alert that has to be closed', async () => {
    await open('Anna');
    await bot.sendMessage(anna.id, 'May I?', { reply_markup: keyboard });
    await page.getByRole('button', { name: 'Deny' }).press('Enter');
    const query = (await updates())[0]?.callback_query;
    await bot.answerCallbackQuery(query?.id ?? '', { text: 'Not yours.', show_alert: true });
    const alert = page.getByRole('dialog', { name: 'Not yours.' });
    await alert.getByRole('button', { name: 'OK' }).click();
    await expect.poll(() => alert.count()).toBe(0);
  });
});

describe('commands', () => {
  beforeEach(async () => {
    await bot.setMyCommands([
      { command: 'status', description: 'What it does' },
      { command: 'stop', description: 'Interrupt it' },
      { command: 'help', description: 'What there is' },
    ]);
    await open('Anna');
    // The commands come with the next change that a person could see.
    await bot.sendMessage(anna.id, 'Try /help');
    await bubble('Try').waitFor();
  });

  it('are suggested while one is typed, and chosen with the keyboard', async () => {
    const input = page.getByRole('combobox', { name: 'Message' });
    await input.pressSequentially('/st');
    const options = page.getByRole('option');
    expect(await options.allTextContents()).toEqual(['/status What it does', '/stop Interrupt it']);
    await input.press('ArrowDown');
    await input.press('ArrowDown');
    expect(await options.nth(1).getAttribute('aria-selected')).toBe('true');
    await input.press('Enter');
    expect((await updates())[0]?.message?.text).toBe('/stop');
    expect(await options.count()).toBe(0);
  });

  it('are sent as typed when none is chosen, completed by Tab, and put away by Escape', async () => {
    const input = page.getByRole('combobox', { name: 'Message' });
    await input.pressSequentially('/st');
    await input.press('Tab');
    expect(await input.inputValue()).toBe('/status ');
    await input.fill('/s');
    await input.press('Escape');
    expect(await page.getByRole('listbox').count()).toBe(0);
    await input.press('Enter');
    expect((await updates())[0]?.message?.text).toBe('/s');
  });

  it('are sent by a tap on them in a message', async () => {
    await page.locator('.bubble').getByRole('button', { name: '/help' }).click();
    expect((await updates())[0]?.message?.text).toBe('/help');
  });
});

describe('several chats', () => {
  it('stand side by side, and count what is unread', async () => {
    const entry = page.getByRole('navigation').getByRole('button', { name: 'Ben' });
    await entry.waitFor();
    await bot.sendMessage(ben.id, 'Ben, look');
    await bot.sendMessage(ben.id, 'And here');
    await entry.getByText('And here').waitFor();
    expect(await entry.getByLabel('2 unread').isVisible()).toBe(true);
    await open('Ben');
    await bubble('Ben, look').waitFor();
    await page.keyboard.press('Escape');
    await entry.waitFor();
    expect(await entry.getByLabel('2 unread').count()).toBe(0);
    await open('Anna');
    expect(await page.locator('.bubble').count()).toBe(0);
  });

  it('have topics, where each person can write', async () => {
    await open(`${forum.title} › Website`);
    await page.getByRole('combobox', { name: 'Write as' }).selectOption('Ben');
    await write('from Ben');
    const threadId = telegram.chats().find(({ id }) => id === forum.chatId)?.topics[0]?.threadId;
    const update = (await updates()).at(-1);
    expect(update?.message).toMatchObject({
      from: { id: ben.id },
      message_thread_id: threadId,
      text: 'from Ben',
    });
    await bot.sendMessage(forum.chatId, 'to the topic', { message_thread_id: threadId ?? 0 });
    await bubble('to the topic').waitFor();
    await page.getByRole('button', { name: 'Back to the chats' }).click();
    await open(`${forum.title} › Server`);
    expect(await page.locator('.bubble').count()).toBe(0);
  });

  it('take files with what was typed as the caption, several of them as an album', async () => {
    await open('Anna');
    await page.getByRole('combobox', { name: 'Message' }).fill('look at these');
    const file = (name: string, mimeType: string) => ({ name, mimeType, buffer: Buffer.from(name) });
    await page
      .locator('input[type=file]')
      .setInputFiles([file('a.png', 'image/png'), file('b.jpg', 'image/jpeg')]);
    await bubble('look at these').waitFor();
    await page.locator('input[type=file]').setInputFiles([file('notes.txt', 'text/plain')]);
    await bubble('notes.txt').waitFor();
    const [first, second, third] = (await updates()).slice(-3).map(({ message }) => message);
    expect(first).toMatchObject({ caption: 'look at these', photo: [{}] });
    expect(second?.media_group_id).toBe(first?.media_group_id);
    expect(third).toMatchObject({ document: { file_name: 'notes.txt', mime_type: 'text/plain' } });
    expect(third?.media_group_id).toBeUndefined();
    expect(await page.getByRole('combobox', { name: 'Message' }).inputValue()).toBe('');
  });

  it('can be made', async () => {
    await page.getByRole('button', { name: 'New chat' }).click();
    await page.getByRole('combobox', { name: 'Kind' }).selectOption('Group');
    await page.getByRole('textbox', { name: 'Name' }).fill('Garden <b>');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Garden <b>' }).waitFor();
    await write('hi all');
    expect((await updates()).at(-1)?.message?.chat).toMatchObject({ type: 'group', title: 'Garden <b>' });
  });
});
