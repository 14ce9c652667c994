/** The whole program under a service manager: what it is told, over a real socket. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { receiveNotifications, type NotifyReceiver } from '../helpers/notify-socket.ts';
import { environmentOf } from '../helpers/processes.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';
import { until } from '../helpers/until.ts';

const WATCHDOG_MS = 2_000;

let folder: string;
let manager: NotifyReceiver;
let program: Program | null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-manager-'));
  manager = await receiveNotifications(join(folder, 'notify'));
  program = null;
});
afterEach(async () => {
  await program?.close();
  await manager[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

const underManager = (): Record<string, string> => ({
  NOTIFY_SOCKET: join(folder, 'notify'),
  WATCHDOG_USEC: String(WATCHDOG_MS * 1_000),
  INVOCATION_ID: '0123456789abcdef0123456789abcdef',
});
const pings = (): number => manager.lines.filter((line) => line === 'WATCHDOG=1').length;
const told = (line: string): Promise<unknown> =>
  until(
    line,
    () => manager.lines,
    (lines) => lines.includes(line),
  );

it('is told when the daemon serves, how many sessions live, that all is well, and when it stops; Claude is told of none of it', async () => {
  program = await startProgram(underManager());
  await told('READY=1');

  program.telegram.sendText({ chatId: ANNA, text: 'Hello' });
  await program.sessionIs('idle');
  await told('STATUS=Serving, 1 session live.');
  for (const pid of program.claudeProcesses()) {
    expect(
      environmentOf(pid).filter((name) => /^(NOTIFY_SOCKET|WATCHDOG_|INVOCATION_ID)/.test(name)),
    ).toEqual([]);
  }
  expect(program.claudeProcesses()).not.toEqual([]);

  // A process that does not go on, for whatever reason, says nothing.
  const before = pings();
  await until('a sign', pings, (count) => count > before + 1);
  process.kill(program.pid, 'SIGSTOP');
  await sleep(WATCHDOG_MS / 4);
  const stoppedAt = pings();
  await sleep(WATCHDOG_MS);
  expect(pings()).toBe(stoppedAt);
  process.kill(program.pid, 'SIGCONT');
  await until('a sign again', pings, (count) => count > stoppedAt);

  expect(await program.stop()).toBe(0);
  await told('STATUS=Stopped.');
  expect(manager.lines.indexOf('STOPPING=1')).toBeGreaterThan(manager.lines.indexOf('READY=1'));
  for (const word of ['READY=1', 'STOPPING=1']) {
    expect(manager.lines.filter((line) => line === word)).toEqual([word]);
  }
});

it('is told that the daemon is ready though Telegram can not be reached', async () => {
  program = await startProgram({ ...underManager(), TELEGRAM_API_ROOT: 'http://127.0.0.1:9' });
  await told('READY=1');
  await until(
    'the reason',
    () => manager.lines.findLast((line) => line.startsWith('STATUS=')),
    (line) => /Telegram (has not answered yet|can not be reached)/.test(line ?? ''),
  );
});

it('that has gone away keeps no daemon from its work', async () => {
  await manager[Symbol.asyncDispose]();
  program = await startProgram(underManager());
  program.telegram.sendText({ chatId: ANNA, text: 'Hello' });
  await program.sessionIs('idle');
  expect(program.log().match(/service\.notNotified/g)).toHaveLength(1);
  expect(await program.stop()).toBe(0);
});
