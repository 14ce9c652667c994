/** Waits for a message of the bot, as a person looks at the chat. */
import { type Message } from 'grammy/types';
import { type World } from './world.ts';

const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Resolves with the first message of the bot that satisfies the predicate, now or after any change.
 * @throws Error with the whole chat after `timeoutMs` (30 s)
 */
export function waitForMessage(
  world: World,
  chatId: number,
  predicate: (message: Message) => boolean,
  timeoutMs = DEFAULT_TIMEOUT_MS,
): Promise<Message> {
  const { promise, resolve, reject } = Promise.withResolvers<Message>();
  const look = () => {
    const messages = world.chats.get(chatId)?.messages ?? [];
    const found = messages.find((message) => message.from?.id === world.bot.id && predicate(message));
    if (found) resolve(found);
  };
  const stop = world.changes.on((changed) => {
    if (changed !== chatId) return;
    try {
      look();
    } catch (error) {
      reject(error instanceof Error ? error : new Error(String(error)));
    }
  });
  const timer = setTimeout(() => {
    const chat = transcript(world, chatId);
    reject(
      new Error(`The awaited message did not come to chat ${chatId} in ${timeoutMs} ms. It shows:\n${chat}`),
    );
  }, timeoutMs);
  look();
  return promise.finally(() => {
    clearTimeout(timer);
    stop();
  });
}

function transcript(world: World, chatId: number): string {
  const lines = (world.chats.get(chatId)?.messages ?? []).map((message) => {
    const words = message.text ?? message.caption ?? Object.keys(message).at(-1);
    const buttons = message.reply_markup?.inline_keyboard.flat().map(({ text }) => ` [${text}]`) ?? [];
    return `  ${message.message_id} ${message.from?.first_name}: ${words}${buttons.join('')}`;
  });
  return lines.join('\n') || '  (nothing)';
}
