/** Sending and deleting messages, and what goes with them: "typing", drafts, reactions. */
import { badRequest } from '../api-error.ts';
import { isObject } from '../json-fields.ts';
import { readFormattedText, storedCaption, storedText } from '../message-text.ts';
import { type MethodCall, type Methods } from '../method.ts';
import { SEND_PARAMETERS, sendMessage } from '../sending.ts';
import { chatOf, messageOf, threadOfAction } from '../targets.ts';
import { readLinkPreview } from '../link-preview.ts';
import { isReactionEmoji } from '../reactions.ts';

const ACTIONS = [
  'typing',
  'upload_photo',
  'record_video',
  'upload_video',
  'record_voice',
  'upload_voice',
  'upload_document',
  'choose_sticker',
  'find_location',
  'record_video_note',
  'upload_video_note',
];
/** Bot API, deleteMessage: "can only be deleted if it was sent less than 48 hours ago". */
const DELETABLE_SECONDS = 48 * 3_600;

const TEXT = { text: 'text', entities: 'entities' };

export const messageMethods: Methods = {
  sendMessage: {
    takes: [...SEND_PARAMETERS, 'text', 'entities', 'link_preview_options'],
    run: (call) => {
      const { parameters, world } = call;
      if (parameters.text('text') === '') throw badRequest('Message text is empty');
      const given = readFormattedText(parameters, TEXT);
      const preview = readLinkPreview(parameters);
      return sendMessage(call, () => ({
        ...withoutEmpty(storedText(given, (id) => world.chats.knows(id))),
        ...preview,
      }));
    },
  },
  sendMessageDraft: {
    takes: ['chat_id', 'message_thread_id', 'draft_id', 'text', 'entities', 'can_stop'],
    run: ({ parameters, world }) => {
      const given = readFormattedText(parameters, TEXT);
      const id = parameters.integer('draft_id', 0);
      const chat = chatOf(world, parameters);
      // The Bot API demands both; the words of its refusals are not known.
      if (id === 0) throw badRequest('DRAFT_ID_INVALID');
      if (chat.type !== 'private') throw badRequest('PEER_ID_INVALID');
      const threadId = threadOfAction(chat, parameters);
      const { text } = given.text === '' ? given : storedText(given, (user) => world.chats.knows(user));
      world.activities.start(chat.id, { action: 'draft', threadId, draft: { id, text } });
      return true;
    },
  },
  sendChatAction: {
    takes: ['chat_id', 'message_thread_id', 'action'],
    run: ({ parameters, world }) => {
      const action = parameters.text('action').toLowerCase();
      if (!ACTIONS.includes(action)) throw badRequest('Wrong parameter action in request');
      const chat = chatOf(world, parameters);
      world.activities.start(chat.id, { action, threadId: threadOfAction(chat, parameters), draft: null });
      return true;
    },
  },
  setMessageReaction: {
    takes: ['chat_id', 'message_id', 'reaction', 'is_big'],
    run: ({ parameters, world }) => {
      const emoji = readReaction(parameters.json('reaction', 'reaction types'));
      const chat = chatOf(world, parameters, 'read');
      const { message_id } = messageOf(world, chat, parameters, 'message to react');
      if (emoji === null) delete chat.reactions[message_id];
      else chat.reactions[message_id] = emoji;
      world.chats.changed(chat);
      return true;
    },
  },
  deleteMessage: {
    takes: ['chat_id', 'message_id'],
    run: ({ parameters, world }) => {
      const chat = chatOf(world, parameters);
      const { message_id, date } = messageOf(world, chat, parameters, 'message to delete');
      if (world.chats.seconds() - date > DELETABLE_SECONDS) {
        throw badRequest("message can't be deleted for everyone");
      }
      world.chats.remove(chat, message_id);
      return true;
    },
  },
  deleteMessages: {
    takes: ['chat_id', 'message_ids'],
    run: ({ parameters, world }) => {
      const ids = parameters.json('message_ids', 'message identifiers');
      if (!Array.isArray(ids)) throw badRequest('Expected an Array of message identifiers');
      const chat = chatOf(world, parameters);
      for (const id of ids) world.chats.remove(chat, Number(id));
      return true;
    },
  },
};

/** The words under a file, read before and stored after the chat was found. */
export function captionOf({ parameters, world }: MethodCall): () => { caption?: string } {
  const given = readFormattedText(parameters, { text: 'caption', entities: 'caption_entities' });
  return () => {
    const { text, entities } = storedCaption(given, (id) => world.chats.knows(id));
    return text === '' ? {} : { caption: text, ...(entities.length > 0 && { caption_entities: entities }) };
  };
}

/** Telegram leaves empty lists out. */
export function withoutEmpty<T extends { entities: unknown[] }>({
  entities,
  ...rest
}: T): Omit<T, 'entities'> & { entities?: T['entities'] } {
  return entities.length > 0 ? { ...rest, entities } : rest;
}

function readReaction(reactions: unknown): string | null {
  if (!Array.isArray(reactions) || reactions.length === 0) return null;
  // A bot may set one (Bot API, setMessageReaction).
  if (reactions.length > 1) throw badRequest('REACTIONS_TOO_MANY');
  const reaction: unknown = reactions[0];
  const emoji = isObject(reaction) && reaction['type'] === 'emoji' ? reaction['emoji'] : null;
  if (!isReactionEmoji(emoji)) throw badRequest('REACTION_INVALID');
  return emoji;
}
