/** Messages that people change or take back, over HTTP: by edit, by /cancel, and with /queue while Claude works. */
import { expect, it } from 'vitest';
import { ME } from '../../helpers/bot.ts';
import { startEmulatedDaemon, type EmulatedDaemon } from '../../helpers/emulated-daemon.ts';

const POLL = { timeout: 30_000 };
const prompts = (test: EmulatedDaemon) => test.claude.started.flatMap(({ prompts: all }) => all);
const edit = ({ emulator }: EmulatedDaemon, messageId: number, text: string) =>
  emulator.editText({ chatId: ME, messageId, text });

/** A session that queues, at work on "one". */
async function startQueueing(): Promise<EmulatedDaemon> {
  const test = await startEmulatedDaemon({ isTalkative: false });
  test.write('one');
  await expect.poll(() => prompts(test).length, POLL).toBe(1);
  test.claude.latest.takes();
  test.write('/queue on');
  await test.emulator.waitForMessage(ME, ({ text }) => /wait for the end of its turn/.test(text ?? ''));
  return test;
}

it('an edited message goes to Claude as it is now, once; what Claude has is not changed, and the sender told', async () => {
  const test = await startQueueing();
  const second = test.write('two');
  edit(test, second, 'better');
  const first = test.emulator.messages(ME).find(({ text }) => text === 'one')?.message_id ?? 0;
  edit(test, first, 'too late');
  await test.emulator.waitForMessage(ME, ({ text }) => /earlier words already/.test(text ?? ''));
  test.claude.latest.answers('done');
  await expect.poll(() => prompts(test).map(({ text }) => text), POLL).toEqual(['one', 'better']);
});

it('/cancel, in reply to a message that waits, takes it back', async () => {
  const test = await startQueueing();
  const second = test.write('two');
  test.emulator.sendText({ chatId: ME, text: '/cancel', replyTo: second });
  await test.emulator.waitForMessage(ME, ({ text }) => /^Taken back/.test(text ?? ''));
  test.claude.latest.answers('done');
  test.write('three');
  await expect.poll(() => prompts(test).map(({ text }) => text), POLL).toEqual(['one', 'three']);
});
