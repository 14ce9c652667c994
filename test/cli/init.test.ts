/** `hibernaut init` when nobody is asked: what it takes from where, what it writes, and how it fails. */
import { mkdirSync, readFileSync, writeFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { callControl, NoDaemonError } from '../../src/control/call.ts';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { aCliHost, type TestHost } from '../helpers/cli-host.ts';
import { fakeMachine } from '../helpers/fake-service-manager.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const WRONG_TOKEN = '1234567890:AAnobodyKnowsThisTokenAtAllxxxxxxxx';

let telegram: EmulatedTelegram;
beforeAll(async () => {
  telegram = await startEmulator();
});
afterAll(() => telegram.close());

let folder: string;
let work: string;
let envFile: string;
let environment: Record<string, string>;
beforeEach(() => {
  folder = temporaryFolder();
  work = join(folder, 'work');
  mkdirSync(work);
  envFile = join(folder, 'config/h.env');
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    HIBERNAUT_ENV_FILE: envFile,
    HIBERNAUT_DATA_DIR: join(folder, 'data'),
    TELEGRAM_API_ROOT: telegram.url,
    ANTHROPIC_API_KEY: 'a-scripted-key',
  };
});

async function init(args: string[] = [], input = ''): Promise<TestHost & { code: number }> {
  const host = aCliHost(environment, input);
  const code = await runCli(['init', ...args], host);
  for (const said of [host.written(), host.complained()]) {
    expect(said).not.toContain(telegram.token);
    expect(said).not.toContain(WRONG_TOKEN);
    expect(said).not.toContain('a-scripted-key');
    expect(said).not.toContain('    at ');
  }
  return { ...host, code };
}

const settings = (): Record<string, string> =>
  Object.fromEntries(
    readFileSync(envFile, 'utf8')
      .split('\n')
      .filter((line) => /^[A-Z]/.test(line))
      .map((line) => line.split(/=(.*)/s) as [string, string]),
  );

describe('the token', () => {
  it('comes on standard input, and all that was given is kept', async () => {
    const args = ['--token-file', '-', '--workspace', work, '--roots', `${work}:${folder}`];
    const { code, ...host } = await init([...args, '--allow', '7', '8'], `${telegram.token}\n`);
    expect(host.complained()).toBe('');
    expect(code).toBe(0);
    expect(settings()).toEqual({
      TELEGRAM_API_ROOT: telegram.url,
      TELEGRAM_BOT_TOKEN: telegram.token,
      HIBERNAUT_DATA_DIR: join(folder, 'data'),
      HIBERNAUT_WORKSPACE: work,
      HIBERNAUT_WORKSPACE_ROOTS: `${work}:${folder}`,
      HIBERNAUT_ALLOWED_USERS: '7,8',
    });
    expect(host.written()).toContain(`@${telegram.bot.username}`);
    expect(host.written()).toContain('+ TELEGRAM_BOT_TOKEN=(hidden)');
    expect(host.written()).toContain('hibernaut service install');
  });

  it('comes from a file, or from the environment', async () => {
    const tokenFile = join(folder, 'token');
    writeFileSync(tokenFile, telegram.token);
    expect((await init(['--token-file', tokenFile, '--workspace', work])).code).toBe(0);
    expect(settings()).toMatchObject({ TELEGRAM_BOT_TOKEN: telegram.token });
    environment['HIBERNAUT_ENV_FILE'] = envFile = join(folder, 'other.env');
    environment['TELEGRAM_BOT_TOKEN'] = telegram.token;
    expect((await init(['--workspace', work])).code).toBe(0);
    expect(settings()).toMatchObject({ TELEGRAM_BOT_TOKEN: telegram.token });
  });

  it.each([
    ['is missing', [], '', 78, /There is no bot token.*--token-file/],
    ['is empty', ['--token-file', '-'], ' \n', 78, /Standard input is empty/],
    ['is in no such file', ['--token-file', '/nope'], '', 78, /--token-file \/nope can't be read/],
    ['is none', ['--token-file', '-'], 'hello', 78, /Copy the whole token/],
    ['is not known to Telegram', ['--token-file', '-'], WRONG_TOKEN, 78, /Telegram does not know this token/],
  ])('%s: nothing is written', async (_, args, input, expected, why) => {
    const { code, ...host } = await init([...args, '--workspace', work], input);
    expect(code).toBe(expected);
    expect(host.complained()).toMatch(why);
    expect(existsSync(envFile)).toBe(false);
  });

  it('can not be proved without a network: worth another try', async () => {
    environment['TELEGRAM_API_ROOT'] = 'http://127.0.0.1:1';
    const { code, ...host } = await init(['--token-file', '-'], telegram.token);
    expect(code).toBe(1);
    expect(host.complained()).toMatch(/Telegram did not answer.*ECONNREFUSED.*Nothing was written/);
    expect(existsSync(envFile)).toBe(false);
  });
});

describe('run again', () => {
  beforeEach(async () => {
    mkdirSync(join(folder, 'config'));
    writeFileSync(envFile, `# mine\nHIBERNAUT_IDLE_TIMEOUT=20m\nOTHER='x y'\nHIBERNAUT_ALLOWED_USERS=7\n`, {
      mode: 0o600,
    });
    expect((await init(['--token-file', '-', '--workspace', work], telegram.token)).code).toBe(0);
  });

  it('changes nothing that is as it should be', async () => {
    const before = readFileSync(envFile, 'utf8');
    const { code, ...host } = await init();
    expect(code).toBe(0);
    expect(host.written()).toContain('says all of that already');
    expect(readFileSync(envFile, 'utf8')).toBe(before);
    expect(before).toMatch(/^# mine\nHIBERNAUT_IDLE_TIMEOUT=20m\nOTHER='x y'\nHIBERNAUT_ALLOWED_USERS=7\n/);
  });

  it('shows what it changes, and keeps the rest', async () => {
    const { code, ...host } = await init([
      '--workspace',
      folder,
      '--allow',
      '9',
      '--keep',
      'ANTHROPIC_API_KEY',
    ]);
    expect(code).toBe(0);
    expect(host.written()).toContain(`~ HIBERNAUT_WORKSPACE=${folder}, was ${work}\n`);
    expect(host.written()).toContain('~ HIBERNAUT_ALLOWED_USERS=7,9, was 7\n');
    expect(host.written()).toContain('+ ANTHROPIC_API_KEY=(hidden)\n');
    expect(settings()).toMatchObject({ OTHER: "'x y'", ANTHROPIC_API_KEY: 'a-scripted-key' });
  });

  it('keeps the folders that were allowed, and allows a new workspace too', async () => {
    await init(['--roots', `${work}:/usr`]);
    await init(['--workspace', folder]);
    expect(settings()).toMatchObject({ HIBERNAUT_WORKSPACE_ROOTS: `${work}:/usr:${folder}` });
    await init(['--workspace', '/usr']);
    expect(settings()).toMatchObject({ HIBERNAUT_WORKSPACE_ROOTS: `${work}:/usr:${folder}` });
  });

  it('warns of what this terminal hides', async () => {
    environment['HIBERNAUT_WORKSPACE'] = work;
    const { complained } = await init(['--workspace', folder]);
    expect(complained()).toContain('HIBERNAUT_WORKSPACE is set to something else in this terminal');
  });

  it('tells programs the same, in a line and without values', async () => {
    const { written } = await init(['--json', '--workspace', folder]);
    expect(JSON.parse(written())).toEqual({
      envFile,
      changes: [{ name: 'HIBERNAUT_WORKSPACE', change: 'changed' }],
      bot: { id: telegram.bot.id, username: telegram.bot.username },
      claude: { state: 'loggedIn', method: 'api_key', provider: 'firstParty', email: null, plan: null },
      paired: null,
      service: false,
    });
  });

  it('refuses a file that can be misread before it asks anybody', async () => {
    writeFileSync(envFile, 'export A=b\n');
    const { code, ...host } = await init();
    expect(code).toBe(78);
    expect(host.complained()).toContain(`${envFile}:1: Remove "export"`);
  });
});

it.each([
  [['--workspace', '/nope'], /HIBERNAUT_WORKSPACE is "\/nope"\. There is no such folder/],
  [['--roots', '/nope'], /HIBERNAUT_WORKSPACE_ROOTS/],
  [['--allow', 'anna'], /numeric Telegram user ids/],
  [['--keep', 'NO_SUCH_VARIABLE'], /--keep NO_SUCH_VARIABLE: the environment has no such variable/],
])('refuses %j, and writes nothing', async (args, why) => {
  environment['TELEGRAM_BOT_TOKEN'] = telegram.token;
  const { code, ...host } = await init(args);
  expect(code).toBe(78);
  expect(host.complained()).toMatch(why);
  expect(existsSync(envFile)).toBe(false);
});

it('writes nothing where there is to be no env file', async () => {
  environment['HIBERNAUT_ENV_FILE'] = 'off';
  expect((await init()).complained()).toContain('HIBERNAUT_ENV_FILE is "off"');
});

it('says that Claude Code is not logged in and that nobody may use the bot, and is done all the same', async () => {
  delete environment['ANTHROPIC_API_KEY'];
  const { code, ...host } = await init(['--token-file', '-', '--workspace', work], telegram.token);
  expect(code).toBe(0);
  expect(host.complained()).toContain('Claude Code is not logged in');
  expect(host.complained()).toContain('Nobody may use the bot yet');
});

it('waits for whoever has the code with --pair, and accepts what others send meanwhile', async () => {
  environment['TELEGRAM_BOT_TOKEN'] = telegram.token;
  const host = aCliHost(environment);
  telegram.introduce({ userId: 8, firstName: 'Ben' });
  telegram.sendText({ chatId: 7, text: '/status' });
  const code = runCli(['init', '--pair', '--json', '--allow', '7', '--workspace', work], host);
  await expect.poll(() => host.written()).toContain('"code"');
  const offer = JSON.parse(host.written()) as { code: string };
  telegram.sendText({ chatId: 8, text: offer.code });
  expect(await code).toBe(0);
  const [, result = ''] = host.written().split('\n');
  expect(JSON.parse(result)).toMatchObject({ paired: { userId: 8, name: 'Ben', from: ['paired'] } });
  await telegram.waitForMessage(7, ({ from }) => from?.is_bot ?? false, 30_000);
  expect(telegram.pendingUpdates()).toBe(0);
  await expect(callControl(join(folder, 'data'), 'status')).rejects.toThrow(NoDaemonError);

  const list = aCliHost(environment);
  expect(await runCli(['access', 'list'], list)).toBe(0);
  expect(list.written()).toMatch(/8 +Ben +paired/);
});

it('installs the service with --service, and starts it anew for new settings', async () => {
  const machine = await fakeMachine();
  onTestFinished(() => machine.close());
  const { PATH = '', FAKES = '', HOME = '' } = machine.environment;
  Object.assign(environment, { PATH, FAKES, HOME, HIBERNAUT_ENV_FILE: machine.envFile });
  const args = ['--service', '--allow', '7', '--token-file', '-', '--workspace'];
  const { code, ...host } = await init([...args, work], telegram.token);
  expect(code).toBe(0);
  expect(host.written()).toContain('Hibernaut serves');
  expect(readFileSync(machine.unitFile, 'utf8')).toContain(machine.envFile);

  expect(JSON.parse((await init(['--json', ...args, folder], telegram.token)).written())).toMatchObject({
    changes: [{ name: 'HIBERNAUT_WORKSPACE', change: 'changed' }],
    service: true,
  });
  expect((await machine.calls()).filter((call) => / (re)?start /.test(call))).toEqual([
    expect.stringContaining(' start '),
    expect.stringContaining(' restart '),
  ]);
  await machine.set('start-code', '1');
  expect((await init([...args, work], telegram.token)).code).toBe(1);
});

it('says why nobody can be let in if the daemon for it does not start', async () => {
  environment['TELEGRAM_BOT_TOKEN'] = telegram.token;
  environment['HIBERNAUT_DATA_DIR'] = join(folder, 'file');
  writeFileSync(join(folder, 'file'), '');
  const { code, ...host } = await init(['--pair', '--workspace', work]);
  expect(code).not.toBe(0);
  expect(host.complained()).toContain(join(folder, 'file'));
});
