/** The env file: where it is, what may stand in it, who may read it, and that the environment wins. */
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, readConfig, wholeEnvironment, type Host } from '../../src/config/config.ts';
import { envFilePath, readEnvFile, readLine, writtenValue } from '../../src/config/env-file.ts';

const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';

let folder: string;
let path: string;
let host: Host;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hibernaut-env-file-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  path = join(folder, '.config/hibernaut/hibernaut.env');
  mkdirSync(join(folder, '.config/hibernaut'), { recursive: true });
  host = { cwd: folder, homeDir: folder, isTerminal: false, memory: { totalBytes: 1, limit: null } };
});

const write = (text: string | Uint8Array, mode = 0o600): void => {
  writeFileSync(path, text);
  chmodSync(path, mode);
};

function faultsOf(read: () => unknown): readonly string[] {
  try {
    read();
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return expect.fail('no fault was found');
}

describe('where the file is', () => {
  it.each([
    [{}, '/home/anna/.config/hibernaut/hibernaut.env'],
    [{ XDG_CONFIG_HOME: '/xdg' }, '/xdg/hibernaut/hibernaut.env'],
    [{ XDG_CONFIG_HOME: 'not/absolute' }, '/home/anna/.config/hibernaut/hibernaut.env'],
    [{ XDG_CONFIG_HOME: '/xdg', HIBERNAUT_ENV_FILE: '/etc/h.env' }, '/etc/h.env'],
    [{ HIBERNAUT_ENV_FILE: '~/h.env' }, '/home/anna/h.env'],
    [{ HIBERNAUT_ENV_FILE: 'h.env' }, '/work/h.env'],
    [{ HIBERNAUT_ENV_FILE: ' ' }, '/home/anna/.config/hibernaut/hibernaut.env'],
    [{ HIBERNAUT_ENV_FILE: 'off' }, null],
  ])('%j: %s', (environment, expected) => {
    expect(envFilePath(environment, '/home/anna', '/work')).toBe(expected);
  });

  it('none in the usual place is none', () => {
    expect(readConfig({}, host).envFile).toBeNull();
    expect(readConfig({ HIBERNAUT_ENV_FILE: 'off' }, host).envFile).toBeNull();
  });

  it('one that was named has to be there', () => {
    const missing = join(folder, 'missing.env');
    expect(faultsOf(() => readConfig({ HIBERNAUT_ENV_FILE: missing }, host))).toEqual([
      `HIBERNAUT_ENV_FILE is "${missing}", and there is no such file. "hibernaut init" writes it; "off" stands for none.`,
    ]);
  });
});

describe('what it says', () => {
  it('lies under the environment, which wins with empty variables too', () => {
    write(`TELEGRAM_BOT_TOKEN=${TOKEN}\nHIBERNAUT_IDLE_TIMEOUT=20m\nHIBERNAUT_HTTP=off\n`);
    expect(readConfig({ HIBERNAUT_IDLE_TIMEOUT: '5m', HIBERNAUT_HTTP: '' }, host)).toMatchObject({
      envFile: path,
      telegram: { token: TOKEN },
      idleTimeoutMs: 300_000,
      http: { port: 4747 },
    });
    expect(readConfig({ TELEGRAM_BOT_TOKEN: '' }, host).telegram).toBeNull();
  });

  it('reaches Claude as if it were exported, by the same allow-list', () => {
    write(`TELEGRAM_BOT_TOKEN=${TOKEN}\nANTHROPIC_API_KEY=key\nSOME_SECRET=x\nTRANSCRIBE_KEY=y\n`);
    const config = readConfig({ PATH: '/bin' }, host);
    expect(config.claudeEnvironment).toEqual({ PATH: '/bin', ANTHROPIC_API_KEY: 'key' });
    expect(config.transcribeEnvironment).toEqual({ PATH: '/bin', TRANSCRIBE_KEY: 'y' });
    expect(wholeEnvironment({ PATH: '/bin' }, host)).toMatchObject({ SOME_SECRET: 'x' });
  });

  it('is named with its line where a setting is wrong; what the environment has is not', () => {
    write('# mine\n\nHIBERNAUT_IDLE_TIMEOUT=soon\nHIBERNAUT_WORKSPAC=/tmp\nTELEGRAM_BOT_TOKEN=12\n');
    const faults = faultsOf(() => readConfig({ HIBERNAUT_HTTP: 'anywhere' }, host));
    expect(faults).toEqual([
      `TELEGRAM_BOT_TOKEN (${path}:5) is not valid. Copy the whole token from @BotFather, such as 123456789:AAH…`,
      expect.stringMatching(`HIBERNAUT_IDLE_TIMEOUT \\(${path}:3\\) is "soon"`),
      expect.stringMatching('^HIBERNAUT_HTTP is "anywhere"'),
      `HIBERNAUT_WORKSPAC (${path}:4) is not known. Did you mean HIBERNAUT_WORKSPACE?`,
    ]);
  });
});

describe('a line', () => {
  it.each([
    ['A=b', { name: 'A', value: 'b' }],
    ['  A_1=b=c \t', { name: 'A_1', value: 'b=c' }],
    ['A=', { name: 'A', value: '' }],
    [`A=''`, { name: 'A', value: '' }],
    [`A='a "b" $c # d; e'`, { name: 'A', value: 'a "b" $c # d; e' }],
    [`A="it's # mine"`, { name: 'A', value: "it's # mine" }],
    ['A=/home/jürgen/[x]', { name: 'A', value: '/home/jürgen/[x]' }],
    ['', null],
    ['  # A=b', null],
  ])('%j is read', (line, expected) => {
    expect(readLine(line)).toEqual(expected);
  });

  it.each([
    ['A=a b', 'A can be misread'],
    ['A=b # why', 'A can be misread'],
    ['A=~/work', 'A can be misread'],
    ['A=$HOME', 'A can be misread'],
    ['A="$HOME"', 'A can be misread'],
    ["A='a\\b'", 'A can be misread'],
    [`A='open`, 'A can be misread'],
    [`A=a'b'`, 'A can be misread'],
    ['A=`id`', 'A can be misread'],
    ['A=b;id', 'A can be misread'],
    ['A =b', 'no setting'],
    ['A', 'no setting'],
    ['; A=b', 'no setting'],
    ['1A=b', 'no setting'],
    ['export A=b', 'Remove "export"'],
    ['# A=b \\', 'swallows the next line'],
    ['A=b\r', 'Unix line ends'],
    ['\ufeffA=b', 'invisible'],
    ["A='\u0000'", 'invisible'],
    ['HIBERNAUT_ENV_FILE=/x', 'Remove the line'],
  ])('%j is refused: %s', (line, why) => {
    expect(readLine(line)).toEqual({ repair: expect.stringContaining(why) as string });
  });

  it('is read as Node and a shell read it, whatever it says', () => {
    const hostile = fc.stringMatching(/^[ -~äé\t]{0,12}$/);
    const line = fc.oneof(
      hostile.map((value) => `A=${value}`),
      hostile.map((value) => `A='${value}'`),
      hostile.map((value) => `A="${value}"`),
      hostile.map((value) => `A=${writtenValue(value) ?? ''}`),
      hostile,
    );
    const lines = fc.sample(line, { numRuns: 3_000, seed: 7 }).flatMap((text) => {
      const read = readLine(text);
      return read && 'value' in read ? [{ text, ...read }] : [];
    });
    expect(lines.length).toBeGreaterThan(500);
    for (const { text, name, value } of lines) expect(parseEnv(`${text}\n`), text).toEqual({ [name]: value });
    const script = lines.map(({ text, name }) => `${text}\nprintf '%s\\0' "$${name}"\n`).join('');
    const said = execFileSync('sh', ['-c', script], { encoding: 'utf8' }).split('\0').slice(0, -1);
    expect(said).toEqual(lines.map(({ value }) => value));
  });

  it('can be written for every value but those that no line can say', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const written = writtenValue(value);
        if (written === null) expect(value).toMatch(/[\p{Cc}\u2028\u2029\ufeff\\]|'.*["$`]|["$`].*'/u);
        else expect(readLine(`A=${written}`)).toEqual({ name: 'A', value });
      }),
    );
  });
});

describe('a faulty file', () => {
  it('is refused with every line, and with no value', () => {
    write(`A=b\nTELEGRAM_BOT_TOKEN=${TOKEN} # mine\nA=c\nexport X=y`);
    const faults = faultsOf(() => readEnvFile(path));
    expect(faults.map((fault) => fault.slice(0, path.length + 3))).toEqual(
      [2, 3, 4].map((line) => `${path}:${String(line)}:`),
    );
    expect(faults[1]).toContain('A is set in line 1 already.');
    expect(faults.join('')).not.toContain(TOKEN);
  });

  it('is refused if it is no text, or no file', () => {
    write(Buffer.from([0x41, 0x3d, 0xff]));
    expect(faultsOf(() => readEnvFile(path))).toEqual([expect.stringContaining('is no UTF-8 text')]);
    expect(faultsOf(() => readEnvFile(folder))).toEqual([expect.stringContaining('is no file')]);
    expect(faultsOf(() => readEnvFile('/dev/null'))).toEqual([expect.stringContaining('is no file')]);
  });

  it.each([0o604, 0o620, 0o622])('is refused if it is open to others: mode %o', (mode) => {
    write(`TELEGRAM_BOT_TOKEN=${TOKEN}\n`, mode);
    const [fault = ''] = faultsOf(() => readConfig({}, host));
    expect(fault).toMatch(/is open to others.*Run: chmod /);
    const [, command = ''] = /Run: (.*)$/.exec(fault) ?? [];
    execFileSync('sh', ['-c', command]);
    expect(readConfig({}, host).telegram?.token).toBe(TOKEN);
  });

  it('may be read by a group only if it is of the system', () => {
    write('A=b\n', 0o640);
    // The tests may run as anyone; only root can give a file away.
    if (process.getuid?.() === 0) {
      expect(readEnvFile(path)?.entries.get('A')).toEqual({ value: 'b', line: 1 });
      chownSync(path, 12_345, 12_345);
    }
    expect(faultsOf(() => readEnvFile(path))).toEqual([expect.stringContaining('chmod 600')]);
  });
});
