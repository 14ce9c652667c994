/** What `--help` says, of every command there is: a command that is added is held to the same. */
import type { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { buildProgram, runCli } from '../../src/cli/program.ts';
import { aCliHost } from '../helpers/cli-host.ts';

/** What the list of commands has room for beside their names, on a terminal of 80 columns. */
const SUMMARY_LENGTH = 60;

const program = buildProgram({ host: aCliHost(), exitWith: () => undefined });
const commands = everyCommand(program);

/** `['access revoke', the command]`, the hidden ones too. */
function everyCommand(parent: Command, path: readonly string[] = []): [name: string, command: Command][] {
  return parent.commands.flatMap((command) => {
    const words = [...path, command.name()];
    return [[words.join(' '), command] as [string, Command], ...everyCommand(command, words)];
  });
}

it('knows every command', () => {
  const names = commands.map(([name]) => name);
  for (const name of [
    'start',
    'service install',
    'service uninstall',
    'service status',
    'service logs',
    'status',
    'sessions',
    'session',
    'pair',
    'access list',
    'access revoke',
    'doctor',
    'version',
  ]) {
    expect(names).toContain(name);
  }
});

describe.each(commands)('hibernaut %s', (name, command) => {
  it('has a line in the list of commands that fits there', () => {
    expect(command.summary()).toMatch(/^\S.*[^.\s]$/);
    expect(command.summary().length).toBeLessThanOrEqual(SUMMARY_LENGTH);
  });

  it('says in whole sentences what it does', () => {
    expect(command.description()).toMatch(/^[A-Z].*\.$/s);
  });

  it('describes every argument and every option', () => {
    for (const argument of command.registeredArguments)
      expect(argument.description, argument.name()).not.toBe('');
    for (const option of command.options) expect(option.description, option.flags).not.toBe('');
  });

  it('prints all of that for --help, and exits with 0', async () => {
    const host = aCliHost();
    expect(await runCli([...name.split(' '), '--help'], host)).toBe(0);
    expect(host.complained()).toBe('');
    expect(host.written()).toContain(`Usage: hibernaut ${name}`);
    for (const { long } of command.options) expect(host.written()).toContain(long);
  });
});

it('lists the commands under their headings', async () => {
  const host = aCliHost();
  await runCli(['--help'], host);
  for (const command of program.createHelp().visibleCommands(program)) {
    expect(command.helpGroup(), command.name()).toMatch(/^\S.*:$/);
    expect(host.written(), command.name()).toContain(command.summary());
  }
});

it.each(commands)('has examples that run that command: hibernaut %s', (name, command) => {
  let text = '';
  command.configureOutput({ writeOut: (part) => (text += part) }).outputHelp();
  for (const line of text.matchAll(/^ {2}\$ (.*)$/gm)) {
    expect(line[1]).toMatch(new RegExp(`\\bhibernaut ${name}\\b`));
  }
});
