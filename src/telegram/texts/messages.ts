/** What the bot answers to messages that it can't hand to Claude, and to taps on buttons. */
import { rich, type RichText } from '../render/rich-text.ts';

/** For photos, files, voice messages and the like. */
export function onlyTextText(): RichText {
  return rich`Only text is understood so far: this was not handed to Claude. Write what you want in words.`;
}

/** For a message in a group that says nothing but the bot's name. */
export function nothingSaidText(): RichText {
  return rich`Write what you want in the same message as my name.`;
}

/** For an update that a bug of ours keeps from being handled. */
export function passedOverText(): RichText {
  return rich`A fault in the bot kept this message from Claude; the daemon's log has the details. Please write it in another way.`;
}

/** Toasts, which have no formatting. */
export const PASSED_OVER_TOAST =
  "A fault in the bot kept this tap from its effect; the daemon's log has the details.";
export const STALE_QUESTION_TOAST = 'This was answered before, or is not needed any more.';
export const STALE_BUTTON_TOAST = 'This button is not in use any more.';
