/** What a person can do on the chat page, as the page asks for it: checked, then done at the emulator. */
import { z } from 'zod';
import { attach, attachedFiles } from './page-attach.ts';
import { conversationKey } from './page-world.ts';
import { type EmulatedTelegram } from './ports.ts';

const place = { chatId: z.int(), userId: z.int().positive() };
/** Telegram's own limit for what a person writes in one message. */
const MAX_TEXT_LENGTH = 4096;

const sendRequest = z.object({
  ...place,
  threadId: z.int().positive().nullable(),
  text: z.string().max(MAX_TEXT_LENGTH).regex(/\S/),
});
const attachRequest = attachedFiles.extend({ ...place, threadId: z.int().positive().nullable() });
const pressRequest = z.object({ ...place, messageId: z.int().positive(), button: z.string().min(1) });
const title = z.string().trim().min(1).max(64);
const newChatRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('group'), title }),
  z.object({ kind: z.literal('topic'), title, ...place }),
]);

type Action = (body: unknown) => object | Promise<object>;

/** Each throws ZodError for a request that is none, and whatever the emulator has against it. */
export function pageActions(telegram: EmulatedTelegram): Readonly<Record<string, Action>> {
  const isForum = (chatId: number) =>
    telegram.chats().some(({ id, topics }) => id === chatId && topics.length > 0);
  const isKnown = (chatId: number) => telegram.chats().some(({ id }) => id === chatId);
  return {
    send: (body) => {
      const { chatId, userId, threadId, text } = sendRequest.parse(body);
      if (!isKnown(chatId)) throw new PageFault(`There is no chat ${chatId}.`);
      const message = telegram.sendText({ chatId, userId, text, ...(threadId !== null && { threadId }) });
      return { messageId: message.message_id };
    },
    attach: (body) => {
      const { caption, files, threadId, ...where } = attachRequest.parse(body);
      if (!isKnown(where.chatId)) throw new PageFault(`There is no chat ${where.chatId}.`);
      const to = { ...where, ...(threadId !== null && { threadId }) };
      return { messageId: attach(telegram, to, { caption, files }) };
    },
    press: async (body) => {
      const tap = pressRequest.parse(body);
      try {
        return { answer: await telegram.press(tap) };
      } catch (error) {
        // The bot may have taken the button away a moment ago.
        throw new PageFault('That button is no longer there.', { cause: error });
      }
    },
    'new-chat': (body) => {
      const request = newChatRequest.parse(body);
      if (request.kind === 'group') {
        const chatId =
          Math.min(
            0,
            ...telegram
              .chats()
              .filter(({ type }) => type === 'group')
              .map(({ id }) => id),
          ) - 1;
        telegram.createGroup({ chatId, title: request.title });
        return { key: conversationKey(chatId, null) };
      }
      const { chatId, userId, title: name } = request;
      if (!isForum(chatId)) throw new PageFault(`Chat ${chatId} is no forum.`);
      return { key: conversationKey(chatId, telegram.createTopic({ chatId, userId, name })) };
    },
  };
}

/** What a person asked for and cannot have: a sentence. */
export class PageFault extends Error {
  override name = 'PageFault';
}
