/** Turns that are stuck or were cut off twice: the person decides, with buttons. Nothing is killed silently, nothing doubled. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { isRunning } from '../helpers/processes.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
afterEach(() => program.close());

/** A turn in which Claude begins to answer and then says nothing. */
async function hangs(text: string): Promise<void> {
  program.telegram.sendText({ chatId: ANNA, text });
  await isAt(text);
}

/** Waits until the model has the words, `times` over. */
const isAt = (words: string | RegExp, times = 1) =>
  expect
    .poll(() => program.model.turns.filter(({ text }) => text.match(words) !== null).length, POLL)
    .toBe(times);

/**
 * Waits until Claude has the words in its transcript as a prompt, which it writes a little after the model was asked.
 * Its note that it put them into its queue comes long before, and is none.
 */
const hasWrittenDown = (words: RegExp) =>
  expect
    .poll(() => {
      const folder = join(program.environment['CLAUDE_CONFIG_DIR'] ?? '', 'projects');
      const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      const transcripts = names.filter((name) => name.endsWith('.jsonl'));
      const lines = transcripts.flatMap((name) => readFileSync(join(folder, name), 'utf8').split('\n'));
      return lines.filter((line) => line.includes('"type":"user"')).join('\n');
    }, POLL)
    .toMatch(words);

const POLL = { timeout: 30_000 };

async function asked(label: string, after = 0): Promise<number> {
  const { message_id } = await program.telegram.waitForMessage(
    ANNA,
    (message) =>
      message.message_id > after && JSON.stringify(message.reply_markup ?? '').includes(`"${label}"`),
    30_000,
  );
  return message_id;
}

const tap = (messageId: number, button: string) =>
  program.telegram.press({ chatId: ANNA, messageId, button });
const textOf = (messageId: number) =>
  program.telegram.messages(ANNA).find(({ message_id }) => message_id === messageId)?.text;

describe('a silent turn', () => {
  it('goes on for as long as its sender waits, and ends when they interrupt it', async () => {
    program = await startProgram({ HIBERNAUT_SILENCE: '1s' });
    await hangs('hang');
    const first = await asked('Interrupt');
    await tap(first, 'Keep waiting');
    await expect.poll(() => textOf(first)).toMatch(/You keep waiting/);
    const second = await asked('Interrupt', first);
    const { pid } = await program.session();
    await tap(second, 'Interrupt');
    await program.sessionIs('idle');
    expect((await program.session()).pid).toBe(pid);
    await expect.poll(() => textOf(second)).toMatch(/You interrupted it/);
    await program.ask('what did I say?', /hang/);
  });

  it('is taken up by a new process when its sender has it restarted', async () => {
    program = await startProgram({ HIBERNAUT_SILENCE: '1s' });
    await hangs('hang');
    await hasWrittenDown(/hang/);
    const question = await asked('Restart Claude');
    const { pid } = await program.session();
    await tap(question, 'Restart Claude');
    await program.telegram.waitForMessage(ANNA, ({ text }) => /cut off/.test(text ?? ''), 30_000);
    expect(isRunning(pid)).toBe(false);
    expect((await program.sessionIs('idle')).pid).not.toBe(pid);
    expect(textOf(question)).toMatch(/You restarted it/);
  });
});

describe('a turn that was cut off twice', () => {
  async function cutOffTwice(): Promise<number> {
    program = await startProgram();
    await hangs('hang on');
    await hasWrittenDown(/hang on/);
    await program.kill();
    await program.start();
    await isAt(/cut off/);
    await hasWrittenDown(/cut off/);
    await program.kill();
    await program.start();
    return asked('Leave it unfinished');
  }

  it('waits for its sender, over a restart, and goes on when they say so', async () => {
    const question = await cutOffTwice();
    expect(await program.sessionIs('idle')).toMatchObject({ inbox: 1 });
    await program.stop();
    await program.start();
    await tap(question, 'Let Claude continue');
    await isAt(/cut off/, 2);
    expect((await program.session()).phase).toBe('live.active.working');
    await expect.poll(() => textOf(question)).toMatch(/You let it continue/);
  });

  it('holds up no other message, and is given up when its sender says so', async () => {
    const question = await cutOffTwice();
    await program.ask('what did I say?', /hang on/);
    await tap(question, 'Leave it unfinished');
    await expect.poll(() => textOf(question)).toMatch(/You left it unfinished/);
    expect((await program.session()).inbox).toBe(0);
    await isAt(/cut off/, 1);
  });
});
