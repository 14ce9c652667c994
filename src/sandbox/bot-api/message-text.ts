/** The text of a message as a call gives it: read, checked, cleaned, and what is in it found. */
import { type MessageEntity } from 'grammy/types';
import { badRequest, unmodelled } from './api-error.ts';
import {
  FieldError,
  isObject,
  optionalString,
  requiredInteger,
  requiredString,
  type JsonObject,
} from './json-fields.ts';
import { type Parameters } from './parameters.ts';
import { addFoundEntities } from './text/entity-order.ts';
import { cleanText, lengthInCodePoints } from './text/clean.ts';
import { findEntities } from './text/find-entities.ts';
import { fixFormattedText, mustBeVisible, type FormattedText } from './text/formatted-text.ts';
import { checkLink, userOfLink } from './text/links.ts';

/** Before anything else is looked at (telegram-bot-api: `get_formatted_text`). */
const MAX_RAW_BYTES = 2 ** 15;
export const MAX_TEXT_LENGTH = 4_096;
export const MAX_CAPTION_LENGTH = 1_024;

const PLAIN_TYPES = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'spoiler',
  'code',
  'blockquote',
  'expandable_blockquote',
] as const;
/** Telegram finds these by itself and ignores them in a call. */
const FOUND_TYPES = [
  'mention',
  'hashtag',
  'cashtag',
  'bot_command',
  'url',
  'email',
  'phone_number',
  'bank_card_number',
];

/** Whether a user can be mentioned. */
type KnowsUser = (userId: number) => boolean;

/** What was given, not yet checked against the text: that comes after the chat was found. Throws ApiError. */
export function readFormattedText(
  parameters: Parameters,
  names: { text: string; entities: string },
): FormattedText {
  const text = parameters.text(names.text);
  if (Buffer.byteLength(text) > MAX_RAW_BYTES) throw badRequest('Text is too long');
  return { text, entities: readEntities(jsonOrNothing(parameters, names.entities)) };
}

/** The text of a message. Throws ApiError. */
export function storedText(given: FormattedText, knowsUser: KnowsUser): FormattedText {
  const stored = store(given, knowsUser);
  mustBeVisible(stored);
  if (lengthInCodePoints(stored.text) > MAX_TEXT_LENGTH) throw badRequest('message is too long');
  return stored;
}

/** The words under a file; may be empty. Throws ApiError. */
export function storedCaption(given: FormattedText, knowsUser: KnowsUser): FormattedText {
  const stored = store(given, knowsUser);
  if (lengthInCodePoints(stored.text) > MAX_CAPTION_LENGTH) throw badRequest('message caption is too long');
  return stored;
}

function store({ text, entities }: FormattedText, knowsUser: KnowsUser): FormattedText {
  const checked = entities.map((entity) => withCheckedTarget(entity, knowsUser));
  const fixed = fixFormattedText({ text, entities: checked });
  return { text: fixed.text, entities: addFoundEntities(fixed.entities, findEntities(fixed.text)) };
}

/** Entities that are no JSON count as none, as with Telegram. */
function jsonOrNothing(parameters: Parameters, name: string): unknown {
  try {
    return parameters.json(name, name);
  } catch {
    return undefined;
  }
}

export function readEntities(value: unknown): MessageEntity[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((entity) => {
    try {
      return readEntity(entity);
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      throw badRequest(`Can't parse MessageEntity: ${error.message}`);
    }
  });
}

function readEntity(value: unknown): MessageEntity[] {
  if (!isObject(value)) throw new FieldError('expected an Object');
  const place = { offset: requiredInteger(value, 'offset'), length: requiredInteger(value, 'length') };
  const type = optionalString(value, 'type');
  const plain = PLAIN_TYPES.find((known) => known === type);
  if (plain) return [{ type: plain, ...place }];
  if (FOUND_TYPES.includes(type)) return [];
  return [readRichEntity(type, value, place)];
}

function readRichEntity(
  type: string,
  value: JsonObject,
  place: Pick<MessageEntity, 'offset' | 'length'>,
): MessageEntity {
  if (type === 'pre') {
    const language = cleanText(optionalString(value, 'language')).text;
    return { type, ...place, ...(language !== '' && { language }) };
  }
  if (type === 'text_link') return { type, ...place, url: requiredString(value, 'url') };
  if (type === 'text_mention') {
    const user = value['user'];
    if (!isObject(user)) throw new FieldError('Can\'t find field "user"');
    const id = requiredInteger(user, 'id');
    return { type, ...place, user: { id, is_bot: false, first_name: optionalString(user, 'first_name') } };
  }
  if (type === 'custom_emoji' || type === 'date_time') throw unmodelled(`the entity "${type}"`);
  throw new FieldError(type === '' ? 'Type is not specified' : 'Unsupported type specified');
}

/** Links as Telegram writes them. Throws ApiError if one leads nowhere that Telegram knows. */
function withCheckedTarget(entity: MessageEntity, knowsUser: KnowsUser): MessageEntity {
  const mentioned =
    entity.type === 'text_mention' ? entity.user.id : entity.type === 'text_link' && userOfLink(entity.url);
  if (typeof mentioned === 'number' && !knowsUser(mentioned)) throw badRequest('user not found');
  if (entity.type !== 'text_link' || typeof mentioned === 'number') return entity;
  const verdict = checkLink(cleanText(entity.url).text);
  if ('url' in verdict) return { ...entity, url: verdict.url };
  throw badRequest(`Entity URL '${entity.url}' is invalid: ${verdict.reason}`);
}
