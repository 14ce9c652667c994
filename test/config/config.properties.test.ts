/** Whatever the environment holds: a configuration that can be used, or every fault in a sentence, and nothing else. */
import fc from 'fast-check';
import { tmpdir } from 'node:os';
import { expect, it } from 'vitest';
import { MAX_DURATION_MS, MIN_DURATION_MS } from '../../src/words/duration.ts';
import { ConfigError, readConfig, type Config, type Host } from '../../src/config/config.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';
import { hostileText } from '../helpers/arbitraries/text.ts';

const HOST: Host = {
  cwd: tmpdir(),
  homeDir: tmpdir(),
  isTerminal: false,
  memory: { totalBytes: 1, limit: null },
};
const TOKEN = '123456789:AAHsecretsecretsecretsecretsecretse';

const NAMES = [
  ...['TELEGRAM_BOT_TOKEN', 'TELEGRAM_API_ROOT', 'HIBERNAUT_ALLOWED_USERS', 'HIBERNAUT_DATA_DIR'],
  ...[
    'HIBERNAUT_WORKSPACE',
    'HIBERNAUT_WORKSPACE_ROOTS',
    'HIBERNAUT_IDLE_TIMEOUT',
    'HIBERNAUT_PERMISSION_MODE',
    'HIBERNAUT_ALLOW_BYPASS',
  ],
  ...['HIBERNAUT_HTTP', 'HIBERNAUT_LOG_LEVEL', 'HIBERNAUT_SILENCE', 'HIBERNAUT_DRAIN', 'HIBERNAUT_INSPECT'],
  ...[
    'HIBERNAUT_MAX_LIVE',
    'HIBERNAUT_NONSENSE',
    'HIBERNAUT___proto__',
    'CLAUDE_COMMAND',
    'XDG_STATE_HOME',
    'PATH',
  ],
];

/** Good ones too, so that not all is refused. */
const value = fc.oneof(
  hostileText,
  fc.constantFrom(
    '',
    ' ',
    '10m',
    'off',
    '127.0.0.1:0',
    '7, 8',
    'default',
    'info',
    '1',
    tmpdir(),
    TOKEN,
    `${TOKEN} x`,
  ),
  fc.constantFrom(
    'http://127.0.0.1:1/',
    'https://[::1',
    'file:///etc/passwd',
    '0.0.0.0:80',
    '127.0.0.1:99999',
    '~',
    '~/x',
  ),
);

it(
  'is a configuration that can be used, or one error with all faults, and never shows the token',
  { timeout: HOSTILE_TIMEOUT_MS },
  () => {
    let good = 0;
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...NAMES), value, { maxKeys: 5, noNullPrototype: true }),
        (environment) => {
          try {
            expectUsable(readConfig(environment, HOST));
            good += 1;
          } catch (error) {
            if (!(error instanceof ConfigError)) throw error;
            expect(error.faults.length).toBeGreaterThan(0);
            for (const fault of error.faults) expect(fault).toMatch(/^[A-Z].*[.…?]$/s);
            expect(error.message).not.toContain('AAHsecret');
          }
        },
      ),
      { numRuns: HOSTILE_RUNS },
    );
    expect(good).toBeGreaterThan(HOSTILE_RUNS / 20);
  },
);

function expectUsable(config: Config): void {
  expect(Object.isFrozen(config)).toBe(true);
  for (const duration of [config.idleTimeoutMs, config.silenceMs, config.drainMs]) {
    if (duration === null) continue;
    expect(duration).toBeGreaterThanOrEqual(MIN_DURATION_MS);
    expect(duration).toBeLessThanOrEqual(MAX_DURATION_MS);
  }
  for (const path of [config.dataDir, config.workspace, ...config.workspaceRoots])
    expect(path).toMatch(/^\//);
  expect(config.allowedUsers.every((id) => Number.isSafeInteger(id) && id > 0)).toBe(true);
  if (config.http) expect(config.http.host).toMatch(/^(?:127\.0\.0\.1|localhost|::1)$/);
  for (const name of Object.keys(config.claudeEnvironment))
    expect(name).not.toMatch(/^(?:HIBERNAUT|TELEGRAM)/);
}
