/** Shows what can't be seen: a person who allows a command must see all of it, in the order in which it runs. */

/**
 * Control characters, direction overrides, zero-width and other invisible characters, and the marks that Telegram
 * removes. Line breaks and tabs stay, and so do joiners and variation selectors behind letters and emoji that need them.
 */
const HIDDEN =
  /(?![\n\t])(?!(?<=[^\0-\x7f])(?:\u200c|\u200d|\ufe0e|\ufe0f))(?:[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]|\u0333|\u033f|\u030a)/gu;

const CONTROL_PICTURES = 0x2400;
const DELETE = 0x7f;
const DELETE_PICTURE = '\u2421';

/** As `␛` for a control character, else as `⟨U+202E⟩`. */
export function visible(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const point = character.codePointAt(0) ?? 0;
    if (point === DELETE) return DELETE_PICTURE;
    if (point < 0x20) return String.fromCodePoint(CONTROL_PICTURES + point);
    return `⟨U+${point.toString(16).toUpperCase().padStart(4, '0')}⟩`;
  });
}
