/** docs/operations.md, run as it is written: its `sh tried` blocks, from top to bottom, with the real package and the real Claude Code. */
import { access, chmod, cp, mkdir, readFile, writeFile, readdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, it } from 'vitest';
import packageJson from '../../package.json' with { type: 'json' };
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { startModel } from '../../src/sandbox/model/model.ts';
import type { EmulatedTelegram, ScriptedModel } from '../../src/sandbox/ports.ts';
import { NODE_22 } from '../helpers/nodes.ts';
import { npmEnvironment, packInto, registryForUsers, ROOT } from '../helpers/package.ts';
import { processesWhere } from '../helpers/processes.ts';
import { ANNA } from '../helpers/program.ts';
import type { Registry } from '../helpers/registry.ts';
import { temporaryFolderOfGroup } from '../helpers/temporary-folder.ts';

const folder = temporaryFolderOfGroup();
const prefix = join(folder, 'prefix');
const bin = join(folder, 'bin');
const [anna, ben] = [join(folder, 'anna'), join(folder, 'ben')];

/** npm writes 470 MB, which is 15 s on a quiet machine and takes minutes on one that ten others share. */
const INSTALL_LIMIT_MS = 300_000;

let telegram: EmulatedTelegram;
let second: EmulatedTelegram;
let model: ScriptedModel;
let registry: Registry;
beforeAll(async () => {
  [telegram, model, registry] = [await startEmulator(), await startModel(), await registryForUsers()];
  second = await startEmulator({ token: '2222222222:AAsecondTokenOfAnotherBotxxxxxxxxxxxxx' });
  await Promise.all([anna, ben, bin].map((path) => mkdir(path)));
  await cp(await packInto(folder), join(anna, `hibernaut-${packageJson.version}.tgz`));
  const program = `exec '${process.execPath}' '${join(ROOT, 'test/helpers/small-systemctl.ts')}' "$@"`;
  await writeFile(join(bin, 'systemctl'), `#!/bin/sh\n${program}\n`);
  await writeFile(join(bin, 'loginctl'), '#!/bin/sh\necho no\n');
  for (const name of ['systemctl', 'loginctl']) await chmod(join(bin, name), 0o755);
}, INSTALL_LIMIT_MS);
afterAll(async () => {
  for (const pid of ours()) process.kill(pid, 'SIGKILL');
  await Promise.all([telegram.close(), second.close(), model.close(), registry.close()]);
});

/** Pids of whatever was started from these homes and runs. */
function ours(): number[] {
  return processesWhere((variables) => variables.some((variable) => variable.startsWith(`HOME=${folder}/`)));
}

/** The `sh tried <name>` blocks under a heading of the page, in their order. */
async function blocksUnder(heading: string): Promise<string[]> {
  const page = await readFile(join(ROOT, 'docs/operations.md'), 'utf8');
  const section = page.split(/^## /m).find((text) => text.startsWith(`${heading}\n`)) ?? '';
  const blocks = [...section.matchAll(/^```sh tried.*\n([\s\S]*?)^```$/gm)].map(([, text = '']) => text);
  expect(blocks, heading).not.toEqual([]);
  return blocks;
}

/** Types the block into a shell in that home, which stops at the first command that fails. Resolves with what it printed. */
async function type(block: string | undefined, home = anna, api = telegram): Promise<string> {
  const { all, exitCode } = await execa('bash', ['-euc', block ?? 'false'], {
    cwd: home,
    all: true,
    reject: false,
    extendEnv: false,
    stdin: 'ignore',
    env: {
      HOME: home,
      PATH: `${bin}:${prefix}/bin:${dirname(NODE_22)}:/usr/bin:/bin`,
      LANG: 'C.UTF-8',
      ...npmEnvironment(folder, registry.url),
      npm_config_prefix: prefix,
      TELEGRAM_API_ROOT: api.url,
      HIBERNAUT_HTTP: 'off',
      ANTHROPIC_BASE_URL: model.url,
      ANTHROPIC_API_KEY: 'scripted',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    },
  });
  expect(exitCode, all).toBe(0);
  return all;
}

async function ask(text: string, answer: RegExp, api = telegram): Promise<void> {
  const asked = api.sendText({ chatId: ANNA, text });
  await hears(asked.message_id, answer, api);
}

async function hears(after: number, answer: RegExp, api = telegram): Promise<void> {
  await api.waitForMessage(
    ANNA,
    (message) => message.message_id > after && answer.test(message.text ?? ''),
    60_000,
  );
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

// Each begins where the one above ended, as a reader of the page does.
it(
  'is installed, set up and kept running, and answers',
  async () => {
    const [install, setUp] = await blocksUnder('Install');
    expect(await type(install)).toContain(packageJson.version);
    await writeFile(join(anna, 'token'), telegram.token);
    expect(await type(setUp)).toContain('Hibernaut serves');
    await ask('remember the quiet harbour', /I will remember/);
  },
  INSTALL_LIMIT_MS,
);

it('tells day by day how it is', async () => {
  const [look] = await blocksUnder('Day by day');
  const said = await type(look);
  expect(said).toContain('is serving');
  expect(said).toContain('active (running)');
  expect(said).not.toMatch(/^✗/m);
});

it(
  'is upgraded, and what was written meanwhile is answered in the same conversation',
  async () => {
    const [upgrade] = await blocksUnder('Upgrade');
    const [drain = '', ...rest] = (upgrade ?? '').split('\n');
    await type(drain);
    const meanwhile = telegram.sendText({ chatId: ANNA, text: 'what did I say?' });
    expect(await type(rest.join('\n'))).toContain('is serving');
    await hears(meanwhile.message_id, /quiet harbour/);
  },
  INSTALL_LIMIT_MS,
);

it('is backed up, and the restored one goes on with the conversation', async () => {
  const [backUp, restore] = await blocksUnder('Back up');
  await type(backUp);
  await ask('remember the red lantern', /I will remember/);

  await type('hibernaut drain --wait');
  for (const name of ['.config/hibernaut', '.local/state/hibernaut', '.claude']) {
    await rename(join(anna, name), join(folder, `lost-${name.replaceAll('/', '-')}`));
  }
  await type(restore);
  await ask('what did I say?', /quiet harbour/);
});

it('runs a second bot beside the first', async () => {
  const [add] = await blocksUnder('Several bots on one machine');
  await writeFile(join(anna, 'second-token'), second.token);
  expect(await type(add, anna, second)).toContain('is serving');
  await ask('remember the second bell', /I will remember/, second);
  await ask('what did I say?', /quiet harbour/);
  await type('systemctl --user disable --now hibernaut-second');
  await type(
    'rm -r ~/.config/systemd/user/hibernaut-second.service ~/.local/state/hibernaut-second second-token',
  );
});

it('moves to another home, where a session goes on with its conversation in the folder that the chat names', async () => {
  const [leave, arrive] = await blocksUnder('Move to another machine');
  await type(leave);
  expect(ours()).toEqual([]);
  await mkdir(join(ben, 'work'));
  await rename(join(anna, 'hibernaut-move.tgz'), join(ben, 'hibernaut-move.tgz'));
  await rename(join(anna, 'work'), join(folder, 'away'));
  await type(arrive, ben);

  await ask('what did I say?', /folder of this session is gone.*\/cwd/s);
  await ask('/cwd ~/work', /goes on in/);
  await ask('run: pwd', /ben\/work/);
  await ask('what did I say?', /quiet harbour/);
});

it('is removed, and leaves neither a process nor a file behind that is its own', async () => {
  const [uninstall, forget] = await blocksUnder('Uninstall');
  await type(uninstall, ben);
  expect(ours()).toEqual([]);
  expect(await isThere(join(prefix, 'bin/hibernaut'))).toBe(false);
  expect(await readdir(join(prefix, 'lib/node_modules'))).toEqual([]);
  expect(await readdir(join(ben, '.config/systemd/user'))).toEqual([]);
  expect(await isThere(join(ben, '.local/state/hibernaut'))).toBe(true);

  await type(forget, ben);
  const left = await readdir(ben, { recursive: true });
  expect(left.filter((name) => /hibernaut/i.test(name) && !/^\.claude|^hibernaut-move/.test(name))).toEqual(
    [],
  );
});
