/** What a Claude process gets to know of our environment. */
import { expect, it } from 'vitest';
import { claudeEnvironment } from '../../src/config/claude-environment.ts';

it.each([
  ['HOME', 'PATH', 'USER', 'LOGNAME', 'SHELL', 'LANG', 'LC_ALL', 'TZ', 'TERM', 'TMPDIR', 'XDG_CONFIG_HOME'],
  ['SSH_AUTH_SOCK', 'IS_SANDBOX', 'NODE_EXTRA_CA_CERTS', 'DISABLE_TELEMETRY', 'DISABLE_AUTOUPDATER'],
  ['ANTHROPIC_API_KEY', 'ANTHROPIC_BASE_URL', 'CLAUDE_CONFIG_DIR', 'CLAUDE_CODE_OAUTH_TOKEN'],
  ['HTTP_PROXY', 'https_proxy', 'NO_PROXY', 'all_proxy', 'GIT_AUTHOR_NAME', 'GIT_SSH_COMMAND'],
  ['BASH_DEFAULT_TIMEOUT_MS', 'MCP_TIMEOUT'],
])('hands on %s …', (...names) => {
  const environment = Object.fromEntries(names.map((name) => [name, `value of ${name}`]));
  expect(claudeEnvironment(environment)).toEqual(environment);
});

it.each([
  ['the Telegram token', 'TELEGRAM_BOT_TOKEN'],
  ['where Telegram is', 'TELEGRAM_API_ROOT'],
  ['our own settings', 'HIBERNAUT_DATA_DIR'],
  ['our own settings', 'HIBERNAUT_ALLOWED_USERS'],
  ['our own settings', 'CLAUDE_COMMAND'],
  ['how our Node runs', 'NODE_OPTIONS'],
  ['how our Node runs', 'NODE_ENV'],
  ['what npm set for our script', 'npm_config_userconfig'],
  ['what the service manager set', 'NOTIFY_SOCKET'],
  ['what the service manager set', 'INVOCATION_ID'],
  ['what the service manager set', 'WATCHDOG_USEC'],
  ['what the service manager set', 'WATCHDOG_PID'],
  ['what the service manager set', 'LISTEN_FDS'],
  ['what the service manager set', 'JOURNAL_STREAM'],
  ['what the service manager set', 'CREDENTIALS_DIRECTORY'],
  ['what the service manager set', 'LAUNCHD'],
  ['that it runs in another Claude Code', 'CLAUDECODE'],
  ['that it runs in another Claude Code', 'CLAUDE_CODE_ENTRYPOINT'],
  ['that it runs in another Claude Code', 'CLAUDE_CODE_SSE_PORT'],
  ['which repository a git hook was about', 'GIT_DIR'],
  ['which repository a git hook was about', 'GIT_INDEX_FILE'],
  ['secrets of others', 'AWS_SECRET_ACCESS_KEY'],
  ['secrets of others', 'GOOGLE_APPLICATION_CREDENTIALS'],
  ['secrets of others', 'GITHUB_TOKEN'],
  ['secrets of others', 'DATABASE_URL'],
  ['what only looks allowed', 'HOMEBREW_TOKEN'],
  ['what only looks allowed', 'MY_ANTHROPIC_KEY'],
])('does not hand on %s: %s', (_, name) => {
  expect(claudeEnvironment({ [name]: 'secret', PATH: '/bin' })).toEqual({ PATH: '/bin' });
});

it.each([
  ['CLAUDE_CODE_USE_BEDROCK', 'AWS_SECRET_ACCESS_KEY'],
  ['CLAUDE_CODE_USE_VERTEX', 'GOOGLE_APPLICATION_CREDENTIALS'],
  ['CLAUDE_CODE_USE_VERTEX', 'CLOUD_ML_REGION'],
  ['CLAUDE_CODE_USE_FOUNDRY', 'AZURE_TENANT_ID'],
  ['CLAUDE_CODE_ENABLE_TELEMETRY', 'OTEL_METRICS_EXPORTER'],
])('with %s on hands on %s, and not with it off', (name, credential) => {
  const on = { [name]: '1', [credential]: 'x' };
  expect(claudeEnvironment(on)).toEqual(on);
  expect(claudeEnvironment({ [name]: '0', [credential]: 'x' })).toEqual({ [name]: '0' });
});

it('hands on no variable that is not set', () => {
  expect(claudeEnvironment({ PATH: undefined })).toEqual({});
});
