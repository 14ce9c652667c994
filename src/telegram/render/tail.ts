/** The newest end of a text that grows, for the live message. */
import { cutAfter } from './boundaries.ts';
import { clean, trim } from './clean.ts';
import { limitEntities, roomFor } from './limits.ts';
import { concat, slice, type RichText } from './rich-text.ts';
import { splitRichText } from './split.ts';
import { untappable } from './untappable.ts';

/** How much of the room may be given up to begin with a whole line or word. */
const MAY_BE_LOST = 0.25;
const ELLIPSIS = '…\n';

/** The whole text if it has room; else an ellipsis and as much of its end as has. @param limit in UTF-16 units */
export function tail(rich: RichText, limit: number): RichText {
  const whole = trim(clean(rich));
  const { length } = whole.text;
  if (length <= roomFor(whole, limit)) return limitEntities(whole);
  const room = Math.max(0, limit - ELLIPSIS.length);
  const from = length - room;
  const begin = cutAfter(whole.text, from, from + Math.floor(room * MAY_BE_LOST));
  // Half a word may look like a command where the whole one did not.
  const end = untappable(trim(concat(ELLIPSIS, trim(slice(whole, begin)))));
  // More than one part if it has more formatting than a message takes.
  return splitRichText(end, limit).at(-1) ?? end;
}
