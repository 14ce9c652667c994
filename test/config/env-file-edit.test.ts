/** Changing the env file: what stays, what is shown of a change, and how it gets onto the disk. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ConfigError } from '../../src/config/config.ts';
import { describeChange, editedText, writeEnvFile } from '../../src/config/env-file-edit.ts';
import { readEnvFile } from '../../src/config/env-file.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const change = (name: string, before: string | null, after: string | null) => ({ name, before, after });

it('keeps comments, order and every other line', () => {
  const text = `# mine\n\n  A=1\nOTHER='x y'  \n# B=0\nC="3"`;
  const changes = [change('A', '1', '2'), change('B', null, 'it is'), change('C', '3', null)];
  expect(editedText(text, changes)).toBe(`# mine\n\nA=2\nOTHER='x y'  \n# B=0\nB='it is'\n`);
  expect(editedText(text, [])).toBe(`${text}\n`);
});

it('begins a new file with what it is', () => {
  expect(editedText('', [change('A', null, 'b')])).toMatch(/^# Settings of Hibernaut.*\n# .*\nA=b\n$/s);
});

it('refuses a value that no line can say, and does not show it', () => {
  const edit = () => editedText('', [change('A_KEY', null, 'se\\cret'), change('B', null, `'"$`)]);
  expect(edit).toThrow(ConfigError);
  expect(edit).toThrow(/A_KEY can't be kept.*\n.*B can't be kept/);
  expect(edit).not.toThrow(/cret/);
});

it.each([
  [change('HIBERNAUT_HTTP', null, 'off'), '+ HIBERNAUT_HTTP=off'],
  [change('HIBERNAUT_HTTP', 'off', '80'), '~ HIBERNAUT_HTTP=80, was off'],
  [change('HIBERNAUT_HTTP', 'off', null), '- HIBERNAUT_HTTP'],
  [change('TELEGRAM_BOT_TOKEN', null, 'secret'), '+ TELEGRAM_BOT_TOKEN=(hidden)'],
  [change('TELEGRAM_BOT_TOKEN', 'secret', 'other'), '~ TELEGRAM_BOT_TOKEN=(hidden), another one'],
  [change('https_proxy', null, 'http://anna:secret@proxy'), '+ https_proxy=(hidden)'],
  [change('NOTE', 'x', 'sk-ant-secretsecret'), '~ NOTE=(hidden), was x'],
])('shows no secret: %j', (given, shown) => {
  expect(describeChange(given)).toBe(shown);
});

it('is written for its owner only, in folders for its owner only', () => {
  const folder = temporaryFolder();
  const path = join(folder, 'config/hibernaut/hibernaut.env');
  writeEnvFile(path, 'A=b\n');
  expect(readEnvFile(path)?.entries.get('A')?.value).toBe('b');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'config/hibernaut')).mode & 0o777).toBe(0o700);
});

it('replaces what a link stands for, with its mode, and leaves nothing else behind', () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'real'));
  const [real, link] = [join(folder, 'real/h.env'), join(folder, 'h.env')];
  writeFileSync(real, 'A=b\n');
  chmodSync(real, 0o640);
  symlinkSync(real, link);
  writeEnvFile(link, 'A=c\n');
  expect(lstatSync(link).isSymbolicLink()).toBe(true);
  expect(readFileSync(real, 'utf8')).toBe('A=c\n');
  expect(statSync(real).mode & 0o777).toBe(0o640);
  expect(readdirSync(join(folder, 'real'))).toEqual(['h.env']);
});

it('says what to do if it cannot be written', () => {
  const folder = temporaryFolder();
  writeFileSync(join(folder, 'file'), '');
  expect(() => writeEnvFile(join(folder, 'file/h.env'), '')).toThrow(/can't be written.*HIBERNAUT_ENV_FILE/);
});
