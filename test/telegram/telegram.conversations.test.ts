/** /resume and /fork, from a person in the emulated chat to the sessions and back. */
import { describe, expect, it } from 'vitest';
import type { ListedConversation } from '../../src/telegram/ports.ts';
import { ME, startBot, type TestBot } from '../helpers/bot.ts';
import { NOON } from '../helpers/records.ts';
import { aView } from '../helpers/steerable-sessions.ts';

const id = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

function aConversation(number: number, over: Partial<ListedConversation> = {}): ListedConversation {
  return {
    claudeSessionId: id(number),
    title: `Conversation ${String(number)}`,
    lastUsedAt: NOON,
    session: null,
    ...over,
  };
}

async function startWith(listed: ListedConversation[]) {
  const bot = await startBot({ now: () => NOON + 3_600_000 });
  bot.sessions.listed = listed;
  return bot;
}

/** The bot's answer as it is now, and its buttons. */
async function answerTo(bot: TestBot, text: string) {
  const { message_id: asked } = bot.emulator.sendText({ chatId: ME, text });
  const { message_id: messageId } = await bot.emulator.waitForMessage(
    ME,
    ({ reply_to_message: original }) => original?.message_id === asked,
  );
  const message = () => bot.emulator.messages(ME).find(({ message_id }) => message_id === messageId);
  return {
    messageId,
    text: () => message()?.text,
    labels: () => message()?.reply_markup?.inline_keyboard.map((row) => row.map((button) => button.text)),
    press: (button: string) => bot.emulator.press({ chatId: ME, messageId, button }),
  };
}

describe('/resume', () => {
  it('lists the conversations of the folder, with age, those that a session has marked', async () => {
    const bot = await startWith([
      aConversation(1, { session: 'work' }),
      aConversation(2, { title: 'A title that is longer than what a button has room for' }),
    ]);
    const { text, labels } = await answerTo(bot, '/resume');
    expect(text()).toMatchInlineSnapshot(
      `"Claude Code keeps 2 conversations in /home/me/work, begun here or in a terminal. Tap one to go on with it. Those with ✓ have a session in this chat."`,
    );
    expect(labels()).toMatchInlineSnapshot(`
      [
        [
          "✓ work – 1 h ago",
        ],
        [
          "A title that is longer than w… – 1 h ago",
        ],
      ]
    `);
  });

  it('goes on with the one that is tapped, and says where', async () => {
    const bot = await startWith([aConversation(1), aConversation(2)]);
    const { text, labels, press } = await answerTo(bot, '/resume');
    await press('Conversation 2 – 1 h ago');
    expect(bot.sessions.calls).toEqual([`resume(${id(2)})`]);
    await expect.poll(text).toMatch(/^New session work goes on with that conversation/);
    expect(labels()).toBeUndefined();
  });

  it('shows eight at a time, and turns the page in place', async () => {
    const bot = await startWith(Array.from({ length: 9 }, (_, index) => aConversation(index)));
    const { labels, press } = await answerTo(bot, '/resume');
    expect(labels()).toHaveLength(9);
    await press('›');
    await expect.poll(labels).toEqual([['Conversation 8 – 1 h ago'], ['‹']]);
  });

  it('with words goes on with the only one that has them in its title, or lets one choose', async () => {
    const bot = await startWith([aConversation(1, { title: 'Paint the door' }), aConversation(12)]);
    expect((await answerTo(bot, '/resume THE DOOR')).text()).toContain('goes on with that conversation');
    expect(bot.sessions.calls).toEqual([`resume(${id(1)})`]);
    bot.sessions.listed = [aConversation(1), aConversation(12)];
    const several = await answerTo(bot, '/resume conversation 1');
    expect(several.labels()).toEqual([['Conversation 1 – 1 h ago'], ['Conversation 12 – 1 h ago']]);
    expect((await answerTo(bot, '/resume nothing')).text()).toBe(
      'No conversation in /home/me/work has nothing in its title. /resume lists them all.',
    );
  });

  it('with an id goes on with that one, wherever it was begun', async () => {
    const bot = await startWith([]);
    await answerTo(bot, `/resume ${id(3).toUpperCase()}`);
    expect(bot.sessions.calls).toEqual([`resume(${id(3)})`]);
  });

  it('says so when there are none', async () => {
    const bot = await startWith([]);
    expect((await answerTo(bot, '/resume')).text()).toBe(
      'Claude Code keeps no conversation in /home/me/work yet.',
    );
  });

  it('passes on why not, and offers a copy where that is possible', async () => {
    const bot = await startWith([aConversation(1)]);
    bot.sessions.resumed = { refused: 'It is open elsewhere.', canFork: true };
    const { text, labels, press } = await answerTo(bot, '/resume');
    await press('Conversation 1 – 1 h ago');
    await expect.poll(text).toBe('It is open elsewhere.');
    expect(labels()).toEqual([['Go on with a copy']]);
    await press('Go on with a copy');
    expect(bot.sessions.calls.at(-1)).toBe(`fork(${id(1)}, null)`);
    await expect.poll(text).toContain('with a copy of the conversation');
  });
});

describe('/fork', () => {
  it('goes on with a copy of the current conversation, named as one wishes', async () => {
    const bot = await startWith([]);
    bot.sessions.view = aView({ name: 'aside' });
    expect((await answerTo(bot, '/fork aside')).text()).toMatchInlineSnapshot(
      `"New session aside goes on from here with a copy of the conversation; the original stays as it is. Your next message goes to it."`,
    );
    await answerTo(bot, '/fork');
    expect(bot.sessions.calls).toEqual(['fork(null, aside)', 'fork(null, null)']);
  });

  it('passes on why it is refused', async () => {
    const bot = await startWith([]);
    bot.sessions.refused = 'work is at work.';
    expect((await answerTo(bot, '/fork')).text()).toBe('work is at work.');
  });
});
