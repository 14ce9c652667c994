/** How Claude works in a session, changed from the chat while the real Claude Code runs. */
import { existsSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.close());

describe('from the chat', () => {
  it('/model and /effort choose what answers, at once, and before the first message, too', async () => {
    await program.ask('/model', /Model of/);
    await program.ask('/model haiku', /Haiku/);
    await program.ask('/effort low', /low/);
    await program.ask('who are you?', /haiku.*effort: low/);
    const { pid } = await program.sessionIs('idle');
    await program.ask('/model default', /Default/);
    expect(await program.ask('who are you?', /I stand in for/)).not.toContain('haiku');
    expect((await program.sessionIs('idle')).pid).toBe(pid);
  });

  it('/mode lets edits go through in the middle of a turn, and asks again after /mode default', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'slow 900' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word3/.test(text ?? ''));
    await program.ask('/mode edits', /Accept edits/);
    await program.ask('/stop', /interrupt|stopped/i);
    await program.sessionIs('idle');
    await program.ask('write free.txt: yes', /Wrote free\.txt/);
    expect(existsSync(join(program.workspace, 'free.txt'))).toBe(true);
    await program.ask('/mode default', /Default/);
    await program.ask('write asked.txt: yes', /asked\.txt/);
    expect((await program.session()).approvals).toBe(1);
    await program.ask('/stop', /interrupt|stopped/i);
    expect(existsSync(join(program.workspace, 'asked.txt'))).toBe(false);
  });

  it('/clear makes Claude forget, in the same session, and so it stays when the daemon is killed', async () => {
    await program.ask('remember the tall tower', /I will remember/);
    const before = await program.session();
    await program.ask('/clear', /begins anew/);
    expect(await program.ask('what did I say?', /Nothing yet|You said/)).not.toContain('tall tower');
    const after = await program.session();
    expect(after.id).toBe(before.id);
    expect(after.claudeSessionId).not.toBe(before.claudeSessionId);
    await program.ask('remember the low wall', /I will remember/);
    await program.kill();
    await program.start();
    const recalled = await program.ask('what did I say?', /low wall/);
    expect(recalled).not.toContain('tall tower');
  });

  it('/clear in the middle of a turn interrupts it, and what waited begins the new conversation', async () => {
    program.telegram.sendText({ chatId: ANNA, text: 'slow 900' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word3/.test(text ?? ''));
    await program.ask('/clear', /begins anew/);
    expect(await program.ask('what did I say?', /Nothing yet|You said/)).not.toContain('slow 900');
  });

  it('/rewind puts files back, also after the session slept', async () => {
    const file = join(program.workspace, 'kept.txt');
    await program.ask('/mode edits', /Accept edits/);
    await program.ask('write kept.txt: one', /Wrote kept\.txt/);
    await program.ask('write kept.txt: two', /Wrote kept\.txt/);
    await program.ask('/suspend', /suspended/);
    await program.sessionIs('suspended');
    const asked = program.telegram.sendText({ chatId: ANNA, text: '/rewind' });
    const { message_id: messageId } = await program.telegram.waitForMessage(
      ANNA,
      (message) => message.reply_to_message?.message_id === asked.message_id,
    );
    const shows = (words: RegExp) =>
      program.telegram.waitForMessage(
        ANNA,
        (message) => message.message_id === messageId && words.test(message.text ?? ''),
      );
    await program.telegram.press({ chatId: ANNA, messageId, button: 'write kept.txt: two (1 file)' });
    await shows(/Put these files back to how they were before/);
    await program.telegram.press({ chatId: ANNA, messageId, button: 'Put 1 file back' });
    await shows(/1 file put back/);
    expect(await readFile(file, 'utf8')).toBe('one');
  });

  it('/usage, /cost and /cwd tell what Claude Code says, and the conversation goes on in another folder', async () => {
    await program.ask('/usage', /Conversation of .*: \d+ % full, [\d,]+ of [\d,]+ tokens/);
    await program.ask('/cost', /has cost \$\d+\.\d\d/);
    await mkdir(join(program.workspace, 'shop'));
    await program.ask('remember the moved box', /I will remember/);
    await program.sessionIs('idle');
    await program.ask('/cwd shop', /goes on in/);
    await program.ask('run: pwd', /Done: .*\/shop/);
    await program.ask('what did I say?', /moved box/);
  });
});
