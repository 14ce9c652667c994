/** Messages while Claude works, against the whole program with the real Claude Code binary. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
afterEach(() => program.close());

const POLL = { timeout: 30_000 };
const WAITS = `run: node -e "const t = setInterval(() => require('fs').existsSync('go') && clearInterval(t), 50)"`;

const write = (text: string) => program.telegram.sendText({ chatId: ANNA, text }).message_id;
const goOn = () => writeFileSync(join(program.workspace, 'go'), '');
const said = (pattern: RegExp) =>
  program.telegram.waitForMessage(ANNA, ({ text }) => pattern.test(text ?? ''), 30_000);

/** A turn whose tool runs until the file is there; the number of its message. */
async function atWork(): Promise<number> {
  program = await startProgram({ HIBERNAUT_PERMISSION_MODE: 'bypassPermissions' });
  const first = write(WAITS);
  await expect.poll(transcript, POLL).toContain('"tool_use"');
  return first;
}

function transcript(): string {
  const folder = join(program.environment['CLAUDE_CONFIG_DIR'] ?? '', 'projects');
  try {
    const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    return names
      .filter((name) => name.endsWith('.jsonl'))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('\n');
  } catch {
    return '';
  }
}

it('a message sent during a turn reaches Claude in it, and has one answer with it', async () => {
  const first = await atWork();
  write('hello meanwhile');
  await expect.poll(transcript, POLL).toMatch(/"enqueue".*hello meanwhile/);
  goOn();
  const answer = await said(/You said: hello meanwhile/);
  expect(answer.text).toMatch(/^Done:/);
  expect(answer.reply_to_message?.message_id).toBe(first);
  expect(await program.sessionIs('idle')).toMatchObject({ inbox: 0, outbox: 0 });
});

it('reactions show what waits for Claude, what Claude has, and what is answered', async () => {
  const first = await atWork();
  const reaction = (messageId: number) => program.telegram.reaction(ANNA, messageId);
  await expect.poll(() => reaction(first), POLL).toBe('✍');
  const second = write('hello meanwhile');
  await expect.poll(() => reaction(second), POLL).toBe('👀');
  goOn();
  await expect.poll(() => [reaction(first), reaction(second)], POLL).toEqual(['👌', '👌']);
});

it('a message that a killed daemon had handed over during a turn is answered once', async () => {
  await atWork();
  write('only once');
  await expect.poll(transcript, POLL).toMatch(/"enqueue".*only once/);
  await program.kill();
  await program.start();
  await said(/You said: only once/);
  await program.sessionIs('idle');
  await program.ask('what did I say?', /only once/);
  const list = program.telegram
    .messages(ANNA)
    .findLast(({ text }) => /what did I say|only once/.test(text ?? ''));
  expect(list?.text?.match(/only once/g)).toHaveLength(1);
});

it('/stop drops what was sent for the turn, and says so', async () => {
  await atWork();
  write('one more');
  await expect.poll(transcript, POLL).toMatch(/"enqueue".*one more/);
  write('/stop');
  await said(/^Interrupted: this is not answered, and the message that you sent after it went with it/);
  expect(await program.sessionIs('idle')).toMatchObject({ inbox: 0 });
  const heard = await program.ask('what did I say?', /You said/);
  expect(heard).not.toContain('one more');
});
