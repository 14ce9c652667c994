import type { Api } from 'grammy';
import { expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../../src/sandbox/bot-api/emulator.ts';
import { createApis } from '../../../src/telegram/api.ts';
import { sendMessage } from '../../../src/telegram/send/send-message.ts';

const OLD_GROUP = -5;
const SUPERGROUP = -1005;

/** Answers for the old group as Telegram does after the upgrade, which the emulator does not know. */
function upgrade(api: Api): void {
  api.config.use((call, method, payload, signal) => {
    if (Reflect.get(payload, 'chat_id') !== OLD_GROUP) return call(method, payload, signal);
    return Promise.resolve({
      ok: false,
      error_code: 400,
      description: 'Bad Request: group chat was upgraded to a supergroup chat',
      parameters: { migrate_to_chat_id: SUPERGROUP },
    });
  });
}

it('follows a group that became a supergroup', async () => {
  const emulator = await startEmulator();
  onTestFinished(() => emulator.close());
  emulator.createGroup({ chatId: SUPERGROUP, title: 'New', isForum: true });
  const { send } = createApis({ token: emulator.token, apiRoot: emulator.url });
  upgrade(send);
  await sendMessage(
    send,
    {
      address: { chatId: OLD_GROUP, threadId: null },
      text: { text: 'one', entities: [] },
      document: null,
      replyTo: null,
      keyboard: null,
      isSilent: false,
    },
    new AbortController().signal,
  );
  expect(emulator.messages(SUPERGROUP).map(({ text }) => text)).toEqual(['one']);
});
