/** Telegram updates: good ones, strangers' of every kind, and those that no Telegram would send. */
import fc from 'fast-check';
import { damaged, hostileJson } from './json.ts';
import { hostileText } from './text.ts';

/** What Telegram calls updates (Bot API 10.3), and what it may call them one day. */
const KINDS = [
  ...['message', 'edited_message', 'channel_post', 'edited_channel_post', 'business_connection'],
  ...['business_message', 'edited_business_message', 'deleted_business_messages', 'guest_message'],
  ...['message_reaction', 'message_reaction_count', 'inline_query', 'chosen_inline_result', 'callback_query'],
  ...[
    'shipping_query',
    'pre_checkout_query',
    'purchased_paid_media',
    'poll',
    'poll_answer',
    'my_chat_member',
  ],
  ...['chat_member', 'chat_join_request', 'chat_boost', 'removed_chat_boost', 'stopped_message_generation'],
  ...['surprise', '__proto__', 'constructor'],
];

const person = (id: number) => ({ id, is_bot: false, first_name: 'x' });

/** Formatting that Telegram would send, and such that lies about where it is. */
const entities = fc.array(
  fc.record({
    type: fc.oneof(fc.constantFrom('mention', 'bold', 'pre', 'text_link', 'bot_command'), hostileText),
    offset: fc.nat(9_000),
    length: fc.nat(9_000),
    url: hostileText,
  }),
  { maxLength: 3 },
);

/** A message's fields beside its sender, chat and text: what else may be attached to it. */
const extras = fc.dictionary(
  fc.constantFrom(
    ...['caption', 'entities', 'caption_entities', 'photo', 'voice', 'message_thread_id', 'is_topic_message'],
    ...[
      'media_group_id',
      'forward_origin',
      'reply_to_message',
      'via_bot',
      'pinned_message',
      'new_chat_members',
    ],
  ),
  fc.oneof(hostileJson, entities),
  { maxKeys: 3, noNullPrototype: true },
);

/** Not one that a good message has: a message that was answered is not answered again. */
const foreignMessageId = fc.integer({ min: 100_000, max: 1_000_000 });

function messageFrom(userId: number, chatId: number): fc.Arbitrary<Record<string, unknown>> {
  return fc
    .record({ text: hostileText, message_id: foreignMessageId, extras, entities })
    .map(({ text, message_id, extras: more, entities: formatting }) => ({
      message_id,
      date: 1,
      from: person(userId),
      chat: { id: chatId, type: chatId < 0 ? 'supergroup' : 'private' },
      text,
      entities: formatting,
      ...more,
    }));
}

/** @param data what the tapped button is said to carry */
function tapBy(
  userId: number,
  chatId: number,
  data: fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> {
  return fc.record({ id: hostileText, data, message: messageFrom(1, chatId) }).map(({ message, ...tap }) => ({
    ...tap,
    from: person(userId),
    chat_instance: 'x',
    message,
  }));
}

/** Made up, in our own form, or one that was really sent. */
const callbackData = (known: readonly string[]): fc.Arbitrary<unknown> =>
  fc.oneof(
    fc.constantFrom(...known),
    fc
      .tuple(
        fc.constantFrom('ay:', 'as:', 'an:', 's:', 'a:', 'cr:1:', 'cd:999999999999999:', ''),
        hostileText,
      )
      .map(([head, tail]) => head + tail),
    hostileJson,
  );

export interface People {
  allowed: number;
  stranger: number;
  /** A group with both in it. */
  group: number;
  /** Data of buttons that are open. */
  buttons: readonly string[];
}

/** Of any kind, about anything, also about the allowed person; but not sent by them. */
export function strangersUpdate(people: People): fc.Arbitrary<Record<string, unknown>> {
  return fc.oneof(
    { weight: 6, arbitrary: fromStranger(people) },
    { weight: 1, arbitrary: notAsThemselves(people) },
  );
}

function fromStranger({ allowed, stranger, group, buttons }: People): fc.Arbitrary<Record<string, unknown>> {
  const chat = fc.constantFrom(allowed, stranger, group);
  return chat.chain((chatId) =>
    fc
      .tuple(
        fc.constantFrom(...KINDS),
        fc.oneof(messageFrom(stranger, chatId), tapBy(stranger, chatId, callbackData(buttons)), hostileJson),
        fc.constantFrom<object>(
          {},
          { user: person(allowed) },
          { sender_chat: { id: allowed, type: 'private' } },
        ),
      )
      // A tap to stop a message says who taps by the chat; there the chat is the sender.
      .filter(([kind]) => kind !== 'stopped_message_generation' || chatId !== allowed)
      .map(([kind, content, more]) => update(kind, isObject(content) ? { ...content, ...more } : content)),
  );
}

/** The allowed person's name on what a chat sent, or on one of two things in one update. */
function notAsThemselves({ allowed, stranger, group }: People): fc.Arbitrary<Record<string, unknown>> {
  const mine = messageFrom(allowed, allowed);
  return fc.oneof(
    mine.map((message) => update('message', { ...message, sender_chat: { id: group, type: 'supergroup' } })),
    fc
      .tuple(
        mine,
        fc.constantFrom(...KINDS.filter((kind) => kind !== 'message')),
        messageFrom(stranger, group),
      )
      .map(([message, kind, other]) => ({ message, ...update(kind, other) })),
  );
}

/** From the allowed person, and wrong in some way, or right by chance. */
export function damagedUpdate({ allowed, group, buttons }: People): fc.Arbitrary<unknown> {
  const chat = fc.constantFrom(allowed, group);
  const good = chat.chain((chatId) =>
    fc.oneof(
      messageFrom(allowed, chatId).map((message) => update('message', message)),
      tapBy(allowed, chatId, callbackData(buttons)).map((tap) => update('callback_query', tap)),
    ),
  );
  return fc.oneof(good, damaged(good), hostileJson);
}

/** What a person writes in their private chat. */
export function goodUpdate(userId: number, messageId: number, text: string): Record<string, unknown> {
  const chat = { id: userId, type: 'private' };
  return update('message', { message_id: messageId, date: 1, from: person(userId), chat, text });
}

/** `__proto__` as a key of its own, as it comes out of `JSON.parse`. */
function update(kind: string, content: unknown): Record<string, unknown> {
  return Object.fromEntries([[kind, content]]);
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
