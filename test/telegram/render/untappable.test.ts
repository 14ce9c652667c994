/** Nothing that Claude writes becomes a command or a mention that a finger can hit. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bold, code, link, plain, pre, rich, type RichText } from '../../../src/telegram/render/rich-text.ts';
import { untappable } from '../../../src/telegram/render/untappable.ts';
import { checkEntities } from '../../helpers/tdlib.ts';
import { marked } from './marked.ts';
import { tappableIn } from './tappable.ts';

describe('untappable', () => {
  it('sets commands and mentions in code, with the whole of the path or package that they are', () => {
    expect(
      marked(untappable(plain('Tap /end. Or ask @someone! See ./d.png, ~/x, (/tmp) and @types/node.'))),
    ).toBe(
      'Tap <code>/end</code>. Or ask <code>@someone</code>! See <code>./d.png</code>, <code>~/x</code>, (<code>/tmp</code>) and <code>@types/node</code>.',
    );
  });

  it('leaves what Telegram takes for neither', () => {
    const text = plain('and/or /etc/hosts a@b.co 1/2 https://x.dev/end </b> @a');
    expect(untappable(text)).toEqual(text);
    expect(tappableIn(text)).toEqual([]);
  });

  it('leaves what stands in code or in a link, where Telegram finds nothing', () => {
    const text = rich`${code('a /end')} ${pre('/end')} ${link('/end', 'https://x.dev/')}`;
    expect(untappable(text)).toEqual(text);
  });

  it('finds them beside letters that Telegram does not know yet', () => {
    for (const letter of ['\u{323b0}', '\u{16ea0}', '\u088f', '\ua7f1']) {
      expect(tappableIn(plain(`${letter}/end`))).toEqual(['/end']);
      expect(tappableIn(untappable(plain(`${letter}/end ${letter}`)))).toEqual([]);
      expect(tappableIn(untappable(plain(`/end${letter}`)))).toEqual([]);
    }
    expect(marked(untappable(plain('é/end 漢/end и/end')))).toBe('é/end 漢/end и/end');
  });

  it('finds them across borders of formatting', () => {
    const text: RichText = untappable(rich`/${bold('end')}`);
    expect(text.entities).toContainEqual({ type: 'code', offset: 0, length: 4 });
    expect(checkEntities(text.text, text.entities)).toBeNull();
  });

  it('finds them where the rest of the path is in code or a command itself', () => {
    expect(marked(untappable(rich`${code('~')}/end`))).toBe('<code>~</code><code>/end</code>');
    expect(marked(untappable(plain('/end-/end')))).toBe('<code>/end-/end</code>');
  });

  it('leaves nothing to tap in any text', () => {
    const piece = fc.oneof(
      fc.constantFrom(
        '/',
        '@',
        '/end',
        '@someone',
        '@bot',
        '.',
        '~',
        '-',
        '_',
        '<',
        '>',
        '"',
        '(',
        ' ',
        '\n',
        'é',
        '漢',
        '²',
        '٣',
        '👍',
        '\u0301',
        '\u200b',
      ),
      fc.string({ maxLength: 4 }),
    );
    const text = fc.array(piece, { maxLength: 20 }).map((pieces) => pieces.join(''));
    fc.assert(
      fc.property(text, (words) => {
        expect(tappableIn(untappable(plain(words)))).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });
});
