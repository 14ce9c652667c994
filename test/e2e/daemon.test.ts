/** The daemon as a program: its exit codes, its one place on a data folder, its status, its logs without secrets. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DaemonStatus } from '../../src/daemon/status.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

const BIN = new URL('../../bin/hibernaut.js', import.meta.url).pathname;
const SECRET = 'the-secret-of-the-garden';

let program: Program;
beforeAll(async () => {
  program = await startProgram({ HIBERNAUT_HTTP: '127.0.0.1:0', HIBERNAUT_LOG_LEVEL: 'trace' });
});
afterAll(() => program.close());

const hibernaut = (args: string[], environment: Record<string, string>) =>
  execa(process.execPath, [BIN, ...args], { env: environment, extendEnv: false, reject: false });

describe('the daemon', () => {
  it('tells its status as JSON', async () => {
    await program.ask(`hello ${SECRET}`, /You said: hello/);
    const { stdout, exitCode } = await hibernaut(['status', '--json'], program.environment);
    expect(exitCode).toBe(0);
    const status = JSON.parse(stdout) as DaemonStatus;
    expect(status.daemon).toMatchObject({ pid: program.pid, state: 'serving' });
    const fields =
      'id,chatId,threadId,state,pid,lastActivityAt,idleTimeoutMs,suspendsAt,workspace,claudeSessionId,inbox';
    for (const field of fields.split(',')) expect(status.sessions[0]).toHaveProperty(field);
    expect(['active', 'idle']).toContain(status.sessions[0]?.state);
  });

  it('lets no second one on its folder: exit code 75, naming the first', async () => {
    const { exitCode, stderr } = await hibernaut(['start'], program.environment);
    expect(exitCode).toBe(75);
    expect(stderr).toContain(String(program.pid));
  });

  it('refuses a wrong configuration with every fault and exit code 78', async () => {
    const { exitCode, stderr } = await hibernaut(['start'], {
      ...program.environment,
      HIBERNAUT_IDLE_TIMEOUT: 'soon',
      HIBERNAUT_HTTP: '0.0.0.0:80',
    });
    expect(exitCode).toBe(78);
    expect(stderr).toContain('HIBERNAUT_IDLE_TIMEOUT');
    expect(stderr).toContain('HIBERNAUT_HTTP');
    expect(stderr).not.toContain(program.telegram.token);
  });

  it('keeps token, prompt and answer out of its logs and out of every process list', async () => {
    await program.ask(`remember ${SECRET}`, new RegExp(SECRET));
    const { pid } = await program.session(ANNA);
    expect(program.log()).not.toContain(SECRET);
    expect(program.log()).not.toContain(program.telegram.token);
    const commandLine = readFileSync(`/proc/${String(pid)}/cmdline`, 'utf8');
    expect(commandLine).not.toContain(SECRET);
    const environment = readFileSync(`/proc/${String(pid)}/environ`, 'utf8');
    expect(environment).not.toContain(program.telegram.token);
    expect(environment).not.toContain('TELEGRAM_');
  });

  it('keeps its folder to its owner', () => {
    const modes = readdirSync(program.dataDir, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() || entry.isDirectory())
      // A file that the daemon replaces meanwhile is gone before it can be looked at.
      .map((entry) => statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.mode ?? 0)
      .map((mode) => mode & 0o077);
    expect(statSync(program.dataDir).mode & 0o777).toBe(0o700);
    expect(new Set(modes)).toEqual(new Set([0]));
  });
});
