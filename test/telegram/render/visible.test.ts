/** What can't be seen is shown before somebody allows it. */
import { describe, expect, it } from 'vitest';
import { clean } from '../../../src/telegram/render/clean.ts';
import { plain } from '../../../src/telegram/render/rich-text.ts';
import { visible } from '../../../src/telegram/render/visible.ts';

describe('visible', () => {
  it('shows control characters, and leaves line breaks and tabs', () => {
    expect(visible('a\r\n\tb\x1b[2K\0\x7f\x85')).toBe('a␍\n\tb␛[2K␀␡⟨U+0085⟩');
  });

  it('shows what turns the direction of text around or hides in it', () => {
    expect(visible('a\u202eb\u2066c\u200bd\u00ade\ufefff\u2028g\u{e0041}h\u3164i')).toBe(
      'a⟨U+202E⟩b⟨U+2066⟩c⟨U+200B⟩d⟨U+00AD⟩e⟨U+FEFF⟩f⟨U+2028⟩g⟨U+E0041⟩h⟨U+3164⟩i',
    );
  });

  it('leaves joiners in emoji and in scripts that need them, but not in plain ASCII', () => {
    const fine = '👨‍👩‍👧 ❤️ می‌خواهم';
    expect(visible(fine)).toBe(fine);
    expect(visible('r\u200dm')).toBe('r⟨U+200D⟩m');
  });

  it('leaves nothing that Telegram would change but tabs', () => {
    const units = Array.from({ length: 0x10000 }, (_, point) => String.fromCharCode(point));
    const text = visible(units.join('a')).replaceAll('\t', '');
    expect(clean(plain(text)).text).toBe(text);
  });
});
