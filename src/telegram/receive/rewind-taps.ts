/** Taps on the buttons of /rewind: what a message would put back is shown first, and put back when that is confirmed. */
import { plain } from '../render/rich-text.ts';
import * as texts from '../texts/rewind.ts';
import { SESSION_GONE_TOAST } from '../texts/session-cards.ts';
import { confirmKeyboard, type RewindButton } from './rewind-buttons.ts';
import type { Tap, Tapped } from './session-taps.ts';

/** Resolves when the files are as they are to be. */
export async function tapRewind(button: RewindButton, tap: Tap): Promise<Tapped> {
  if (button.action === 'cancel') return { shown: { text: texts.rewindCancelledText() }, toast: '' };
  const { address, sessions, at } = tap;
  const { sessionId, uuid } = button;
  const points = await sessions.rewindPoints(address.chatId, sessionId, at);
  if (!points) return over(SESSION_GONE_TOAST);
  if ('refused' in points) return over(points.refused);
  const point = points.find((candidate) => candidate.uuid === uuid);
  if (!point) return over(texts.rewindListText([]).text);
  const isAsShown = point.changes.files.length === button.files;
  if (button.action === 'ask' || !isAsShown) {
    const shown = { text: texts.rewindAskText(point), keyboard: confirmKeyboard(sessionId, point) };
    return { shown, toast: button.action === 'ask' ? '' : texts.REWIND_CHANGED_TOAST };
  }
  const done = await sessions.rewind(address.chatId, sessionId, uuid, at);
  if (!done) return over(SESSION_GONE_TOAST);
  if ('refused' in done) return over(done.refused);
  return { shown: { text: texts.rewoundText(done) }, toast: texts.REWOUND_TOAST };
}

/** The buttons go. */
function over(why: string): Tapped {
  return { shown: { text: plain(why) }, toast: '' };
}
