/** Editing what the bot sent, and pinning. */
import { type InlineKeyboardMarkup, type Message } from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { type ChatData } from '../chats.ts';
import { readLinkPreview } from '../link-preview.ts';
import { readFormattedText, storedText } from '../message-text.ts';
import { type MethodCall, type Methods } from '../method.ts';
import { readReplyMarkup } from '../reply-markup.ts';
import { chatOf, messageOf } from '../targets.ts';
import { captionOf, withoutEmpty } from './messages.ts';

const EDIT_PARAMETERS = ['chat_id', 'message_id', 'reply_markup'] as const;
const NOT_MODIFIED =
  'message is not modified: specified new message content and reply markup are exactly the same as a current ' +
  'content and reply markup of the message';

export const editMethods: Methods = {
  editMessageText: {
    takes: [...EDIT_PARAMETERS, 'text', 'entities', 'link_preview_options'],
    run: (call) => {
      const { parameters, world } = call;
      if (parameters.text('text') === '') throw badRequest('Message text is empty');
      const given = readFormattedText(parameters, { text: 'text', entities: 'entities' });
      const preview = readLinkPreview(parameters);
      return edit(call, (message) => {
        if (message.text === undefined) throw badRequest('there is no text in the message to edit');
        const { entities: _, link_preview_options: __, ...rest } = message;
        return { ...rest, ...withoutEmpty(storedText(given, (id) => world.chats.knows(id))), ...preview };
      });
    },
  },
  editMessageCaption: {
    takes: [...EDIT_PARAMETERS, 'caption', 'caption_entities'],
    run: (call) => {
      const caption = captionOf(call);
      return edit(call, (message) => {
        if (!hasFile(message)) throw badRequest('there is no caption in the message to edit');
        const { caption: _, caption_entities: __, ...rest } = message;
        return { ...rest, ...caption() };
      });
    },
  },
  editMessageReplyMarkup: {
    takes: EDIT_PARAMETERS,
    run: (call) => edit(call, (message) => message),
  },
  pinChatMessage: {
    takes: ['chat_id', 'message_id', 'disable_notification'],
    run: ({ world, parameters }) => {
      const chat = chatOf(world, parameters);
      const { message_id } = messageOf(world, chat, parameters, 'message to pin');
      setPinned(world, chat, [message_id, ...chat.pinned.filter((id) => id !== message_id)]);
      return true;
    },
  },
  unpinChatMessage: {
    takes: ['chat_id', 'message_id'],
    run: ({ world, parameters }) => {
      const chat = chatOf(world, parameters);
      const latest = chat.pinned[0];
      const unpinned = parameters.has('message_id')
        ? messageOf(world, chat, parameters, 'message to unpin').message_id
        : latest;
      const kept = chat.pinned.filter((id) => id !== unpinned);
      setPinned(world, chat, kept);
      return true;
    },
  },
  unpinAllChatMessages: {
    takes: ['chat_id'],
    run: ({ world, parameters }) => {
      setPinned(world, chatOf(world, parameters), []);
      return true;
    },
  },
};

/** An edit that says nothing of the keyboard takes it away. */
function edit(call: MethodCall, change: (message: Message) => Message): Message {
  const { world, parameters } = call;
  const markup = readReplyMarkup(parameters);
  const chat = chatOf(world, parameters);
  const message = messageOf(world, chat, parameters, 'message to edit');
  if (message.from?.id !== world.bot.id) throw badRequest("message can't be edited");
  const changed = withMarkup(change(message), markup);
  if (contentOf(changed) === contentOf(message)) throw badRequest(NOT_MODIFIED);
  return world.chats.replace(chat, { ...changed, edit_date: world.chats.seconds() });
}

function withMarkup(message: Message, markup: InlineKeyboardMarkup | null): Message {
  const { reply_markup: _, ...rest } = message;
  return markup ? { ...rest, reply_markup: markup } : rest;
}

function contentOf(message: Message): string {
  const { text, entities, caption, caption_entities, reply_markup, link_preview_options } = message;
  return JSON.stringify([text, entities, caption, caption_entities, reply_markup, link_preview_options]);
}

function hasFile({ document, photo }: Message): boolean {
  return document !== undefined || photo !== undefined;
}

function setPinned(world: MethodCall['world'], chat: ChatData, pinned: number[]): void {
  chat.pinned = pinned;
  world.chats.changed(chat);
}
