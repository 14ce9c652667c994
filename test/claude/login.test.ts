/** Whether Claude Code is logged in, asked of the real executable. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { claudeExecutable } from '../../src/claude/executable.ts';
import { checkLogin } from '../../src/claude/login.ts';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hibernaut-login-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
});

const check = (
  environment: Record<string, string> = {},
  command: string | null = null,
  timeoutMs = 120_000,
) =>
  checkLogin({
    command,
    environment: {
      PATH: process.env['PATH'] ?? '',
      HOME: home,
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      DISABLE_AUTOUPDATER: '1',
      ...environment,
    },
    timeoutMs,
  });

function script(text: string): string {
  const path = join(home, 'claude');
  writeFileSync(path, `#!/bin/sh\n${text}\n`);
  chmodSync(path, 0o755);
  return path;
}

it('is the executable that the SDK brings, unless another is configured', () => {
  expect(claudeExecutable(null)).toMatch(/^\/.*claude-agent-sdk-.*\/claude$/);
  expect(claudeExecutable('claude')).toBe('claude');
});

it('is not logged in in an empty home', async () => {
  expect(await check()).toEqual({ state: 'loggedOut' });
});

it.each([
  [{ ANTHROPIC_API_KEY: 'key' }, { method: 'api_key', provider: 'firstParty' }],
  [{ CLAUDE_CODE_OAUTH_TOKEN: 'sk-ant-oat01-xxxxxxxx' }, { method: 'oauth_token', provider: 'firstParty' }],
  [{ CLAUDE_CODE_USE_BEDROCK: '1' }, { method: 'third_party', provider: 'bedrock' }],
])('is logged in with %j', async (environment, said) => {
  expect(await check(environment)).toEqual({ state: 'loggedIn', email: null, plan: null, ...said });
});

it('is logged in after /login, and says as whom', async () => {
  const oauth = {
    accessToken: 'sk-ant-oat01-x',
    refreshToken: 'sk-ant-ort01-x',
    expiresAt: 4_102_444_800_000,
  };
  const claudeAiOauth = { ...oauth, scopes: ['user:inference', 'user:profile'], subscriptionType: 'max' };
  mkdirSync(join(home, '.claude'));
  writeFileSync(join(home, '.claude/.credentials.json'), JSON.stringify({ claudeAiOauth }));
  writeFileSync(join(home, '.claude.json'), '{"oauthAccount":{"emailAddress":"anna@example.com"}}');
  expect(await check()).toEqual({
    state: 'loggedIn',
    method: 'claude.ai',
    provider: 'firstParty',
    email: 'anna@example.com',
    plan: 'max',
  });
});

it.each([
  ['is missing', () => join(home, 'missing'), /missing can't be run \(ENOENT\).*CLAUDE_COMMAND/],
  ['is too old', () => script('echo "error: unknown command"; exit 1'), /may be too old/],
  ['answers something else', () => script(`echo '{"loggedIn":"perhaps"}'`), /may be too old/],
])('is not known if the executable %s', async (_, command, why) => {
  expect(await check({}, command())).toEqual({ state: 'unknown', why: expect.stringMatching(why) as string });
});

it('is not known if the executable does not answer in time', async () => {
  const login = await check({}, script('exec tail -f /dev/null'), 50);
  expect(login).toEqual({ state: 'unknown', why: expect.stringContaining('within 0.05 s') as string });
});
