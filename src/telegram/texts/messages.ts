/** What the bot answers to messages that it can't hand to Claude, and to taps on buttons. */
import { rich, type RichText } from '../render/rich-text.ts';

/** For stickers, games and the like. @param kind of Telegram's: `sticker`, `paid_media` … */
export function notUnderstoodText(kind: string): RichText {
  return rich`A message of this kind (${kind.replaceAll('_', ' ')}) can't be handed to Claude. Text, photos, files, voice and video messages, places, contacts and polls can.`;
}

/** For a message in a group that says nothing but the bot's name. */
export function nothingSaidText(): RichText {
  return rich`Write what you want in the same message as my name.`;
}

/** For an update that a bug of ours keeps from being handled. */
export function passedOverText(): RichText {
  return rich`A fault in the bot kept this message from Claude. Write it in another way. The log on the host has the details.`;
}

/** For a message that comes while the daemon lets its turns end before a restart. Once for a chat. */
export function keptForRestartText(): RichText {
  return rich`I am being restarted, and begin nothing new until then. Your message is kept: I answer it when I am back.`;
}

/** Toasts, which have no formatting. */
export const PASSED_OVER_TOAST =
  'This tap did nothing, because of a fault in the bot. The log on the host has the details.';
export const STALE_QUESTION_TOAST = 'This was answered before, or is not needed any more.';
export const STALE_BUTTON_TOAST = 'This button is not in use any more.';
