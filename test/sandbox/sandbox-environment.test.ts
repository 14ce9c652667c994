/** What the sandbox's daemon is told, and what is kept from it. */
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { claudeEnvironment } from '../../src/config/claude-environment.ts';
import { readConfig, thisHost } from '../../src/config/config.ts';
import {
  createFolders,
  daemonEnvironment,
  hasCredentials,
  sandboxFolder,
  type SandboxFolders,
} from '../../src/sandbox/sandbox-environment.ts';

const telegram = { url: 'http://127.0.0.1:1111', token: '4242:AAtokenOfTheSandbox_0123456789abcdefgh' };
const modelUrl = 'http://127.0.0.1:2222';

let temporary: string;
let folders: SandboxFolders;
beforeEach(async () => {
  temporary = await mkdtemp(join(tmpdir(), 'hibernaut-sandbox-'));
  folders = await createFolders(join(temporary, 'data'));
});
afterEach(() => rm(temporary, { recursive: true }));

const scripted = (environment: NodeJS.ProcessEnv) =>
  daemonEnvironment(environment, { telegram, modelUrl, folders });

it('reads no env file of its own: what the user has in theirs is in the environment already', () => {
  expect(scripted({ HIBERNAUT_ENV_FILE: '/home/anna/h.env' })['HIBERNAUT_ENV_FILE']).toBe('off');
});

describe('the folder', () => {
  it('is the XDG state folder’s, or the one that was chosen', () => {
    expect(sandboxFolder({ HOME: '/home/me' })).toBe('/home/me/.local/state/hibernaut-sandbox');
    expect(sandboxFolder({ HOME: '/home/me', XDG_STATE_HOME: '/state' })).toBe('/state/hibernaut-sandbox');
    expect(sandboxFolder({ HOME: '/home/me', XDG_STATE_HOME: 'relative' })).toContain('/home/me/.local');
    expect(sandboxFolder({ HOME: '/home/me', HIBERNAUT_DATA_DIR: '/chosen' })).toBe('/chosen');
  });

  it('is made for this user only', async () => {
    for (const folder of Object.values(folders) as string[]) {
      expect((await stat(folder)).mode & 0o777).toBe(0o700);
    }
  });
});

describe('the daemon', () => {
  it('finds a configuration without a fault: the emulator, its two people and not the stranger', () => {
    const config = readConfig(scripted({ PATH: '/bin', HOME: '/home/me' }), thisHost());
    expect(config).toMatchObject({
      telegram: { token: telegram.token, apiRoot: telegram.url },
      allowedUsers: [1001, 1002],
      dataDir: folders.data,
      workspace: folders.workspace,
      logLevel: 'warn',
      http: { host: '127.0.0.1', port: 0 },
    });
  });

  it('keeps what the user chose', () => {
    const chosen = {
      HIBERNAUT_WORKSPACE: temporary,
      HIBERNAUT_WORKSPACE_ROOTS: `${temporary}:/`,
      HIBERNAUT_IDLE_TIMEOUT: '5s',
      HIBERNAUT_LOG_LEVEL: 'debug',
      HIBERNAUT_HTTP: 'off',
    };
    expect(scripted(chosen)).toMatchObject(chosen);
  });
});

describe('Claude', () => {
  it('reaches nothing but the scripted model, with a home of its own', () => {
    const environment = {
      HOME: '/home/me',
      PATH: '/bin',
      CLAUDE_COMMAND: '/opt/claude',
      CLAUDE_CONFIG_DIR: '/home/me/.claude',
      CLAUDE_CODE_USE_BEDROCK: '1',
      ANTHROPIC_MODEL: 'x',
      ANTHROPIC_BASE_URL: 'https://gateway.example',
      HTTPS_PROXY: 'http://proxy.example',
      http_proxy: 'http://proxy.example',
    };
    const daemon = scripted(environment);
    expect(daemon['CLAUDE_COMMAND']).toBe('/opt/claude');
    expect(claudeEnvironment(daemon)).toEqual({
      PATH: '/bin',
      HOME: folders.home,
      CLAUDE_CONFIG_DIR: join(folders.home, '.claude'),
      ANTHROPIC_BASE_URL: modelUrl,
      ANTHROPIC_API_KEY: 'scripted',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_TELEMETRY: '1',
      DISABLE_AUTOUPDATER: '1',
      IS_SANDBOX: '1',
    });
  });

  it.each(['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'])(
    'is the real one with %s, and then finds everything as the user has it',
    (name) => {
      expect(hasCredentials({ [name]: '' })).toBe(false);
      const environment = { HOME: '/home/me', [name]: 'secret', HTTPS_PROXY: 'http://proxy.example' };
      expect(hasCredentials(environment)).toBe(true);
      expect(daemonEnvironment(environment, { telegram, modelUrl: null, folders })).toMatchObject(
        environment,
      );
    },
  );
});
