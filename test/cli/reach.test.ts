/** Which daemon the commands speak to: the sandbox's only if nobody can mean another one, and never unsaid. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { runCli } from '../../src/cli/program.ts';
import { reach } from '../../src/cli/reach.ts';
import { ControlError, type ControlMethod } from '../../src/control/protocol.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { modelFile } from '../../src/sandbox/sandbox-environment.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const TOKEN = '4242:AAtokenOfSomebody_0123456789abcdefgh';

let folder: string;
let sandbox: string;
let sockets: ControlSocket[];

beforeEach(async () => {
  folder = temporaryFolder();
  sandbox = join(folder, 'hibernaut-sandbox');
  sockets = [];
  await mkdir(sandbox);
  await mkdir(join(folder, 'hibernaut'));
});
afterEach(() => Promise.all(sockets.map((socket) => socket.close())));

/** A daemon that refuses whatever it is asked, with its own name. */
async function runs(name: string, dataDir: string): Promise<void> {
  const refuse: ControlMethod = () => Promise.reject(new ControlError(`${name} has heard.`));
  const methods = new Proxy({}, { get: () => refuse, has: () => true, getOwnPropertyDescriptor: described });
  sockets.push(await startControlSocket({ dataDir, methods, onError: () => undefined }));
}

function described(): PropertyDescriptor {
  return { configurable: true, enumerable: true };
}

const hostWith = (over: NodeJS.ProcessEnv = {}) =>
  aCliHost({ HIBERNAUT_WORKSPACE: folder, XDG_STATE_HOME: folder, HOME: folder, ...over });

it.each([
  'status',
  'sessions',
  'session',
  'suspend',
  'wake',
  'stop',
  'end k3v9',
  'timeout k3v9 10m',
  'send k3v9 hello',
  'logs',
  'adopt --last',
  'drain',
  'watch',
  'pair',
  'access list',
  'access revoke 7',
])('`hibernaut %s` reaches the sandbox if only that runs, and says so', async (command) => {
  await runs('The sandbox', sandbox);
  const host = hostWith();
  expect(await runCli(command.split(' '), host)).toBe(1);
  expect(host.complained()).toBe(
    `TELEGRAM_BOT_TOKEN is not set, and the sandbox runs: this is its daemon, on ${sandbox}.\nThe sandbox has heard.\n`,
  );
});

it('a daemon on the folder that is configured is the one that is meant', async () => {
  await runs('The sandbox', sandbox);
  await runs('The other one', join(folder, 'hibernaut'));
  const host = hostWith();
  expect(await runCli(['end', 'k3v9'], host)).toBe(1);
  expect(host.complained()).toBe('The other one has heard.\n');
});

it('with a token set the sandbox is never meant, not even while the daemon is down', async () => {
  await runs('The sandbox', sandbox);
  const host = hostWith({ TELEGRAM_BOT_TOKEN: TOKEN });
  expect(await runCli(['end', 'k3v9'], host)).toBe(1);
  expect(host.complained()).toMatch(new RegExp(`^No Hibernaut runs on ${join(folder, 'hibernaut')}\\.`));
});

it('a sandbox that does not run is not meant', async () => {
  const host = hostWith();
  expect(await runCli(['end', 'k3v9'], host)).toBe(1);
  expect(host.complained()).toMatch(new RegExp(`^No Hibernaut runs on ${join(folder, 'hibernaut')}\\.`));
});

it('a Claude that is opened beside the sandbox has its model and its home, not the person’s', async () => {
  await runs('The sandbox', sandbox);
  await mkdir(join(sandbox, 'sandbox'));
  await writeFile(modelFile(join(sandbox, 'sandbox')), 'http://127.0.0.1:2222');
  const { config, environment } = await reach(hostWith({ ANTHROPIC_MODEL: 'opus', TERM: 'xterm' }));
  expect(config).toMatchObject({
    dataDir: sandbox,
    claudeEnvironment: {
      ANTHROPIC_BASE_URL: 'http://127.0.0.1:2222',
      HOME: join(sandbox, 'sandbox', 'home'),
    },
  });
  expect(environment).toMatchObject({ ANTHROPIC_API_KEY: 'scripted', TERM: 'xterm' });
  expect(environment).not.toHaveProperty('ANTHROPIC_MODEL');
});
