/** From the environment to a Config, or to every fault at once. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { ConfigError, readConfig, thisHost, type Config, type Host } from '../../src/config/config.ts';

const GIB = 1024 ** 3;
const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';

let cwd: string;
let host: Host;
beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), 'hibernaut-config-')));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  host = { cwd, homeDir: '/home/anna', isTerminal: false, memory: { totalBytes: 4 * GIB, limit: null } };
});

const read = (environment: NodeJS.ProcessEnv): Config => readConfig(environment, host);

/** The faults of an environment. */
function faultsOf(environment: NodeJS.ProcessEnv): readonly string[] {
  try {
    read(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
  return expect.fail('no fault was found');
}

describe('without any configuration', () => {
  it('the defaults are those of the README', () => {
    expect(read({ PATH: '/bin' })).toEqual({
      envFile: null,
      telegram: null,
      allowedUsers: [],
      dataDir: '/home/anna/.local/state/hibernaut',
      workspace: cwd,
      workspaceRoots: [cwd],
      idleTimeoutMs: 600_000,
      maxLive: { places: 8, why: "by the machine's memory, 4.0 GiB" },
      permissionMode: 'default',
      allowBypass: false,
      http: { host: '127.0.0.1', port: 4747 },
      logLevel: 'info',
      silenceMs: 1_800_000,
      drainMs: 10_000,
      inspect: false,
      transcribe: null,
      transcribeEnvironment: { PATH: '/bin' },
      claudeCommand: null,
      claudeEnvironment: { PATH: '/bin' },
    });
  });

  it('nothing of it can be changed', () => {
    const config = read({});
    expect(() => Object.assign(config, { inspect: true })).toThrow(TypeError);
    expect(() => Object.assign(config.claudeEnvironment, { A: 'b' })).toThrow(TypeError);
    expect(() => Object.assign(config.http ?? {}, { host: '0.0.0.0' })).toThrow(TypeError);
  });

  it('an empty variable is as good as none', () => {
    const names = [
      'TELEGRAM_BOT_TOKEN',
      'TELEGRAM_API_ROOT',
      'HIBERNAUT_ALLOWED_USERS',
      'HIBERNAUT_WORKSPACE',
    ];
    const empty = Object.fromEntries(
      [...names, 'HIBERNAUT_HTTP', 'CLAUDE_COMMAND'].map((name) => [name, ' ']),
    );
    expect(read(empty)).toEqual({ ...read({}), claudeEnvironment: {} });
  });

  it('the machine is asked by default', () => {
    expect(readConfig({ HIBERNAUT_ENV_FILE: 'off' }).workspace).toBe(realpathSync(process.cwd()));
    expect(thisHost()).toMatchObject({ cwd: process.cwd(), homeDir: homedir() });
  });
});

describe('each variable', () => {
  it.each<[string, string, Partial<Config>]>([
    ['TELEGRAM_BOT_TOKEN', TOKEN, { telegram: { token: TOKEN, apiRoot: 'https://api.telegram.org' } }],
    [
      'TELEGRAM_BOT_TOKEN',
      ` ${TOKEN}\n`,
      { telegram: { token: TOKEN, apiRoot: 'https://api.telegram.org' } },
    ],
    ['HIBERNAUT_ALLOWED_USERS', '1, 22,22 333', { allowedUsers: [1, 22, 333] }],
    ['HIBERNAUT_DATA_DIR', '/var/lib/hibernaut', { dataDir: '/var/lib/hibernaut' }],
    ['HIBERNAUT_DATA_DIR', '~/state', { dataDir: '/home/anna/state' }],
    ['XDG_STATE_HOME', '/state', { dataDir: '/state/hibernaut' }],
    ['XDG_STATE_HOME', 'not/absolute', { dataDir: '/home/anna/.local/state/hibernaut' }],
    ['HIBERNAUT_IDLE_TIMEOUT', '600', { idleTimeoutMs: 600_000 }],
    ['HIBERNAUT_IDLE_TIMEOUT', '36h', { idleTimeoutMs: 129_600_000 }],
    ['HIBERNAUT_IDLE_TIMEOUT', 'off', { idleTimeoutMs: null }],
    ['HIBERNAUT_SILENCE', '1m', { silenceMs: 60_000 }],
    ['HIBERNAUT_SILENCE', 'off', { silenceMs: null }],
    ['HIBERNAUT_DRAIN', '30s', { drainMs: 30_000 }],
    [
      'HIBERNAUT_PERMISSION_MODE',
      'bypassPermissions',
      { permissionMode: 'bypassPermissions', allowBypass: true },
    ],
    ['HIBERNAUT_ALLOW_BYPASS', '1', { permissionMode: 'default', allowBypass: true }],
    ['HIBERNAUT_HTTP', 'off', { http: null }],
    ['HIBERNAUT_HTTP', '127.0.0.1:0', { http: { host: '127.0.0.1', port: 0 } }],
    ['HIBERNAUT_HTTP', '[::1]:80', { http: { host: '::1', port: 80 } }],
    ['HIBERNAUT_HTTP', 'localhost:65535', { http: { host: 'localhost', port: 65_535 } }],
    ['HIBERNAUT_HTTP', '8080', { http: { host: '127.0.0.1', port: 8080 } }],
    ['HIBERNAUT_LOG_LEVEL', 'trace', { logLevel: 'trace' }],
    ['HIBERNAUT_INSPECT', '1', { inspect: true }],
    ['HIBERNAUT_INSPECT', 'False', { inspect: false }],
    ['HIBERNAUT_TRANSCRIBE', 'whisper', { transcribe: ['whisper'] }],
    [
      'HIBERNAUT_TRANSCRIBE',
      ` ~/bin/whisper  --model "big one" --prompt='it is' $HOME`,
      { transcribe: ['/home/anna/bin/whisper', '--model', 'big one', '--prompt=it is', '$HOME'] },
    ],
    ['CLAUDE_COMMAND', 'claude', { claudeCommand: 'claude' }],
    ['CLAUDE_COMMAND', '~/bin/claude', { claudeCommand: '/home/anna/bin/claude' }],
  ])('%s=%j is understood', (name, value, expected) => {
    expect(read({ [name]: value })).toMatchObject(expected);
  });

  it('TELEGRAM_API_ROOT is taken without the slash at its end', () => {
    const apiRootOf = (value: string) =>
      read({ TELEGRAM_BOT_TOKEN: TOKEN, TELEGRAM_API_ROOT: value }).telegram?.apiRoot;
    expect(apiRootOf('http://127.0.0.1:8081/')).toBe('http://127.0.0.1:8081');
    expect(apiRootOf('https://example.org/telegram//')).toBe('https://example.org/telegram');
    expect(apiRootOf('https://robot.example.org')).toBe('https://robot.example.org');
  });

  it('CLAUDE_COMMAND with a slash is a path from where we were started, not from where a session works', () => {
    expect(read({ CLAUDE_COMMAND: './fake' }).claudeCommand).toBe(join(cwd, 'fake'));
  });

  it.each([
    ['TELEGRAM_API_ROOT', 'api.telegram.org', /http\(s\) URL/],
    ['TELEGRAM_API_ROOT', 'ftp://example.org', /http\(s\) URL/],
    ['TELEGRAM_API_ROOT', 'https://example.org/bot', /without \/bot/],
    ['TELEGRAM_API_ROOT', 'https://example.org/?a=b', /http\(s\) URL/],
    ['HIBERNAUT_ALLOWED_USERS', '@anna', /numeric/],
    ['HIBERNAUT_ALLOWED_USERS', '1,-100123', /numeric/],
    ['HIBERNAUT_ALLOWED_USERS', '1;2', /numeric/],
    ['HIBERNAUT_ALLOWED_USERS', '99999999999999999', /numeric/],
    ['HIBERNAUT_IDLE_TIMEOUT', 'soon', /from 1s to 365d/],
    ['HIBERNAUT_IDLE_TIMEOUT', '-1', /from 1s to 365d/],
    ['HIBERNAUT_IDLE_TIMEOUT', '366d', /from 1s to 365d/],
    ['HIBERNAUT_SILENCE', 'NaN', /from 1s to 365d/],
    ['HIBERNAUT_DRAIN', 'off', /from 1s to 365d/],
    ['HIBERNAUT_PERMISSION_MODE', 'yolo', /default, acceptEdits, plan, bypassPermissions/],
    ['HIBERNAUT_PERMISSION_MODE', 'Plan', /plan/],
    ['HIBERNAUT_HTTP', '0.0.0.0:4747', /loopback/],
    ['HIBERNAUT_HTTP', '192.168.0.2:4747', /loopback/],
    ['HIBERNAUT_HTTP', 'example.org:4747', /loopback/],
    ['HIBERNAUT_HTTP', '127.0.0.1', /loopback/],
    ['HIBERNAUT_HTTP', '127.0.0.1:65536', /loopback/],
    ['HIBERNAUT_HTTP', '[::]:4747', /loopback/],
    ['HIBERNAUT_LOG_LEVEL', 'loud', /trace, debug, info, warn, error, fatal/],
    ['HIBERNAUT_INSPECT', 'perhaps', /1 or 0/],
  ])('%s=%j is a fault that names both and the repair', (name, value, repair) => {
    const [fault, ...others] = faultsOf({ [name]: value });
    expect(others).toEqual([]);
    expect(fault).toMatch(new RegExp(`^${name} is `));
    expect(fault).toContain(JSON.stringify(value));
    expect(fault).toMatch(repair);
  });
});

describe('the workspace', () => {
  it('is a real folder under one of the roots, also when there are links', () => {
    mkdirSync(join(cwd, 'code', 'shop'), { recursive: true });
    mkdirSync(join(cwd, 'other'));
    symlinkSync('code', join(cwd, 'link'));
    const config = read({
      HIBERNAUT_WORKSPACE: 'link/shop',
      HIBERNAUT_WORKSPACE_ROOTS: `${join(cwd, 'other')}:link:`,
    });
    expect(config.workspace).toBe(join(cwd, 'code', 'shop'));
    expect(config.workspaceRoots).toEqual([join(cwd, 'other'), join(cwd, 'code')]);
  });

  it('is its own root by default', () => {
    mkdirSync(join(cwd, 'shop'));
    expect(read({ HIBERNAUT_WORKSPACE: 'shop' }).workspaceRoots).toEqual([join(cwd, 'shop')]);
  });

  it.each(['missing', 'file'])('that does not exist or is no folder is a fault: %s', (name) => {
    writeFileSync(join(cwd, 'file'), '');
    expect(faultsOf({ HIBERNAUT_WORKSPACE: name })).toEqual([
      `HIBERNAUT_WORKSPACE is ${JSON.stringify(join(cwd, name))}. There is no such folder. Create it, or name another.`,
    ]);
  });

  it('outside every root is a fault, also when only a link makes it look inside', () => {
    mkdirSync(join(cwd, 'code'));
    mkdirSync(join(cwd, 'private'));
    symlinkSync('../private', join(cwd, 'code', 'link'));
    expect(faultsOf({ HIBERNAUT_WORKSPACE: 'code/link', HIBERNAUT_WORKSPACE_ROOTS: 'code' })).toEqual([
      `HIBERNAUT_WORKSPACE is "${join(cwd, 'private')}". Choose a folder under one of HIBERNAUT_WORKSPACE_ROOTS.`,
    ]);
  });

  it('has a fault for each root that does not exist', () => {
    expect(faultsOf({ HIBERNAUT_WORKSPACE_ROOTS: `.:nope:nor this` })).toHaveLength(2);
  });
});

describe('how long a stop waits', () => {
  it.each(['INVOCATION_ID', 'NOTIFY_SOCKET', 'LAUNCHD'])('is longer under a service manager: %s', (name) => {
    expect(read({ [name]: 'x' }).drainMs).toBe(300_000);
    expect(read({ [name]: 'x', HIBERNAUT_DRAIN: '1m' }).drainMs).toBe(60_000);
  });

  it('is short at a terminal, whose shell may have inherited a service manager', () => {
    host.isTerminal = true;
    expect(read({ INVOCATION_ID: 'x' }).drainMs).toBe(10_000);
  });
});

describe('names', () => {
  it('that are misspelt are faults, with what was meant', () => {
    expect(faultsOf({ HIBERNAUT_IDLE_TIMEOT: '5m', HIBERNAUT_QWERTZUIOP: '' })).toEqual([
      'HIBERNAUT_IDLE_TIMEOT is not known. Did you mean HIBERNAUT_IDLE_TIMEOUT?',
      expect.stringMatching(
        /^HIBERNAUT_QWERTZUIOP is not known. Remove it; there are HIBERNAUT_ALLOWED_USERS, /,
      ),
    ]);
  });

  it('that we give to a Claude process are no fault: its commands may be ours', () => {
    expect(read({ HIBERNAUT_OWNER: 'x' }).claudeEnvironment).toEqual({});
  });

  it('reach the transcriber as far as it needs them', () => {
    const environment = {
      PATH: '/bin',
      LC_ALL: 'C',
      TRANSCRIBE_KEY: 'k',
      ANTHROPIC_API_KEY: 'no',
      OTHER: 'no',
    };
    expect(read(environment).transcribeEnvironment).toEqual({
      PATH: '/bin',
      LC_ALL: 'C',
      TRANSCRIBE_KEY: 'k',
    });
  });
});

describe('faults', () => {
  it('are reported all at once, in one message for people', () => {
    const environment = {
      TELEGRAM_BOT_TOKEN: 'nonsense',
      HIBERNAUT_HTTP: '0.0.0.0:80',
      HIBERNAUT_IDLE_TIMEOUT: 'soon',
      HIBERNAUT_WORKSPACE: '/nowhere',
      HIBERNAUT_NONSENSE: '1',
    };
    expect(faultsOf(environment)).toHaveLength(5);
    expect(() => read(environment)).toThrow(/^The configuration is not valid:\n( {2}- .*\n?){5}$/);
  });

  it.each([
    'TELEGRAM_BOT_TOKEN',
    'TELEGRAM_API_ROOT',
    'HIBERNAUT_ALLOWED_USERS',
    'HIBERNAUT_HTTP',
    'HIBERNAUT_WORKSPACE',
  ])('never show the token, wherever it was put: %s', (name) => {
    const faults = faultsOf({
      [name]: `${name === 'TELEGRAM_BOT_TOKEN' ? 'bot' : ''}${TOKEN}`,
      HIBERNAUT_INSPECT: '?',
    });
    expect(faults).toHaveLength(2);
    expect(faults.join()).not.toContain(TOKEN.slice(-30));
  });

  it('never show half a token either, which a list with colons makes of it', () => {
    const faults = faultsOf({ HIBERNAUT_WORKSPACE_ROOTS: TOKEN });
    expect(faults.join()).toContain('[redacted]');
    expect(faults.join()).not.toContain(TOKEN.slice(-30));
  });
});
