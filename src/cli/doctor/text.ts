/** The findings for a terminal: a line each under the name of their check, its repair below it. Pure. */
import { printable } from '../printable.ts';
import type { Examined, Finding, Level } from './check.ts';

const MARKS: Readonly<Record<'unicode' | 'ascii', Readonly<Record<Level, string>>>> = {
  unicode: { ok: '✓', warning: '!', problem: '✗' },
  ascii: { ok: 'ok', warning: '! ', problem: 'X ' },
};

export interface TextOptions {
  /** Whether the terminal shows more than ASCII. */
  isUnicode: boolean;
  /** What was mended, and what could not be, as sentences. */
  mended: readonly string[];
}

export function describeFindings(examined: readonly Examined[], { isUnicode, mended }: TextOptions): string {
  const width = Math.max(...examined.map(({ name }) => name.length));
  const marks = MARKS[isUnicode ? 'unicode' : 'ascii'];
  const lines = examined.flatMap(({ name, findings }) =>
    findings.flatMap((finding, index) => {
      const start = `${marks[finding.level]} ${(index === 0 ? name : '').padEnd(width)}  `;
      const repair = finding.repair === undefined ? [] : [`${' '.repeat(start.length)}${finding.repair}`];
      return [`${start}${finding.found}`, ...repair];
    }),
  );
  return `${[...lines, '', ...mended, closing(examined.flatMap(({ findings }) => findings))]
    .map((line) => printable(line))
    .join('\n')}\n`;
}

function closing(findings: readonly Finding[]): string {
  const problems = findings.filter(({ level }) => level === 'problem').length;
  const warnings = findings.filter(({ level }) => level === 'warning').length;
  const fixable = findings.filter(({ fix }) => fix).length;
  const told = warnings === 0 ? '' : ` ${counted(warnings, 'thing')} could be better.`;
  const offer =
    fixable === 0 ? '' : ` "hibernaut doctor --fix" mends ${fixable === 1 ? 'one' : fixable} by itself.`;
  if (problems === 0) return `${warnings === 0 ? 'All is well.' : 'Nothing needs mending.'}${told}${offer}`;
  return `${counted(problems, 'thing')} ${problems === 1 ? 'needs' : 'need'} mending.${told}${offer}`;
}

function counted(count: number, what: string): string {
  return `${String(count)} ${what}${count === 1 ? '' : 's'}`;
}
