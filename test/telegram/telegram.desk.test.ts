/** A session that is open at the desk, as its chat sees it: what has to wait says so, and /detach takes it back. */
import { describe, expect, it } from 'vitest';
import { cardKeyboard } from '../../src/telegram/receive/session-buttons.ts';
import { noticeText } from '../../src/telegram/texts/notices.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { NOON } from '../helpers/records.ts';
import { aView } from '../helpers/steerable-sessions.ts';
import { marked } from './render/marked.ts';
import { tappableIn } from './render/tappable.ts';

const OPEN = {
  state: 'suspended',
  phase: 'suspended.attached.open',
  desk: { host: 'den', since: NOON },
} as const;

async function startAtDesk(): Promise<TestBot> {
  const bot = await startBot({ now: () => NOON + 60_000 });
  bot.sessions.view = aView({ name: 'shop', ...OPEN });
  return bot;
}

async function answerTo(bot: TestBot, text: string): Promise<string> {
  const { message_id: messageId } = bot.emulator.sendText({ chatId: ME, text });
  const answer = await bot.emulator.waitForMessage(
    ME,
    (message) => message.reply_to_message?.message_id === messageId,
  );
  return answer.text ?? '';
}

it.each(['/suspend', '/stop', '/clear', '/end'])('%s has to wait', async (command) => {
  const bot = await startAtDesk();
  expect(await answerTo(bot, command)).toBe(
    'shop is open at the desk, on den, so that has to wait until it is closed there. /detach takes it back now.',
  );
});

it('/detach takes it back', async () => {
  const bot = await startAtDesk();
  expect(await answerTo(bot, '/detach')).toBe(
    'Closing shop at the desk, on den. I say here when it is yours again.',
  );
  expect(bot.sessions.calls).toContain('detach()');
});

it('/detach of a session that is not there changes nothing', async () => {
  const bot = await startBot({});
  expect(await answerTo(bot, '/detach')).toMatch(/is not open at the desk/);
  expect(bot.sessions.calls).not.toContain('detach()');
});

it('/status says where, since when, and how to take it back', async () => {
  const bot = await startAtDesk();
  expect(await answerTo(bot, '/status')).toMatch(
    /^shop is open at the desk, on den, for 1 min\. \/detach takes it back\n/,
  );
});

describe('its card in /sessions', () => {
  const labels = (phase: string) =>
    cardKeyboard(aView({ ...OPEN, phase }), { chatId: ME, threadId: null }, null)
      .inline_keyboard.flat()
      .map(({ text }) => text);

  it('offers to take it back, and neither wakes nor ends it', () => {
    expect(labels('suspended.attached.open')).toContain('Take it back from the desk');
    expect(labels('suspended.attached.open')).not.toContain('Wake');
    expect(labels('suspended.attached.open')).not.toContain('End');
  });

  it('offers that once', () => {
    expect(labels('suspended.attached.closing')).not.toContain('Take it back from the desk');
  });
});

describe('what is said of it', () => {
  const CLOSED = {
    type: 'deskClosed',
    host: 'den',
    forMs: 1_320_000,
    prompts: 3,
    lastWords: null,
    isNewConversation: false,
  } as const;

  it('is where it is, how long it was there, and what happened', () => {
    expect([
      marked(noticeText({ type: 'deskHasIt', host: 'den' })),
      marked(noticeText(CLOSED)),
      marked(noticeText({ ...CLOSED, prompts: 0 })),
      marked(noticeText({ ...CLOSED, prompts: 1, lastWords: 'All *green*.', isNewConversation: true })),
      marked(noticeText({ type: 'adopted', host: 'den', workspace: '/srv/shop' })),
    ]).toMatchInlineSnapshot(`
      [
        "This session is open at the desk, on den. Claude gets your message when it is closed there. /detach takes it back now.",
        "This session is yours here again. It was open at the desk, on den, for 22 min: 3 prompts there.",
        "This session is yours here again. It was open at the desk, on den, for 22 min: nothing was said there.",
        "This session is yours here again, and it goes on with the conversation that was open there last. It was open at the desk, on den, for 22 min: 1 prompt there.

      Claude said last:
      <blockquote>All *green*.</blockquote>",
        "This session goes on with a conversation from a terminal on den, in <code>/srv/shop</code>. Claude knows what was said there: write to go on.",
      ]
    `);
  });

  it('quotes Claude as words: cut, and with nothing in them to tap', () => {
    const text = noticeText({ ...CLOSED, lastWords: `tap /end or @someone ${'x'.repeat(5_000)}` });
    expect(text.text.length).toBeLessThan(1_000);
    expect(tappableIn(text)).toEqual([]);
  });
});
