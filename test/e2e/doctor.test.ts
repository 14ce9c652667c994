/** `hibernaut doctor` beside a running daemon, on a machine where much is wrong, and after `--fix`. */
import { spawn } from 'node:child_process';
import { chmodSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ownerOf } from '../../src/claude/process/owner.ts';
import { isRunning } from '../helpers/processes.ts';
import { MAIN, startProgram, type Program } from '../helpers/program.ts';

interface Report {
  isHealthy: boolean;
  checks: { name: string; findings: { level: string; found: string; repair: string | null }[] }[];
  mended: string[];
}

let program: Program;
beforeEach(async () => {
  program = await startProgram();
});
afterEach(() => program.close());

const run = (args: string[], over: Record<string, string> = {}) =>
  execa(process.execPath, [MAIN, 'doctor', ...args], {
    env: { ...program.environment, LANG: 'C.UTF-8', ...over },
    extendEnv: false,
    reject: false,
  });

const report = async (...args: string[]) => {
  const { stdout, exitCode } = await run(['--json', ...args]);
  return { ...(JSON.parse(stdout) as Report), exitCode };
};

const problemsOf = ({ checks }: Report) =>
  checks.flatMap(({ name, findings }) =>
    findings.flatMap(({ level, found }) => (level === 'ok' ? [] : [`${name}: ${found}`])),
  );

it('finds all well beside a daemon that serves, and takes no update from it', async () => {
  await program.ask('hello', /You said: hello/);
  const { stdout, exitCode } = await run([]);
  expect(stdout).toMatch(/✓ Claude Code +2\.\d+\.\d+ .*\n✓ +logged in \(api_key/);
  expect(stdout).toMatch(/✓ Telegram +@hibernaut_sandbox_bot\n/);
  expect(stdout).toContain('✓                the daemon receives updates');
  expect(stdout).toMatch(/✓ Records +1 session of 1 chat\n/);
  expect(stdout).toMatch(/✓ Daemon +Hibernaut \S+ \(pid \d+\) is serving, up /);
  expect(stdout).toMatch(/✓ Orphans +none/);
  expect(stdout).toMatch(/\n\n(All is well|Nothing needs mending)\./);
  expect(exitCode).toBe(0);
  expect(stdout).not.toContain(program.telegram.token);
  await program.ask('still there?', /You said: still there\?/);
  expect((await program.status()).daemon.telegram.conflict).toBeNull();
});

it('names what is wrong, mends what it can, and finds that mended', async () => {
  await program.ask('hello', /You said: hello/);
  await program.stop();
  const { dataDir, telegram } = program;
  chmodSync(dataDir, 0o755);
  chmodSync(join(dataDir, 'epoch.json'), 0o644);
  writeFileSync(join(dataDir, 'daemon.json.999999999.tmp'), '{');
  writeFileSync(join(dataDir, 'sessions', 'broken.json'), 'nonsense');
  await setWebhook('https://example.com/secret-path');
  telegram.sendText({ chatId: 101, text: 'kept' });
  const orphan = spawn('sleep', ['1000'], {
    env: { PATH: program.environment['PATH'], HIBERNAUT_OWNER: ownerOf(dataDir, 's1', 'gone') },
    stdio: 'ignore',
  });
  try {
    const before = await report();
    expect(before.exitCode).toBe(1);
    expect(problemsOf(before)).toEqual([
      'Telegram: A webhook is set, to example.com: updates go there, and Hibernaut gets none; 1 updates wait to be fetched.',
      `Data folder: ${dataDir} is open to other users (mode 755), and 3 more.`,
      `Data folder: Half-written files of a killed daemon: ${join(dataDir, 'daemon.json.999999999.tmp')}`,
      `Records: ${join(dataDir, 'sessions', 'broken.json')} can't be read: not JSON in UTF-8`,
      `Orphans: Process ${String(orphan.pid)} of a session outlived the daemon.`,
    ]);
    // Looking changes nothing.
    expect(isRunning(orphan.pid ?? null)).toBe(true);
    expect((statSync(dataDir).mode & 0o777).toString(8)).toBe('755');

    const after = await report('--fix');
    expect(after.mended).toHaveLength(4);
    expect(after.mended.filter((line) => !line.startsWith('Mended: '))).toEqual([]);
    // A person decides about a record.
    expect(problemsOf(after).map((line) => line.split(':')[0])).toEqual(['Records']);
    expect(isRunning(orphan.pid ?? null)).toBe(false);
    expect((statSync(dataDir).mode & 0o777).toString(8)).toBe('700');
  } finally {
    orphan.kill('SIGKILL');
  }
  await program.start();
  await telegram.waitForMessage(101, ({ text }) => /You said: kept/.test(text ?? ''), 30_000);
  const last = await report('--fix');
  // The daemon has set it aside.
  expect(problemsOf(last)).toEqual([expect.stringMatching(/broken\.json\.unreadable-.* was set aside/)]);
  expect(last).toMatchObject({ exitCode: 0, isHealthy: true, mended: [] });
});

it('says all that is wrong with the settings, and looks at the rest all the same', async () => {
  const { stdout, exitCode } = await run([], {
    HIBERNAUT_DRAIN: 'soon',
    HIBERNAUT_IDEL_TIMEOUT: '5m',
    LANG: 'C',
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/X {2}Configuration +HIBERNAUT_DRAIN is "soon"/);
  expect(stdout).toMatch(/X +HIBERNAUT_IDEL_TIMEOUT is not known\. Did you mean HIBERNAUT_IDLE_TIMEOUT\?/);
  expect(stdout).toMatch(/ok Daemon +Hibernaut/);
  // eslint-disable-next-line no-control-regex -- A terminal without UTF-8 shows nothing else.
  expect(stdout).toMatch(/^[\x00-\x7f]*$/);
});

async function setWebhook(url: string): Promise<void> {
  const { telegram } = program;
  const answer = await fetch(`${telegram.url}/bot${telegram.token}/setWebhook`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ url }),
  });
  expect(answer.status).toBe(200);
}
