/** No process outlives its daemon, whichever way that one ends, and two never share a folder. Invariants 3 and 4. */
import { symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { childrenOf, isRunning } from '../helpers/processes.ts';
import { ANNA, BEN, MAIN, startProgram, type Program } from '../helpers/program.ts';
import { isAsking } from '../helpers/asking.ts';

let program: Program;
beforeEach(async () => {
  program = await startProgram({ HIBERNAUT_DRAIN: '1s' });
});
afterEach(() => program.close());

/** A tool that goes on for ever, with one part in a session of its own and one that ignores the end of its terminal. */
const FOR_EVER =
  'setsid --fork tail -f /dev/null; nohup tail -f /dev/null > /dev/null 2>&1 & tail -f /dev/null';

/** Resolves with the pids of all that runs then: Claude, its shell, and the three. */
async function runApproved(command: string, chatId = ANNA): Promise<number[]> {
  const { message_id } = program.telegram.sendText({ chatId, text: `run: ${command}` });
  const asked = await program.telegram.waitForMessage(
    chatId,
    (message) => message.message_id > message_id && isAsking(message),
    30_000,
  );
  await program.telegram.press({ chatId, messageId: asked.message_id, button: 'Allow' });
  await expect.poll(() => program.claudeProcesses().length, { timeout: 30_000 }).toBeGreaterThanOrEqual(5);
  return program.claudeProcesses();
}

describe('nothing that Claude started is alive', () => {
  it('after a normal stop, nor is anything that the daemon started', async () => {
    const tools = await runApproved(FOR_EVER);
    const children = childrenOf(program.pid);
    expect(children.length).toBeGreaterThanOrEqual(2);
    expect(await program.stop()).toBe(0);
    expect([...tools, ...children].filter(isRunning)).toEqual([]);
    expect(program.claudeProcesses()).toEqual([]);
  });

  it('soon after the daemon was killed, though no other one is started', async () => {
    const tools = await runApproved(FOR_EVER);
    const children = childrenOf(program.pid);
    await program.kill();
    await expect.poll(() => [...tools, ...children].filter(isRunning), { timeout: 15_000 }).toEqual([]);
    expect(program.claudeProcesses()).toEqual([]);
  });

  it('of a daemon that was killed once the next one serves; and that one keeps its own', async () => {
    const tools = await runApproved(FOR_EVER);
    const guards = childrenOf(program.pid).filter((pid) => !tools.includes(pid));
    await program.kill();
    await program.start();
    expect(tools.filter(isRunning)).toEqual([]);
    await program.ask('hello', /You said: hello/, { chatId: BEN });
    const { pid } = await program.sessionIs('idle', BEN);
    await expect.poll(() => guards.filter(isRunning), { timeout: 15_000 }).toEqual([]);
    expect(isRunning(pid)).toBe(true);
  });
});

describe('a second daemon on the folder', () => {
  const startAnother = (dataDir: string) =>
    execa(process.execPath, [MAIN, 'start'], {
      env: { ...program.environment, HIBERNAUT_DATA_DIR: dataDir },
      extendEnv: false,
      reject: false,
    });

  it('exits with 75 and names the first one, also if it comes by another path', async () => {
    const link = join(dirname(program.dataDir), 'link');
    await symlink(program.dataDir, link);
    for (const dataDir of [program.dataDir, link]) {
      const { exitCode, stderr } = await startAnother(dataDir);
      expect(exitCode).toBe(75);
      expect(stderr).toContain(`already running (pid ${String(program.pid)}`);
    }
    await program.ask('hello', /You said: hello/);
  });
});
