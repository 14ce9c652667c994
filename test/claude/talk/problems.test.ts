/** The ways in which Claude can't start or can't work, as the real binary (or a stand-in for it) reports them. */
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { continuationUuidOf } from '../../../src/uuid.ts';
import { RealClaude } from '../../helpers/real-claude.ts';

const fixture = (name: string): string => fileURLToPath(new URL(`../../fixtures/${name}`, import.meta.url));

const FAILED_AT_WORK = ['claude.turnStarted', 'claude.failed', 'claude.exited'];

describe('a start that fails', () => {
  it.each([['missing', 'no-such-claude'] as const, ['no program', 'data.txt'] as const])(
    'because the executable is %s says so',
    async (_why, name) => {
      await using real = await RealClaude.start();
      const command = join(real.workspace, name);
      if (name === 'data.txt') await writeFile(command, 'words', { mode: 0o600 });
      await using broken = await RealClaude.start({ command });
      const { told } = broken.begin();
      await told.heard('claude.exited');
      expect(told.types).toEqual(['claude.failed', 'claude.exited']);
      expect(told.all('claude.failed')).toMatchObject([
        {
          problem: 'executableNotFound',
          detail: expect.stringContaining(name) as string,
        },
      ]);
      expect(told.all('claude.exited')).toMatchObject([{ code: null, signal: null }]);
    },
  );

  it.each(['missing', 'a file'])(
    'because the working directory is %s names it, and starts nothing',
    async (state) => {
      await using real = await RealClaude.start();
      await rm(real.workspace, { recursive: true });
      if (state === 'a file') await writeFile(real.workspace, '');
      const { told } = real.begin();
      await told.heard('claude.exited');
      expect(told.types).toEqual(['claude.failed', 'claude.exited']);
      expect(told.all('claude.failed')).toMatchObject([{ problem: 'workspaceGone', detail: real.workspace }]);
    },
  );

  it('because Claude knows no such conversation says so', async () => {
    await using real = await RealClaude.start();
    const { told, input } = real.begin({ conversationStarted: true });
    await told.heard('claude.exited');
    expect(told.types).toEqual(['claude.spawned', 'claude.failed', 'claude.exited']);
    expect(told.all('claude.failed')).toMatchObject([
      {
        problem: 'conversationUnknown',
        detail: expect.stringContaining(input.claudeSessionId) as string,
      },
    ]);
  });

  it('for another reason tells what Claude said last, without its keys and colours', async () => {
    await using real = await RealClaude.start({ command: fixture('ends-at-once.ts') });
    const { told } = real.begin();
    await told.heard('claude.exited');
    expect(told.types).toEqual(['claude.spawned', 'claude.failed', 'claude.exited']);
    expect(told.all('claude.failed')).toMatchObject([
      { problem: 'startFailed', detail: 'Config file broken: key [redacted]' },
    ]);
    expect(told.all('claude.exited')).toMatchObject([{ code: 3, signal: null }]);
  });
});

describe('a turn that fails', () => {
  it.each([
    [401, 'notLoggedIn', 'Invalid API key'],
    [403, 'notLoggedIn', '403'],
    [429, 'outOfUsage', '429'],
    [500, 'overloaded', '500'],
    [529, 'overloaded', '529'],
  ] as const)(
    'with an API error %i is the problem "%s", and the process ends',
    async (status, problem, words) => {
      await using real = await RealClaude.start({ environment: { CLAUDE_CODE_MAX_RETRIES: '1' } });
      const { told, prompt, input } = await real.run();
      const uuid = prompt(`fail ${String(status)}`);
      await told.heard('claude.exited');
      expect(told.types.slice(2)).toEqual(FAILED_AT_WORK);
      expect(told.all('claude.failed')).toMatchObject([
        {
          problem,
          detail: expect.stringContaining(words) as string,
        },
      ]);
      const { fates } = await real.claude.recover(real.recoveryOf(input, [uuid]));
      expect(fates).toEqual([{ uuid, fate: 'cutOff', continuationUuid: continuationUuidOf(uuid) }]);
    },
  );

  it('because nobody is logged in says so', async () => {
    await using real = await RealClaude.start({ environment: { ANTHROPIC_API_KEY: '' } });
    const { told, prompt } = await real.run();
    prompt('hello');
    await told.heard('claude.exited');
    expect(told.types.slice(2)).toEqual(FAILED_AT_WORK);
    expect(told.all('claude.failed')).toMatchObject([
      { problem: 'notLoggedIn', detail: 'Not logged in · Please run /login' },
    ]);
  });

  it('because the API refuses the credentials again and again does not wait for all ten attempts', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    prompt('fail 401');
    await told.heard('claude.exited');
    expect(told.types.slice(2)).toEqual(FAILED_AT_WORK);
    expect(told.all('claude.failed')).toMatchObject([{ problem: 'notLoggedIn' }]);
  });

  it('because the API can not be reached is a matter of trying later', async () => {
    await using real = await RealClaude.start({
      environment: { ANTHROPIC_BASE_URL: 'http://127.0.0.1:9', CLAUDE_CODE_MAX_RETRIES: '0' },
    });
    const { told, prompt } = await real.run();
    prompt('hello');
    await told.heard('claude.exited');
    expect(told.all('claude.failed')).toMatchObject([
      { problem: 'overloaded', detail: expect.stringContaining('ECONNREFUSED') as string },
    ]);
  });

  it('in a way that nobody can mend is answered with what Claude says, and the process works on', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    prompt('fail 400');
    await told.heard('claude.turnEnded');
    prompt('hello');
    await told.heard('claude.turnEnded', 2);
    expect(told.answers[0]).toContain('API Error: 400');
    expect(told.answers[1]).toContain('You said: hello');
  });

  it('gives signs of life while Claude tries again by itself', async () => {
    let now = 0;
    await using real = await RealClaude.start({
      now: () => (now += 1_000),
      environment: { CLAUDE_CODE_MAX_RETRIES: '2' },
    });
    const { told, prompt } = await real.run();
    prompt('fail 529');
    await told.heard('claude.failed');
    expect(told.all('claude.heard').length).toBeGreaterThanOrEqual(2);
  });
});
