/** What a chat sees of a turn as it goes: the real Claude Code at work, through the whole program. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from 'grammy/types';
import { isLiveMessage } from '../helpers/asking.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

describe('a turn', () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram({ HIBERNAUT_PERMISSION_MODE: 'bypassPermissions' });
  });
  afterAll(() => program.close());

  const WAIT = { timeout: 30_000 };
  /** What the bot said since this message, as a person sees it now. */
  const since = (messageId: number): Message[] =>
    program.telegram
      .messages(ANNA)
      .filter(({ message_id: id, from }) => id > messageId && from?.id === program.telegram.bot.id);
  const textsSince = (messageId: number) => since(messageId).map(({ text }) => text ?? '');
  const live = (messageId: number) => since(messageId).find(isLiveMessage)?.text ?? '';
  const write = (text: string) => program.telegram.sendText({ chatId: ANNA, text }).message_id;
  /** A command that goes on until it was looked at: until there is this file. */
  const until = (name: string) =>
    `node -e "const t = setInterval(() => fs.existsSync('${name}') && clearInterval(t), 50)"`;
  const looked = (name: string) => {
    writeFileSync(join(program.workspace, name), '');
  };

  it('is one message with what Claude does and its tasks with their ticks, and then a line above the answer', async () => {
    const asked = write(`tasks ${until('looked-1')} | node --version`);
    await expect
      .poll(() => live(asked), WAIT)
      .toMatch(/▸ Bash: node -e .*\n▸ node -e .*\n☐ node --version\n/);
    looked('looked-1');
    await expect.poll(() => textsSince(asked).at(-1), WAIT).toBe('All tasks are done.');
    await expect
      .poll(() => textsSince(asked), WAIT)
      .toEqual([expect.stringMatching(/^2 tools · \d+ s · \$\d+\.\d\d$/), 'All tasks are done.']);
    expect(since(asked).some(isLiveMessage)).toBe(false);
    const ringing = program.telegram.calls
      .filter(
        ({ method, payload }) => method === 'sendMessage' && payload['disable_notification'] === undefined,
      )
      .map(({ payload }) => payload['text']);
    expect(ringing).toEqual(['All tasks are done.']);
  });

  it('shows the sub-agents at work, also behind a first answer, and goes on below that', async () => {
    const asked = write(`agents run: ${until('looked-2')}`);
    const working = expect.stringMatching(
      /1 sub-agent at work\n• Do run: node -e .* – Bash: node -e/,
    ) as string;
    const line = expect.stringMatching(/^1 tool · /) as string;
    await expect.poll(() => textsSince(asked), WAIT).toEqual([line, 'The sub-agents are at work.', working]);
    looked('looked-2');
    await expect.poll(() => textsSince(asked).at(-1), WAIT).toBe('The background task ended.');
  });

  it('that says nothing shows that it runs, and its Stop button ends it', async () => {
    const asked = write('hang');
    await expect.poll(() => live(asked), WAIT).toMatch(/^(Thinking|Working)…\n\d+ s/);
    const { message_id: messageId } = since(asked).find(isLiveMessage) ?? { message_id: 0 };
    const toast = await program.telegram.press({ chatId: ANNA, messageId, button: 'Stop' });
    expect(toast?.text).toBe('Stopping.');
    await expect.poll(() => textsSince(asked).at(-1), WAIT).toMatch(/^Interrupted/);
    await program.sessionIs('idle');
    await expect.poll(() => since(asked).some(isLiveMessage), WAIT).toBe(false);
  });

  it('in a storm of "too many requests" loses no answer, and makes one call per pause', async () => {
    const asked = write('slow 150');
    await expect.poll(() => live(asked), WAIT).toContain('word1 ');
    const retryAfter = 1;
    const error = {
      code: 429,
      description: `Too Many Requests: retry after ${String(retryAfter)}`,
      retryAfter,
    };
    program.telegram.fault({ method: '*', times: 10_000, error });
    const begin = program.telegram.calls.length;
    const refused = () => program.telegram.calls.slice(begin).filter(({ status }) => status === 429);
    // Longer than the turn: its answer comes in the midst of the storm.
    await program.sessionIs('idle');
    await expect.poll(() => refused().length, WAIT).toBeGreaterThan(6);
    const inStorm = refused();
    program.telegram.clearFaults();

    await expect.poll(() => textsSince(asked).at(-1), WAIT).toMatch(/^word1 .* word150$/);
    await expect.poll(() => since(asked).some(isLiveMessage), WAIT).toBe(false);
    expect(textsSince(asked).filter((text) => text.endsWith('word150'))).toHaveLength(1);
    // What was under way when the storm began may end in it together.
    const gaps = inStorm.slice(3).map(({ at }, index) => at - (inStorm[index + 2]?.at ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(retryAfter * 1_000 - 5);
  });
});
