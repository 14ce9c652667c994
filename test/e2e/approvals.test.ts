/** A tool that needs approval: asked in the chat, allowed, denied, allowed for the session. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, BEN, startProgram, type Program } from '../helpers/program.ts';
import { isAsking } from '../helpers/asking.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.close());

/** The bot's next message with buttons after `text` was sent. */
async function askedAbout(text: string, chatId = ANNA) {
  const { message_id } = program.telegram.sendText({ chatId, text });
  return program.telegram.waitForMessage(
    chatId,
    (message) => message.message_id > message_id && isAsking(message),
    30_000,
  );
}

describe('an approval', () => {
  it('shows the whole command, waits, and when it is allowed the command runs', async () => {
    const asked = await askedAbout('run: touch allowed.txt');
    expect(asked.text).toContain('touch allowed.txt');
    expect((await program.session()).phase).toBe('live.active.awaitingApproval');
    expect(existsSync(join(program.workspace, 'allowed.txt'))).toBe(false);
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /^Done/.test(text ?? ''), 30_000);
    expect(existsSync(join(program.workspace, 'allowed.txt'))).toBe(true);
  });

  it('of a command that fits no message has all of it in a file beside the buttons', async () => {
    const asked = await askedAbout(`run: touch long.txt # ${'word '.repeat(800)}the end`);
    const file = program.telegram
      .messages(ANNA)
      .find(({ message_id, document }) => document && message_id === asked.message_id - 1);
    expect(file?.document?.file_name).toBe('command.txt');
    expect(file?.document?.file_size).toBeGreaterThan(4_000);
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await program.telegram.waitForMessage(
      ANNA,
      ({ message_id, text }) => message_id > asked.message_id && /^Done/.test(text ?? ''),
      30_000,
    );
    expect(existsSync(join(program.workspace, 'long.txt'))).toBe(true);
  });

  it('when it is denied the command does not run, and the turn goes on', async () => {
    const asked = await askedAbout('run: touch denied.txt');
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Deny' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /did not run/.test(text ?? ''), 30_000);
    expect(existsSync(join(program.workspace, 'denied.txt'))).toBe(false);
  });

  it('has no buttons any more once it is answered', async () => {
    const asked = await askedAbout('run: touch spent.txt');
    const { message_id } = asked;
    await program.telegram.press({ chatId: ANNA, messageId: message_id, button: 'Deny' });
    await expect
      .poll(() => program.telegram.messages(ANNA).find((message) => message.message_id === message_id))
      .not.toHaveProperty('reply_markup');
    await program.telegram.waitForMessage(ANNA, (message) => message.message_id > message_id);
  });

  it('cannot be answered by a person of another chat', async () => {
    const asked = await askedAbout('run: touch stolen.txt');
    const data = asked.reply_markup?.inline_keyboard
      .flat()
      .flatMap((button) => ('callback_data' in button ? [button.callback_data] : []))[0];
    program.telegram.pushCallback({
      chatId: BEN,
      userId: BEN,
      messageId: asked.message_id,
      data: data ?? 'none',
    });
    await program.ask('hello from Ben', /You said: hello from Ben/, { chatId: BEN });
    expect((await program.session()).phase).toBe('live.active.awaitingApproval');
    expect(existsSync(join(program.workspace, 'stolen.txt'))).toBe(false);
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Deny' });
    await program.sessionIs('idle');
  });

  it('allowed for the session is not asked again, not even after the process was suspended', async () => {
    const asked = await askedAbout('run: touch session-1.txt');
    await program.telegram.press({
      chatId: ANNA,
      messageId: asked.message_id,
      button: 'Allow all edits in this session',
    });
    await program.telegram.waitForMessage(
      ANNA,
      (message) => message.message_id > asked.message_id && /^Done/.test(message.text ?? ''),
      30_000,
    );
    await program.sessionIs('idle');
    await program.ask('/suspend', /suspend/i);
    await program.sessionIs('suspended');
    await program.ask('run: touch session-1.txt', /^Done/);
  });

  it('denied in words tells Claude why, and the words are no prompt', async () => {
    const asked = await askedAbout('run: node -e "1 + 1"');
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Deny and say why' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /Write why not/.test(text ?? ''));
    await program.ask('because it is Friday', /did not run.*says: because it is Friday/s);
    await program.sessionIs('idle');
    expect(program.model.turns.filter(({ text }) => text === 'because it is Friday')).toEqual([]);
  });
});

describe('a question of Claude', () => {
  it('is answered by a tap on an option, which stays below the question', async () => {
    const asked = await askedAbout('ask');
    expect(asked.text).toContain('Which colour do you like better?');
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Blue' });
    await program.telegram.waitForMessage(
      ANNA,
      ({ message_id, text }) => message_id > asked.message_id && /^Your answer:.*Blue/s.test(text ?? ''),
      30_000,
    );
    const shown = () =>
      program.telegram.messages(ANNA).find(({ message_id }) => message_id === asked.message_id);
    await expect.poll(() => shown()?.text).toMatch(/\n\nBlue$/);
    expect(shown()?.reply_markup).toBeUndefined();
  });

  it("is answered by words of one's own", async () => {
    const asked = await askedAbout('ask');
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Something else…' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /Write your answer/.test(text ?? ''));
    await program.ask('rather green', /^Your answer:.*rather green/s);
  });
});
