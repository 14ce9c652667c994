/** Which links the emulator takes, against Telegram's own parser. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkLink } from '../../../../src/sandbox/bot-api/text/links.ts';
import { checkEntities, normalizedByTdlib } from '../../../helpers/tdlib.ts';

const LINKS = [
  'http://localhost:3000',
  './src/x.ts',
  'file:///etc/passwd',
  'vscode://file/x',
  'javascript:alert(1)',
  'tel:+123',
  'ftp://a.b',
  '',
  'a.b',
  'HTTPS://A.B/C?d#e',
  'mailto:a@b.c',
  'https://user:pw@a.com',
  'http://[::1]/',
  'http://[::g]/',
  'http://127.0.0.1:80',
  'a.com:99999',
  'a.com:0',
  'a.com:007',
  'a.com:',
  'http://a b.com',
  'http://a_b.com/ x y ',
  'http://.com',
  'http://.',
  '//a.com',
  'tg:resolve?domain=x',
  'tg://resolve:80?domain=x',
  'tg://a.b',
  'TON://abc/d',
  'ton://a.b',
  'tonsite://a.ton/b',
  'tonsite://aton',
  'http://ёЖ.рф/Ё',
  'http://a%20b.com',
  'http://a%2.com',
  'a@b.c:1',
  'http://a.com:80@b.c',
];

const links = fc
  .array(
    fc.constantFrom(
      'http',
      'https',
      'tg',
      'ton',
      'tonsite',
      '://',
      ':',
      '/',
      '.',
      '@',
      '?',
      '#',
      '[',
      ']',
      '%',
      '%41',
      ' ',
      'a',
      'B',
      'é',
      '1',
      '80',
      '::1',
      '-',
      '_',
      '+',
      '"',
    ),
    { maxLength: 9 },
  )
  .map((parts) => parts.join(''));

/** As Telegram judges the link of a one-letter text. */
function judged(url: string): ReturnType<typeof checkLink> {
  const entities = [{ type: 'text_link' as const, offset: 0, length: 1, url }];
  const reason = checkEntities('a', entities);
  if (reason !== null) return { reason: /is invalid: (.*)$/s.exec(reason)?.[1] ?? reason };
  const stored = normalizedByTdlib('a', entities);
  const [entity] = typeof stored === 'string' ? [] : stored.entities;
  return { url: entity?.type === 'text_link' ? entity.url : 'no link' };
}

describe('checkLink', () => {
  it.each(LINKS)('judges %j as Telegram does', (link) => {
    expect(checkLink(link)).toEqual(judged(link));
  });

  it('judges any link as Telegram does', () => {
    fc.assert(
      fc.property(links, (link) => {
        expect(checkLink(link)).toEqual(judged(link));
      }),
      { numRuns: 3_000 },
    );
  });
});
