/** What is found in everyday texts, against Telegram's own parser. */
import { expect, it } from 'vitest';
import { findEntities } from '../../../../src/sandbox/bot-api/text/find-entities.ts';
import { foundByTdlib } from '../../../helpers/tdlib.ts';

it.each([
  '/start',
  '/new my/folder',
  'hi /status now, /help.',
  '/timeout@bot_name 10m',
  '(/help) </x> a/b /a/b /привет',
  '@durov hi, a@durov @ab @имя',
  '#tag #123 #a1 #a#b #тег',
  'see https://a.com/x?y=1#z.',
  '(http://a.com/b), “https://a.com” https://a.com, b',
  'example.com www.google.com t.me/durov foo.ts README.md src/main.ts node.js console.log v1.2.3 e.g. this',
  'mail a@b.com now',
  'http://localhost:3000 http://1.2.3.4/x http://a.com:80/x https://user:pw@a.com',
  'https://пример.рф ftp://a.com/b x/http://a.com http://a.com/…',
  'go to https://github.com/a/b/pull/12#issuecomment-1!',
])('finds in %j what Telegram finds', (text) => {
  const found = findEntities(text).map(({ type, offset, length }) => [
    type,
    text.slice(offset, offset + length),
  ]);
  expect(found).toEqual(foundByTdlib(text));
});
