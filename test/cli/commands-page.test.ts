/** docs/commands.md names every command there is: one that is added, or renamed, has its line there. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { buildProgram } from '../../src/cli/program.ts';
import { aCliHost } from '../helpers/cli-host.ts';

const PAGE = join(import.meta.dirname, '../../docs/commands.md');

/** `access revoke`: what a person writes to have something done. */
function everyCommand(parent: Command, path: readonly string[] = []): string[] {
  const visible = parent.createHelp().visibleCommands(parent);
  const real = visible.filter((command) => command.name() !== 'help');
  return real.flatMap((command) => {
    const words = [...path, command.name()];
    return command.commands.length > 0 ? everyCommand(command, words) : [words.join(' ')];
  });
}

/** What stands in the first column of its tables of commands, without arguments and options. */
async function namedOnPage(): Promise<string[]> {
  const tables = (await readFile(PAGE, 'utf8')).split('## Exit codes')[0] ?? '';
  const cells = tables.split('\n').flatMap((line) => /^\| (`[^|]+) \|/.exec(line)?.[1] ?? []);
  return cells.flatMap((cell) => [...cell.matchAll(/`([a-z]+(?: [a-z]+)*)/g)].map(([, name]) => name ?? ''));
}

it('has a line for every command, and for none that there is not', async () => {
  const program = buildProgram({ host: aCliHost(), exitWith: () => undefined });
  expect((await namedOnPage()).sort()).toEqual(everyCommand(program).sort());
});
