/** Inline keyboards, checked as Telegram does (telegram-bot-api: `get_reply_markup`; td: `ReplyMarkup.cpp`). */
import { type InlineKeyboardButton, type InlineKeyboardMarkup } from 'grammy/types';
import { badRequest, unmodelled } from './api-error.ts';
import { FieldError, isObject, optionalString, requiredString, type JsonObject } from './json-fields.ts';
import { type Parameters } from './parameters.ts';
import { cleanText } from './text/clean.ts';
import { checkLink } from './text/links.ts';

/** Bytes. Bot API, InlineKeyboardButton. */
const MAX_CALLBACK_DATA = 64;
/** Characters. Bot API, CopyTextButton. */
const MAX_COPY_TEXT = 256;
const STYLES = ['danger', 'success', 'primary'];
const KNOWN_FIELDS = ['text', 'url', 'callback_data', 'copy_text', 'disabled', 'style'];

/** The keyboard under the message, or null for none; an empty one is none. Throws ApiError. */
export function readReplyMarkup(parameters: Parameters): InlineKeyboardMarkup | null {
  const markup = parameters.json('reply_markup', 'reply keyboard markup');
  if (markup === undefined) return null;
  if (!isObject(markup)) throw badRequest('Object expected as reply markup');
  const foreign = Object.keys(markup).find((field) => field !== 'inline_keyboard');
  if (foreign) throw unmodelled(`reply_markup.${foreign}`);
  const rows = markup['inline_keyboard'] ?? [];
  if (!Array.isArray(rows)) throw badRequest('Field "inline_keyboard" must be of type Array');
  const keyboard = rows.map(readRow).filter((row) => row.length > 0);
  return keyboard.length > 0 ? { inline_keyboard: keyboard } : null;
}

function readRow(row: unknown): InlineKeyboardButton[] {
  if (!Array.isArray(row)) {
    throw badRequest('Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays');
  }
  return row.map(readButton);
}

function readButton(button: unknown): InlineKeyboardButton {
  try {
    if (!isObject(button)) throw new FieldError('InlineKeyboardButton must be an Object');
    return checkButton(button);
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    throw badRequest(`Can't parse inline keyboard button: ${error.message}`);
  }
}

function checkButton(button: JsonObject): InlineKeyboardButton {
  const foreign = Object.keys(button).find((field) => !KNOWN_FIELDS.includes(field));
  if (foreign) throw unmodelled(`the button field "${foreign}"`);
  const text = cleanText(requiredString(button, 'text')).text;
  const action = readAction(button);
  if (text === '') throw badRequest('Inline keyboard button text must be non-empty');
  const style = optionalString(button, 'style');
  if (style !== '' && !STYLES.includes(style)) throw unmodelled(`the button style "${style}"`);
  // The style was just compared with all there are.
  return { text, ...action, ...(style !== '' && { style: style as 'danger' }) };
}

type ButtonAction =
  | { url: string }
  | { callback_data: string }
  | { copy_text: { text: string } }
  | { disabled: Record<string, never> };

function readAction(button: JsonObject): ButtonAction {
  const url = optionalString(button, 'url');
  if (url !== '') return { url: checkUrl(url) };
  const data = optionalString(button, 'callback_data');
  if (data !== '') return { callback_data: checkData(data) };
  const copied = button['copy_text'];
  if (isObject(copied)) return { copy_text: { text: checkCopied(requiredString(copied, 'text')) } };
  if (isObject(button['disabled'])) return { disabled: {} };
  throw new FieldError('Text buttons are unallowed in the inline keyboard');
}

function checkUrl(url: string): string {
  const verdict = checkLink(url);
  if ('url' in verdict) return verdict.url;
  throw badRequest(`Inline keyboard button URL '${url}' is invalid: ${verdict.reason}`);
}

function checkData(data: string): string {
  if (Buffer.byteLength(data) > MAX_CALLBACK_DATA) throw badRequest('BUTTON_DATA_INVALID');
  return data;
}

function checkCopied(text: string): string {
  if (text === '' || text.length > MAX_COPY_TEXT) throw badRequest('BUTTON_COPY_TEXT_INVALID');
  return text;
}
