/** `hibernaut init` at a terminal, from an empty home to a turn of a daemon that knows nothing but the env file. */
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { startModel } from '../../src/sandbox/model/model.ts';
import type { EmulatedTelegram, ScriptedModel } from '../../src/sandbox/ports.ts';
import { fakeMachine } from '../helpers/fake-service-manager.ts';
import { MAIN } from '../helpers/program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { CTRL_C, CTRL_U, DOWN, ENTER, ESCAPE, openTerminal, type Terminal } from '../helpers/terminal.ts';

const ANNA = 101;
const WRONG_TOKEN = '1234567890:AAnobodyKnowsThisTokenAtAllxxxxxxxx';

let telegram: EmulatedTelegram;
let model: ScriptedModel;
let home: string;
let envFile: string;
let environment: Record<string, string>;
let terminal: Terminal | null;
beforeEach(async () => {
  [telegram, model] = [await startEmulator(), await startModel()];
  home = temporaryFolder();
  envFile = join(home, '.config/hibernaut/hibernaut.env');
  terminal = null;
  environment = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    TELEGRAM_API_ROOT: telegram.url,
    ANTHROPIC_BASE_URL: model.url,
    ANTHROPIC_API_KEY: 'a-scripted-key',
  };
});
afterEach(async () => {
  terminal?.kill();
  await telegram.close();
  await model.close();
});

/** What is there already: settings that this test needs, and a person's own words. */
const BEFORE = `# mine
HIBERNAUT_HTTP=off
CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1
`;

function writeBefore(text = BEFORE): void {
  mkdirSync(join(home, '.config/hibernaut'), { recursive: true, mode: 0o700 });
  writeFileSync(envFile, text, { mode: 0o600 });
}

function init(...args: string[]): Terminal {
  terminal = openTerminal([process.execPath, MAIN, 'init', ...args], { environment, cwd: home });
  return terminal;
}

it('asks for everything, lets its owner in, and leaves a file that a daemon needs nothing beside', async () => {
  writeBefore();
  const screen = init();
  await screen.sees(/The token of your bot/);
  screen.types(`${WRONG_TOKEN}${ENTER}`);
  await screen.sees(/Telegram does not know this token/);
  screen.types(`${CTRL_U}${telegram.token}${ENTER}`);
  await screen.sees(new RegExp(`Telegram knows the bot: @${telegram.bot.username}`));
  await screen.sees(/The folder in which new sessions work/);
  screen.types(`${CTRL_U}~/my work${ENTER}`);
  await screen.sees(/There is no folder .*\/my work\. Create it\?/);
  screen.types(ENTER);
  await screen.sees(/The folders under which sessions may work/);
  screen.types(ENTER);
  await screen.sees(/ANTHROPIC_API_KEY and ANTHROPIC_BASE_URL are set in this terminal only.*\?/);
  screen.types(ENTER);
  await screen.sees(/Claude Code is logged in: api_key/);

  await screen.sees(/Nobody may use the bot yet/);
  screen.types(ENTER);
  const [, code = ''] = await screen.sees(/The code is (\w{5}-\w{5})/);
  await screen.sees(new RegExp(`https://t\\.me/${telegram.bot.username}\\?start=${code.replace('-', '')}`));
  await screen.sees(/Waiting for the code/);
  telegram.introduce({ userId: ANNA, firstName: 'Anna' });
  telegram.sendText({ chatId: ANNA, text: `/start ${code}` });
  await screen.sees(/Anna is in, Telegram id 101/);
  await telegram.waitForMessage(ANNA, ({ text }) => text?.startsWith('You are in') ?? false, 30_000);

  await screen.sees(/\+ TELEGRAM_BOT_TOKEN=\(hidden\)/);
  await screen.sees(/Write these settings\?/);
  expect(readFileSync(envFile, 'utf8')).toBe(BEFORE);
  screen.types(ENTER);
  await screen.sees(/Run it as a service from now on\?/);
  screen.types(`${DOWN}${DOWN}${ENTER}`);
  await screen.sees(/hibernaut service install/);
  expect(await screen.exited).toBe(0);
  expect(screen.shown()).not.toContain(telegram.token);
  expect(screen.shown()).not.toContain('a-scripted-key');

  expect(statSync(envFile).mode & 0o777).toBe(0o600);
  expect(readFileSync(envFile, 'utf8')).toBe(
    `${BEFORE}TELEGRAM_API_ROOT=${telegram.url}
TELEGRAM_BOT_TOKEN=${telegram.token}
HIBERNAUT_WORKSPACE='${join(home, 'my work')}'
ANTHROPIC_API_KEY=a-scripted-key
ANTHROPIC_BASE_URL=${model.url}
`,
  );
  await hasATurn();
});

/** With an environment that says nothing of Hibernaut. */
async function hasATurn(): Promise<void> {
  const { PATH = '', HOME = '' } = environment;
  const daemon = execa(process.execPath, [MAIN, 'start'], {
    env: { PATH, HOME },
    extendEnv: false,
    reject: false,
    stdin: 'ignore',
    forceKillAfterDelay: false,
  });
  try {
    telegram.sendText({ chatId: ANNA, text: 'hello' });
    await telegram.waitForMessage(ANNA, ({ text }) => text?.startsWith('You said: hello') ?? false, 60_000);
  } finally {
    daemon.kill('SIGTERM');
  }
  const { exitCode, stdout, stderr } = await daemon;
  expect(exitCode).toBe(0);
  expect(`${stdout}${stderr}`).not.toContain(telegram.token);
}

it('leaves everything as it was for whoever leaves, at the first question or at the last', async () => {
  const first = init();
  await first.sees(/The token of your bot/);
  first.types(CTRL_C);
  await first.sees(/Cancelled/);
  expect(await first.exited).toBe(1);
  expect(existsSync(envFile)).toBe(false);

  writeBefore();
  environment['TELEGRAM_BOT_TOKEN'] = telegram.token;
  const last = init('--workspace', home, '--roots', home, '--no-pair', '--keep', 'ANTHROPIC_API_KEY');
  await last.sees(/Write these settings\?/);
  last.types(ESCAPE);
  await last.sees(/Cancelled/);
  expect(await last.exited).toBe(1);
  expect(readFileSync(envFile, 'utf8')).toBe(BEFORE);
});

it('helps to log in to Claude Code, looks again, and installs the service', async () => {
  const machine = await fakeMachine();
  onTestFinished(() => machine.close());
  const claude = join(home, 'claude');
  writeFileSync(
    claude,
    `#!/bin/sh
if [ "$2" = login ]; then echo 'the browser opens'; touch "$HOME/in"; exit; fi
if [ -e "$HOME/in" ]; then in=true; else in=false; fi
echo '{"loggedIn":'$in',"authMethod":"claude.ai","apiProvider":"firstParty","email":"anna@example.com"}'
`,
  );
  chmodSync(claude, 0o755);
  environment = { ...machine.environment, HOME: home, TELEGRAM_API_ROOT: telegram.url };
  environment['TELEGRAM_BOT_TOKEN'] = telegram.token;
  environment['CLAUDE_COMMAND'] = './claude';
  const screen = init('--workspace', home, '--roots', home, '--allow', '101', '--no-pair');
  await screen.sees(/Claude Code is not logged in on this machine/);
  await screen.sees(/Log in now/);
  screen.types(`${DOWN}${ENTER}`);
  await screen.sees(/Claude Code is not logged in on this machine/);
  await screen.sees(/Log in now/);
  screen.types(ENTER);
  await screen.sees(/the browser opens/);
  await screen.sees(/Claude Code is logged in: claude\.ai, anna@example\.com/);
  await screen.sees(/Write these settings\?/);
  screen.types(ENTER);
  await screen.sees(/Run it as a service from now on\?/);
  screen.types(ENTER);
  await screen.sees(/Hibernaut serves/);
  await screen.sees(/Lingering is on/);
  await screen.sees(/Write to your bot/);
  expect(await screen.exited).toBe(0);
  expect(readFileSync(envFile, 'utf8')).toContain(`\nCLAUDE_COMMAND=${claude}\n`);
});
