/** What belongs together stays in one message, as far as it fits. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderMarkdown } from '../../../src/telegram/render/markdown.ts';
import type { RichText } from '../../../src/telegram/render/rich-text.ts';
import { splitRichText } from '../../../src/telegram/render/split.ts';
import { HOSTILE_TIMEOUT_MS } from '../../helpers/arbitraries/runs.ts';
import { answer } from './answers.ts';

const LIMIT = 100;
const parts = (markdown: string, limit = LIMIT) =>
  splitRichText(renderMarkdown(markdown), limit).map(({ text }) => text);

const words = (length: number) => 'word '.repeat(length / 5).trim();

describe('a heading', () => {
  it('begins the next message rather than to end one', () => {
    expect(parts(`${words(60)}\n\n## Title\n\n${words(80)}`)).toEqual([words(60), `Title\n\n${words(80)}`]);
  });

  it('takes the one above it along', () => {
    const markdown = `${words(60)}\n\n# One\n\n## Two\n\n${words(80)}`;
    expect(parts(markdown)).toEqual([words(60), `One\n\nTwo\n\n${words(80)}`]);
  });

  it('keeps a part of a text that is too long for one message', () => {
    const [first = '', ...rest] = parts(`${words(55)}\n\n# Title\n\n${words(40)}. ${words(200)}`, 120);
    expect(first).toBe(`${words(55)}\n\nTitle\n\n${words(40)}.`);
    expect(rest.length).toBeGreaterThan(1);
  });

  it('of several without any text is no reason to cut a word', () => {
    const titles = Array.from({ length: 30 }, (_, index) => `Title ${index}`);
    const all = parts(titles.map((title) => `# ${title}`).join('\n\n'));
    expect(all.flatMap((text) => text.split('\n\n'))).toEqual(titles);
  });

  it('in bold letters stays with the line below it', () => {
    expect(parts(`${words(60)}\n\n**Title**\n${words(80)}`)).toEqual([words(60), `Title\n${words(80)}`]);
  });
});

describe('a block of code', () => {
  const code = (lines: number) => Array.from({ length: lines }, (_, line) => `line ${line}`).join('\n');
  const fence = (text: string) => '```\n' + text + '\n```';

  it('stays whole if it fits into one message, with the line that announces it', () => {
    const markdown = `${words(40)}\n\nRun this:\n\n${fence(code(10))}`;
    expect(parts(markdown)).toEqual([words(40), `Run this:\n\n${code(10)}`]);
  });

  it('fills the message if it fits into none', () => {
    const [first = ''] = parts(`${words(40)}\n\n${fence(code(40))}`);
    expect(first.startsWith(`${words(40)}\n\nline 0\n`)).toBe(true);
    expect(first.length).toBeGreaterThan(80);
  });

  it('is cut where it has an empty line, if one is near', () => {
    const halves = [code(8), code(9)];
    expect(parts(fence(halves.join('\n\n')))).toEqual(halves);
  });

  it('below a bullet stays with the bullet', () => {
    expect(parts(`${words(60)}\n\n- \`\`\`\n  ${words(80)}\n  \`\`\``)).toEqual([
      words(60),
      `•\n${words(80)}`,
    ]);
  });
});

describe('a table', () => {
  const row = (number: number, width: number) => `| ${number} | ${words(width)} |`;
  const table = (...rows: string[]) => ['| n | text |', '|---|---|', ...rows].join('\n');

  it('is cut between rows, however long the next one is', () => {
    const markdown = table(row(1, 20), row(2, 85), row(3, 20));
    const all = parts(markdown, 110);
    expect(all.map((text) => text.match(/^\d/gm))).toEqual([['1'], ['2'], ['3']]);
    expect(all.every((text) => !text.startsWith('word'))).toBe(true);
  });

  it('keeps its head above its first row', () => {
    expect(parts(`${words(60)}\n\n${table(row(1, 60))}`, 120)).toEqual([
      words(60),
      expect.stringMatching(/^n │ text\n─+┼─+\n1 │ word/),
    ]);
  });
});

describe('a list', () => {
  it('is cut between items, not below one', () => {
    const items = [`${words(50)}\n  - below\n  - below it`, `${words(30)}\n  - further\n  - ${words(20)}`];
    const [first, second] = parts(items.map((text) => `- ${text}`).join('\n'), 110);
    expect(first).toMatch(/below it$/);
    expect(second).toMatch(/^• /);
  });

  it('is not cut behind the number of an item', () => {
    const all = parts(`intro\n\n1. ${words(300)}`);
    expect(all.every((text) => !/\d\.$/.test(text))).toBe(true);
  });
});

/** Small, so that there are many cuts; longer than any line of what `answer` makes but paragraphs. */
const SMALL_LIMIT = 1_500;

it(
  'answers are cut between lines or sentences, never behind a heading, in a row, or in a line of code',
  { timeout: HOSTILE_TIMEOUT_MS },
  () => {
    fc.assert(
      fc.property(answer, (markdown) => {
        const whole = renderMarkdown(markdown);
        const lines = new Set(whole.text.split('\n').map((line) => line.trim()));
        const titles = new Set(titlesOf(whole));
        const all = splitRichText(whole, SMALL_LIMIT);
        for (const [index, part] of all.entries()) {
          const own = part.text.split('\n').map((line) => line.trim());
          for (const line of own.filter((one) => !lines.has(one))) {
            // A half of one: then a sentence ends there, or ended before it.
            expect(isInCode(part, line)).toBe(false);
            if (line === own.at(-1)) expect(line).toMatch(/[.!?…]["')\]]*$/);
          }
          if (index < all.length - 1) expect(titles).not.toContain(own.at(-1));
        }
      }),
      { numRuns: 200 },
    );
  },
);

/** Lines that are bold from end to end. */
function titlesOf({ text, entities }: RichText): string[] {
  return entities
    .filter(({ type, offset, length }) => {
      const isLine = (text[offset - 1] ?? '\n') === '\n' && (text[offset + length] ?? '\n') === '\n';
      return type === 'bold' && isLine;
    })
    .map(({ offset, length }) => text.slice(offset, offset + length).trim());
}

function isInCode({ text, entities }: RichText, line: string): boolean {
  const at = text.indexOf(line);
  return entities.some(({ type, offset, length }) => type === 'pre' && offset <= at && at < offset + length);
}
