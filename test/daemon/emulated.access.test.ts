/** How people get in and are shut out, over HTTP, with the daemon around it: once, durably, and at once. */
import { describe, expect, it } from 'vitest';
import { ME } from '../helpers/bot.ts';
import { startEmulatedDaemon, type EmulatedDaemon } from '../helpers/emulated-daemon.ts';
import { anApproval } from '../helpers/records.ts';
import { isAsking } from '../helpers/asking.ts';

const BEN = 8;
const STRANGER = 666;
const POLL = { timeout: 30_000 };

/** Everything that came was handled. */
const handled = ({ emulator }: EmulatedDaemon) => expect.poll(() => emulator.pendingUpdates(), POLL).toBe(0);

const sent = ({ emulator }: EmulatedDaemon, chatId: number) =>
  emulator.calls.filter(({ method, payload }) => method !== 'getUpdates' && payload['chat_id'] === chatId);

/** The owner has used the bot, and Ben is in. */
async function withBen(options: Parameters<typeof startEmulatedDaemon>[0] = {}): Promise<EmulatedDaemon> {
  const test = await startEmulatedDaemon(options);
  const { code } = await test.daemon.access.open();
  test.write(`/start ${code}`, BEN);
  await expect.poll(() => test.texts(BEN), POLL).toContainEqual(expect.stringContaining('You are in'));
  return test;
}

describe('pairing', () => {
  it('says nothing to anybody while no code waits, and keeps nothing of them', async () => {
    const test = await startEmulatedDaemon();
    test.write('/start', STRANGER);
    test.write('/start K7QM2-XRT10', STRANGER);
    await handled(test);
    expect(test.texts(STRANGER)).toEqual([]);
    expect(sent(test, STRANGER)).toEqual([]);
    expect([test.store.disk.access.size, test.store.disk.chats.size]).toEqual([0, 0]);
  });

  it.each([
    ['by the link', (code: string) => `/start ${code.replace('-', '')}`],
    ['by the command', (code: string) => `/start ${code}`],
    ['by the code alone', (code: string) => code.toLowerCase()],
  ])('lets the person in who sends the code, %s, and tells the owner who it was', async (_, words) => {
    const test = await startEmulatedDaemon();
    test.write('hello');
    await expect.poll(() => test.texts()).toEqual(['You said: hello']);
    test.emulator.introduce({ userId: BEN, firstName: 'Ben', lastName: '/end', username: 'ben' });
    const { code, botUsername } = await test.daemon.access.open();
    expect(botUsername).toBe('hiber_bot');
    test.write(words(code), BEN);
    await expect
      .poll(() => test.texts(BEN), POLL)
      .toEqual([expect.stringMatching(/^You are in\. Write what you want done/)]);
    await expect
      .poll(() => test.texts().at(-1), POLL)
      .toMatch(/^Ben \/end \(@ben\), Telegram id 8, was let in .* hibernaut access revoke 8$/);
    // Whatever their name is, nothing in it can be tapped.
    const news = test.emulator.messages(ME).at(-1);
    expect(news?.entities?.map(({ type }) => type)).not.toContain('bot_command');
    test.write('work', BEN);
    await expect.poll(() => test.texts(BEN).at(-1), POLL).toBe('You said: work');
  });

  it('greets once and tells once, though the message is delivered again, after a crash too', async () => {
    const before = await startEmulatedDaemon();
    before.write('hello');
    await expect.poll(() => before.texts()).toEqual(['You said: hello']);
    const { code } = await before.daemon.access.open();
    const messageId = before.write(`/start ${code}`, BEN);
    await expect.poll(() => before.texts().length, POLL).toBe(2);
    const message = before.emulator.messages(BEN).find(({ message_id }) => message_id === messageId);
    before.emulator.pushUpdate({ message });
    await before.settled();
    const after = await before.killAndRestart();
    after.emulator.pushUpdate({ message });
    after.write('on with it', BEN);
    await expect.poll(() => after.texts(BEN).at(-1), POLL).toBe('You said: on with it');
    expect(after.texts(BEN)).toEqual([expect.stringContaining('You are in'), 'You said: on with it']);
    expect(after.texts()).toHaveLength(2);
  });

  it('is finished by the next daemon if this one dies between its steps', async () => {
    const before = await startEmulatedDaemon();
    before.write('hello');
    await expect.poll(() => before.texts()).toEqual(['You said: hello']);
    const { code } = await before.daemon.access.open();
    // Ben is in, and the disk refuses to owe anybody a word about it.
    before.store.chatRefusal = Object.assign(new Error('full'), { code: 'ENOSPC' });
    before.emulator.fault({ method: 'sendMessage', times: 100, error: { code: 502, description: 'Bad' } });
    before.write(`/start ${code}`, BEN);
    await expect
      .poll(() => before.daemon.access.list().people.map(({ userId }) => userId), POLL)
      .toEqual([ME, BEN]);
    const after = await before.killAndRestart();
    after.emulator.clearFaults();
    await expect.poll(() => after.texts(BEN), POLL).toEqual([expect.stringContaining('You are in')]);
    await expect.poll(() => after.texts().at(-1), POLL).toContain('was let in');
    await handled(after);
    expect(after.texts()).toHaveLength(2);
  });

  it('takes a code in a private chat only, from whoever writes it there, and not forwarded', async () => {
    const test = await startEmulatedDaemon();
    const { code } = await test.daemon.access.open();
    const from = { id: BEN, is_bot: false, first_name: 'Ben' };
    const date = 1_800_000_000;
    const text = `/start ${code}`;
    const chat = { id: BEN, type: 'private', first_name: 'Ben' };
    test.emulator.sendText({ chatId: -5, userId: BEN, text });
    test.emulator.pushUpdate({ message: { message_id: 1, from, date, text, chat: { ...chat, id: 9 } } });
    test.emulator.pushUpdate({
      message: { message_id: 1, from: { ...from, is_bot: true }, date, text, chat },
    });
    const forward_origin = { type: 'user', date, sender_user: from };
    test.emulator.pushUpdate({ message: { message_id: 1, from, date, text, chat, forward_origin } });
    test.emulator.pushUpdate({ edited_message: { message_id: 1, from, date, text, chat } });
    await handled(test);
    expect(test.daemon.access.list().people.map(({ userId }) => userId)).toEqual([ME]);
    expect(test.daemon.access.list().pairing).not.toBeNull();
  });

  it('answers who mistypes five times, and then no more; other words of strangers never', async () => {
    const test = await startEmulatedDaemon();
    await test.daemon.access.open();
    test.write('hello, is anybody there?', STRANGER);
    test.write('/help', STRANGER);
    for (let count = 0; count < 3; count += 1) test.write('/start', STRANGER);
    for (let count = 0; count < 9; count += 1) test.write('/start AAAAA-AAAAA', STRANGER);
    await handled(test);
    await expect
      .poll(() => test.texts(STRANGER).toSorted(), POLL)
      .toEqual([
        ...Array<unknown>(5).fill(expect.stringContaining('That code is wrong')),
        expect.stringContaining('This bot is private'),
      ]);
    expect(test.store.disk.chats.size).toBe(0);
  });
});

describe('who is revoked', () => {
  it('is not heard any more, nor written to, and Claude stops working for them at once', async () => {
    const test = await withBen({ isTalkative: false });
    test.write('work for long', BEN);
    await expect.poll(() => test.claude.started.at(-1)?.prompts.length, POLL).toBe(1);
    const process = test.claude.latest;
    process.takes();
    await expect.poll(() => sent(test, BEN).some(({ method }) => method === 'sendChatAction')).toBe(true);
    await test.emulator.waitForMessage(BEN, ({ text }) => text?.startsWith('Working') === true);

    const said = test.texts(BEN);
    expect(await test.daemon.access.revoke(BEN)).toBe('revoked');
    await expect.poll(() => process.hasExited, POLL).toBe(true);
    // A call that was on its way when they were revoked has arrived by now.
    const before = sent(test, BEN).length;
    test.write('hello?', BEN);
    test.write('/status', BEN);
    await handled(test);
    const [session] = (await test.daemon.status()).sessions;
    expect(session).toMatchObject({ chatId: BEN, state: 'suspended', pid: null, inbox: 0 });
    expect(sent(test, BEN)).toHaveLength(before);
    expect(test.texts(BEN)).toHaveLength(said.length);
    // What the session owes is kept, and told with its reason.
    expect((await test.daemon.status()).undelivered).toMatchObject([
      { chatId: BEN, reason: expect.stringContaining('not allowed') as string },
    ]);
  });

  it('can not answer what Claude asked them before', async () => {
    const test = await withBen({ isTalkative: false });
    test.write('work', BEN);
    await expect.poll(() => test.claude.started.at(-1)?.prompts.length, POLL).toBe(1);
    test.claude.latest.says({ type: 'claude.approvalRequested', approval: anApproval('a1') });
    const asked = await test.emulator.waitForMessage(BEN, isAsking);
    await test.daemon.access.revoke(BEN);
    void test.emulator.press({ chatId: BEN, messageId: asked.message_id, button: 'Allow' });
    await handled(test);
    await expect.poll(() => test.claude.latest.hasExited, POLL).toBe(true);
    expect(test.claude.latest.received.filter(({ type }) => type === 'claude.answerApproval')).toEqual([]);
    expect(test.calls('answerCallbackQuery')).toEqual([]);
  });

  it('stays out after a restart, and no turn of theirs goes on', async () => {
    const before = await withBen({ isTalkative: false });
    before.write('work for long', BEN);
    await expect.poll(() => before.claude.started.at(-1)?.prompts.length, POLL).toBe(1);
    // As if the daemon died right after it was booked.
    const access = JSON.parse(before.store.disk.access.get('access') ?? '') as { people: unknown[] };
    before.store.disk.access.set('access', JSON.stringify({ ...access, people: [] }));
    const after = await before.killAndRestart();
    await expect
      .poll(async () => (await after.daemon.status()).sessions, POLL)
      .toMatchObject([{ chatId: BEN, state: 'suspended', pid: null }]);
    after.write('hello?', BEN);
    await handled(after);
    expect(after.claude.started).toEqual([]);

    // Let in again, they go on where they were.
    const { code } = await after.daemon.access.open();
    after.write(code, BEN);
    after.write('and now?', BEN);
    await expect.poll(() => after.claude.started.at(-1)?.prompts.length, POLL).toBe(2);
  });

  it('takes others with them only if the settings say so', async () => {
    const test = await withBen();
    expect(await test.daemon.access.revoke(ME)).toBe('bySetting');
    test.write('hello');
    await expect.poll(() => test.texts().at(-1), POLL).toBe('You said: hello');
  });
});
