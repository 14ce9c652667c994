/** Links: none that Telegram refuses (one would cost the whole message), and none that lies about where it leads. */
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { checkEntities } from '../../helpers/tdlib.ts';
import { marked } from './marked.ts';

const shown = (markdown: string) => marked(renderMarkdown(markdown));

describe('a link', () => {
  it('leads to http and https addresses of a host with a dot, or of an IPv6 address', () => {
    expect(shown('[a](https://x.dev/b?c=d#e)')).toBe('<text_link https://x.dev/b?c=d#e>a</text_link>');
    expect(shown('[a](http://[::1]:3000)')).toBe('<text_link http://[::1]:3000/>a</text_link>');
    expect(shown('[a](http://127.0.0.1:80/x)')).toBe('<text_link http://127.0.0.1/x>a</text_link>');
  });

  it.each([
    'http://localhost:3000',
    './src/x.ts',
    'file:///etc/passwd',
    'vscode://file/x',
    'javascript:alert(1)',
    'ftp://a.b/c',
    'tg://user?id=1',
    'tg://resolve?domain=someone',
    'https://user:password@x.dev/',
    'http://x.dev:0/',
    'http://x.dev:99999/',
    'https://{x}.dev',
    'http://..x',
    '//x.dev',
  ])('is followed by an address that Telegram refuses, or that we do: %s', (url) => {
    expect(shown(`[a](<${url}>)`)).toBe(`a (${url})`);
  });

  it('is accepted by Telegram, whatever the address', () => {
    const urls = [
      'https://ünïcode.example/ü',
      'https://a_b.c-d.ee/%zz',
      'HTTP://A.B',
      'http://0x7f.1',
      'https://a.b./c',
      'https://x.dev/a b',
    ];
    for (const url of urls) {
      const { text, entities } = renderMarkdown(`[a](<${url}>)`);
      expect(entities).toHaveLength(1);
      expect(checkEntities(text, entities)).toBeNull();
    }
  });

  it('is only its words if it leads nowhere outside', () => {
    expect(shown('[a](#part) [b]()')).toBe('a b');
  });

  it('is text for mail and telephone', () => {
    expect(shown('<a@b.co> [mail](mailto:a@b.co) [call](tel:+49123) [a@b.co](mailto:a@b.co)')).toBe(
      'a@b.co mail (a@b.co) call (+49123) a@b.co',
    );
  });

  it('is found in text and by reference', () => {
    expect(shown('https://x.dev/a. [b][1] [c]\n\n[1]: https://y.dev\n[c]: z.ts')).toBe(
      '<text_link https://x.dev/a>https://x.dev/a</text_link>. <text_link https://y.dev/>b</text_link> c (z.ts)',
    );
  });

  it('leads where the first of several definitions says', () => {
    expect(shown('[a]\n\n[a]: https://x.dev\n[a]: https://y.dev')).toBe(
      '<text_link https://x.dev/>a</text_link>',
    );
  });

  it('is kept around code, of which Telegram would keep the code only', () => {
    expect(shown('[`f()`](https://x.dev)')).toBe('<text_link https://x.dev/>f()</text_link>');
  });

  it('shows its address if it has no words', () => {
    expect(shown('[](https://x.dev/a)')).toBe('<text_link https://x.dev/a>https://x.dev/a</text_link>');
  });
});

describe('an image', () => {
  it('is a link with its description, or with its address', () => {
    expect(shown('![A cat](https://x.dev/c.png) ![](d.png)')).toBe(
      '<text_link https://x.dev/c.png>A cat</text_link> d.png',
    );
  });

  it('is its description within a link', () => {
    expect(shown('[![build](https://x.dev/b.svg)](https://y.dev)')).toBe(
      '<text_link https://y.dev/>build</text_link>',
    );
  });
});

describe('a link whose words name another host', () => {
  it.each([
    ['https://google.com/login', 'https://evil.dev/'],
    ['google.com', 'https://evil.dev/google.com'],
    ['Go to google.com now', 'https://evil.dev/'],
    ['gооgle.com', 'https://google.com/'],
    ['google.com', 'https://google.com.evil.dev/'],
  ])('shows where it leads: %s', (words, url) => {
    expect(shown(`[${words}](${url})`)).toBe(`<text_link ${url}>${words}</text_link> (${url})`);
  });

  it('is left as it is if it names the same one', () => {
    expect(shown('[www.x.dev](https://x.dev/a)')).toBe('<text_link https://x.dev/a>www.x.dev</text_link>');
    expect(shown('[e.g. this](https://x.dev/a)')).toBe('<text_link https://x.dev/a>e.g. this</text_link>');
  });
});
