/** Whatever paths and values are called, systemd reads of the unit what was meant: held against a reader of our own. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ServiceError } from '../../src/service/facts.ts';
import { unitText, writtenIn } from '../../src/service/unit-text.ts';
import { someFacts } from './some-facts.ts';

const RUNS = 10_000;

/** Hostile to who quotes: quotes, escapes, specifiers, variables, comments, continuations. */
const text = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        '\\',
        '%',
        '$',
        '%h',
        '${HOME}',
        '\\n',
        ' ',
        ';',
        '#',
        '=',
        '@',
        ':',
        '-',
        '\\x41',
      ),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

const isSayable = (value: string): boolean => !/\p{Cc}/u.test(value);

/** systemd.syntax(7) for double-quoted words with the escapes that we use, then systemd.unit(5) "Specifiers". */
function wordsOf(line: string): string[] {
  const words: string[] = [];
  let rest = line;
  while (rest !== '') {
    const match = /^"((?:[^"\\]|\\["\\])*)"(?: |$)/.exec(rest);
    if (!match) throw new Error(`systemd would not read: ${rest}`);
    const unescaped = (match[1] ?? '').replace(/\\(["\\])/g, '$1');
    if (/(^|[^%])(%%)*%([^%]|$)/.test(unescaped)) throw new Error(`A specifier is left: ${unescaped}`);
    words.push(unescaped.replaceAll('%%', '%'));
    rest = rest.slice(match[0].length);
  }
  return words;
}

/** Lines that end with a backslash go on in the next (systemd.syntax(7)). */
function valuesOf(unit: string, key: string): string[] {
  const lines = unit.split('\n');
  expect(lines.filter((line) => line.endsWith('\\'))).toEqual([]);
  return lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
}

it('is what was meant, word by word', () => {
  fc.assert(
    fc.property(text, text, text, text, (node, script, envFile, path) => {
      const facts = someFacts({
        node: `/${node}`,
        script: `/${script}`,
        envFile: `/${envFile}`,
        environment: { PATH: path },
      });
      if (![node, script, envFile, path].every(isSayable) || /["'\\]/.test(node)) {
        expect(() => unitText(facts)).toThrow(ServiceError);
        return;
      }
      const unit = unitText(facts);
      const [command = ''] = valuesOf(unit, 'ExecStart');
      const keepsDollars = command.startsWith(':');
      const words = wordsOf(keepsDollars ? command.slice(1) : command);
      expect(words).toEqual([`/${node}`, `/${script}`, 'start']);
      expect(keepsDollars || !words.some((word) => word.includes('$'))).toBe(true);
      expect(valuesOf(unit, 'Environment').flatMap(wordsOf)).toEqual([
        `HIBERNAUT_ENV_FILE=/${envFile}`,
        `PATH=${path}`,
      ]);
      expect(writtenIn(unit).environment).toEqual({ HIBERNAUT_ENV_FILE: `/${envFile}`, PATH: path });
    }),
    { numRuns: RUNS },
  );
});
