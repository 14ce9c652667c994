/** docs/security.md says what nobody can do: every such sentence names a test, and every test that it names is there. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

const docs = new URL('../../docs/', import.meta.url);
const page = readFileSync(new URL('security.md', docs), 'utf8');

/** A link to a test, and the title behind it. */
const NAMED = /\[([^\]]+\.test\.ts)\]\(([^)]+)\)(?:\s+"([^"]+)")?/g;

interface NamedTest {
  shown: string;
  link: string;
  title: string | undefined;
}

function namedIn(text: string): NamedTest[] {
  return [...text.matchAll(NAMED)].map(([, shown = '', link = '', title]) => ({
    shown,
    link,
    title: title?.replace(/\s+/g, ' '),
  }));
}

/** Whether the file has a test or a group with exactly this title, in whichever quotes. */
function hasTitle(source: string, title: string): boolean {
  return ["'", '"', '`'].some((quote) => {
    const written = title.replaceAll(quote, `\\${quote}`);
    return source.includes(`${quote}${written}${quote}`);
  });
}

/** The points of every list that begins with what somebody can not do. */
function denials(text: string): string[] {
  return [...text.matchAll(/^(?:They|It) can not[^\n]*:\n\n(?<points>(?:- .*\n(?: {2}.*\n)*)+)/gm)].flatMap(
    ({ groups }) => (groups?.['points'] ?? '').split(/^- /m).slice(1),
  );
}

describe('docs/security.md', () => {
  it('names tests that are there', () => {
    const named = namedIn(page).filter(({ link }) => link !== '../test/docs/security.test.ts');
    expect(named.length).toBeGreaterThan(40);
    const missing = named.filter(({ shown, link, title }) => {
      const file = new URL(link, docs);
      const isThere = link === `../${shown}` && existsSync(file);
      return !isThere || title === undefined || !hasTitle(readFileSync(file, 'utf8'), title);
    });
    expect(missing).toEqual([]);
  });

  it('has a test for everything that it says nobody can do', () => {
    const points = denials(page);
    expect(points.length).toBeGreaterThan(30);
    expect(points.filter((point) => namedIn(point).length === 0)).toEqual([]);
  });
});
