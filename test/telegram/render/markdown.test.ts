/** Each construct of Claude's Markdown, as people see it. */
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import { marked } from './marked.ts';

const shown = (markdown: string) => marked(renderMarkdown(markdown));

describe('text', () => {
  it('has bold, italic, struck out words and code, within each other', () => {
    expect(shown('a **b _c_ `d`** ~~e~~')).toBe(
      'a <bold>b <italic>c</italic> <code>d</code></bold> <strikethrough>e</strikethrough>',
    );
  });

  it('keeps line breaks, soft and hard ones, and one empty line between paragraphs', () => {
    expect(shown('a\nb  \nc\\\nd\n\n\n\ne')).toBe('a\nb\nc\nd\n\ne');
  });

  it('sets headings of any level in bold', () => {
    expect(shown('# A `b`\ntext\n\nC\n---\n#### D')).toBe(
      '<bold>A <code>b</code></bold>\n\ntext\n\n<bold>C</bold>\n\n<bold>D</bold>',
    );
  });

  it('shows HTML as it is written, but breaks lines at <br>', () => {
    expect(shown('a <b>x</b><br/>y\n\n<div onclick="x">\n</div>')).toBe(
      'a <b>x</b>\ny\n\n<div onclick="x">\n</div>',
    );
  });

  it('takes characters that mean nothing where they stand for what they are', () => {
    expect(shown('snake_case_name 2 * 3 * 4 <T> a_b &lt;i&gt; \\*c\\*')).toBe(
      'snake_case_name 2 * 3 * 4 <T> a_b <i> *c*',
    );
  });

  it('draws a line for a thematic break', () => {
    expect(shown('a\n\n---\n\nb')).toBe('a\n\n──────────\n\nb');
  });

  it('is empty where there is nothing to see', () => {
    expect([shown(''), shown(' \n\n'), shown('```\n```'), shown('[a]: https://b.c')]).toEqual([
      '',
      '',
      '',
      '',
    ]);
  });
});

describe('code blocks', () => {
  it('name their language, without options of the fence', () => {
    expect(shown('```c++ title="x"\nint a;\n```')).toBe('<pre c++>int a;</pre>');
    expect(shown('```{.weird}\na\n```')).toBe('<pre>a</pre>');
  });

  it('keep their lines and indentation; tabs become columns, which Telegram would make one space', () => {
    expect(shown('```go\n\tif x {\n\n\t\ty\t1\n```')).toBe('<pre go>    if x {\n\n        y   1</pre>');
  });

  it('may be open still while the answer streams in', () => {
    expect(shown('Look:\n```py\nprint(1)\npri')).toBe('Look:\n\n<pre py>print(1)\npri</pre>');
    expect(shown('Look:\n```py')).toBe('Look:');
    expect(shown('Look: `pri')).toBe('Look: `pri');
  });
});

describe('quotes', () => {
  it('are one quote, whatever is quoted within', () => {
    expect(shown('> a\n> > b\n>\n> ```js\n> c\n> ```')).toBe(
      '<blockquote>a\n\nb\n\n<pre js>c</pre></blockquote>',
    );
  });
});

describe('lists', () => {
  it('have bullets, or numbers from where they start', () => {
    expect(shown('- a\n- b\n\ntext\n\n7. c\n8. d')).toBe('• a\n• b\n\ntext\n\n7. c\n8. d');
  });

  it('are indented within each other', () => {
    expect(shown('1. a\n   - b\n     c\n     1. d\n2. e')).toBe(
      '1. a\n    • b\n        c\n        1. d\n2. e',
    );
  });

  it('show what is done', () => {
    expect(shown('- [x] a\n- [ ] b\n\n1. [x] c')).toBe('☑ a\n☐ b\n\n1. ☑ c');
  });

  it('keep empty lines where they have them', () => {
    expect(shown('- a\n\n- b\n\n  c')).toBe('• a\n\n• b\n\n    c');
  });

  it('hold code, quotes and tables at the margin, since those are blocks of their own', () => {
    expect(shown('- a\n  ```sh\n  x\n    y\n  ```\n- > q\n  > r')).toBe(
      '• a\n<pre sh>x\n  y</pre>\n•\n<blockquote>q\nr</blockquote>',
    );
  });

  it('keep formatting on the words, not on the indentation', () => {
    expect(shown('- a\n  - **b\n    c**')).toBe('• a\n    • <bold>b\n        c</bold>');
  });

  it('may have items without content', () => {
    expect(shown('- \n- b')).toBe('•\n• b');
  });
});

describe('footnotes', () => {
  it('are numbered as they are mentioned and stand at the end', () => {
    expect(shown('[^z]: Last.\n\nA[^b] B[^a]\n\n[^a]: One,\n    more[^b].\n[^b]: *Two*')).toBe(
      'A[1] B[2]\n\n[1] <italic>Two</italic>\n\n[2] One,\nmore[1].\n\n[3] Last.',
    );
  });

  it('stay as written where there is nothing to them', () => {
    expect(shown('A[^1]')).toBe('A[^1]');
  });
});

describe('documents that mean harm', () => {
  it('show what is nested beyond reason as it was written', () => {
    expect(renderMarkdown(`${'> '.repeat(200)}x`).text).toMatch(/^(> )+x$/);
    const deepList = Array.from({ length: 100 }, (_, depth) => `${'  '.repeat(depth)}- x`).join('\n');
    expect(renderMarkdown(deepList).text.match(/x/g)).toHaveLength(100);
    expect(renderMarkdown(`${'['.repeat(500)}a${'](x)'.repeat(500)}`).text).toContain('a');
  });

  it('are shown as they were written if the parser fails on their depth', () => {
    const endless = `${'> '.repeat(30_000)}x`;
    expect(renderMarkdown(endless).text === endless).toBe(true);
  });

  it('go without emphasis if there is more of it than the parser can take', () => {
    const jam = `${'*a '.repeat(20_000)}${'a* '.repeat(20_000)}b`;
    const { text, entities } = renderMarkdown(`${jam}\n\n\`code\``);
    expect(text === `${jam}\n\ncode`).toBe(true);
    expect(entities.map(({ type }) => type)).toEqual(['code']);
  });
});
