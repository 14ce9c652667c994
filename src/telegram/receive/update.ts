/** The parts of Telegram's updates that we use, validated: an update is input from outside like any other. */
import { z } from 'zod';
import type { PairingAttempt } from '../ports.ts';
import type { Membership } from './membership.ts';

const id = z.int();
/** Telegram's own limit is 4,096 characters; more is not from Telegram. */
const text = z.string().max(65_536);

const entity = z.object({ type: z.string(), offset: z.int().min(0), length: z.int().min(0) });

/** What the bot put below a message of its own. */
const keyboard = z.object({
  inline_keyboard: z.array(z.array(z.object({ callback_data: z.string().max(64).optional() }))),
});

const message = z.object({
  message_id: id,
  chat: z.object({ id, type: z.string(), is_forum: z.boolean().optional() }),
  from: z.object({ id }).optional(),
  message_thread_id: id.optional(),
  /** Replies in a group without topics carry a thread id too; only with this flag it is a topic. */
  is_topic_message: z.boolean().optional(),
  text: text.optional(),
  entities: z.array(entity).optional(),
  caption: text.optional(),
  caption_entities: z.array(entity).optional(),
  forum_topic_created: z.object({ name: text, is_name_implicit: z.boolean().optional() }).optional(),
  forum_topic_edited: z.object({ name: text.optional() }).optional(),
  media_group_id: z.string().max(100).optional(),
  forward_origin: z.unknown().optional(),
  /** Unix time, seconds. */
  edit_date: z.int().optional(),
  /** Loose: what is shown of it is read in `context.ts`. */
  reply_to_message: z
    .looseObject({ from: z.looseObject({ id }).optional(), reply_markup: keyboard.optional() })
    .optional(),
});

/** A text message or anything else that a person sent. */
export type UpdateMessage = z.infer<typeof message> & {
  /** The message's other fields, by name: which kind of message it is. */
  kinds: readonly string[];
};

/** The message that carries the tapped button; Telegram may no longer have it, then only its place is known. */
const tapped = z.object({
  message_id: id,
  chat: z.object({ id, type: z.string().optional(), is_forum: z.boolean().optional() }),
  message_thread_id: id.optional(),
  is_topic_message: z.boolean().optional(),
  text: text.optional(),
  entities: z.array(z.looseObject(entity.shape)).optional(),
});

const callback = z.object({
  id: z.string().min(1).max(200),
  from: z.object({ id }),
  data: z.string().max(64).optional(),
  message: tapped.optional(),
});

/** A tap on an inline button. */
export type UpdateCallback = z.infer<typeof callback>;

const updateId = z.object({ update_id: z.int() });

/** The update's id, or null if it has none and so is not Telegram's. */
export function updateIdOf(update: unknown): number | null {
  return updateId.safeParse(update).data?.update_id ?? null;
}

export type KnownUpdate = {
  /** Within a chat the order of updates is kept. */
  chatId: number;
} & (
  | { kind: 'message'; message: UpdateMessage }
  /** The message as it is now. */
  | { kind: 'edit'; message: UpdateMessage }
  | { kind: 'callback'; callback: UpdateCallback }
  /** Telegram's own Stop button below a draft. It says nothing of who tapped it: drafts are in private chats. */
  | { kind: 'draftStopped'; draftId: number }
  /** A stranger's, while a code waits for its person. */
  | { kind: 'pairing'; attempt: PairingAttempt }
  | { kind: 'membership'; membership: Membership }
  | { kind: 'migration'; from: number; to: number }
);

const update = z.object({
  // Loose, because the names of its other fields tell which kind of message it is.
  message: z.looseObject(message.shape).optional(),
  edited_message: z.looseObject(message.shape).optional(),
  callback_query: callback.optional(),
  stopped_message_generation: z.object({ chat: z.object({ id }), draft_id: id }).optional(),
});

/** What we act on, or null for every other kind of update and for malformed ones. */
export function readUpdate(raw: unknown): KnownUpdate | null {
  const read = update.safeParse(raw).data;
  const sent = read?.message ?? read?.edited_message;
  if (sent) {
    const kind = read?.message ? 'message' : 'edit';
    return { chatId: sent.chat.id, kind, message: { ...sent, kinds: Object.keys(sent) } };
  }
  const stopped = read?.stopped_message_generation;
  if (stopped) return { chatId: stopped.chat.id, kind: 'draftStopped', draftId: stopped.draft_id };
  const tap = read?.callback_query;
  return tap ? { chatId: tap.message?.chat.id ?? tap.from.id, kind: 'callback', callback: tap } : null;
}

/** The chat's topic that a message belongs to, or null outside topics. */
export function threadOf({
  message_thread_id: threadId,
  is_topic_message: isTopic,
}: Pick<UpdateMessage, 'message_thread_id' | 'is_topic_message'>): number | null {
  return isTopic === true && threadId !== undefined ? threadId : null;
}
