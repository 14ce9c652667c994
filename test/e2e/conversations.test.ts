/** Conversations of the real Claude Code: one that a terminal began is resumed, one is forked, and sessions are named after them. */
import { basename } from 'node:path';
import { query } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { isAsking } from '../helpers/asking.ts';
import { ANNA, BEN, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.close());

/** As somebody would on the command line: `claude -p "…"`, in the folder of the session. */
async function inTheTerminal(prompt: string): Promise<string> {
  const options = { cwd: program.workspace, env: program.environment };
  for await (const message of query({ prompt, options })) {
    if (message.type === 'result') return message.session_id;
  }
  throw new Error('Claude said nothing.');
}

async function tap(text: string, button: RegExp): Promise<void> {
  const asked = program.telegram.sendText({ chatId: ANNA, text });
  const list = await program.telegram.waitForMessage(
    ANNA,
    (message) => message.message_id > asked.message_id && isAsking(message),
  );
  const label = list.reply_markup?.inline_keyboard.flat().find(({ text: each }) => button.test(each))?.text;
  await program.telegram.press({ chatId: ANNA, messageId: list.message_id, button: label ?? '?' });
}

it('a conversation that a terminal began goes on in the chat, as the same one', async () => {
  const claudeSessionId = await inTheTerminal('remember the blue gate');
  await tap('/resume', /blue gate/);
  await expect.poll(() => program.session().catch(() => null)).toMatchObject({ claudeSessionId });
  await program.ask('what did I say?', /You said:\s+1\. remember the blue gate/);
  await program.ask('/status', /remember the blue gate is idle/);
});

it('no other chat gets it meanwhile', async () => {
  const { claudeSessionId } = await program.session();
  await program.ask(`/resume ${claudeSessionId}`, /Another chat has this conversation/, { chatId: BEN });
});

it('/fork: both go on from there, and neither hears what is said to the other', async () => {
  await program.sessionIs('idle');
  const original = await program.session();
  await program.ask('/fork aside', /aside goes on from here/);
  const copy = await program.session();
  expect(copy).toMatchObject({ name: 'aside', workspace: original.workspace });
  expect(copy.claudeSessionId).not.toBe(original.claudeSessionId);
  await program.ask('remember the elm', /I will remember/);
  expect(await program.ask('what did I say?', /remember the elm/)).toContain('blue gate');
  await tap('/resume', /✓ remember the blue gate/);
  await expect.poll(() => program.ask('/status', /Folder/)).toContain('remember the blue gate is');
  expect(await program.ask('what did I say?', /blue gate\s+2\. what did I say\?$/)).not.toContain('elm');
});

it('a session is named after what was said first in it, unless it was given a name', async () => {
  await program.ask('remember the old oak', /I will remember/, { chatId: BEN });
  const named = () => program.ask('/status', /Folder/, { chatId: BEN });
  await expect.poll(named).toContain('remember the old oak is');
  // Who looks at the machine does not read what was said.
  expect((await program.session(BEN)).name).toBe(basename(program.workspace));
  await program.ask('/rename trees', /trees/, { chatId: BEN });
  await program.ask('hello', /You said: hello/, { chatId: BEN });
  expect((await program.session(BEN)).name).toBe('trees');
});
