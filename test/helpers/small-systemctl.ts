/**
 * A program in the place of `systemctl --user`, for machines on which no systemd runs: it starts what a unit's `ExecStart`
 * says, and stops it with SIGTERM as systemd does. Beside that it answers what `hibernaut service` asks.
 */
import { spawn } from 'node:child_process';
import { existsSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { isRunning } from './processes.ts';
import { until } from './until.ts';

const folder = join(process.env['HOME'] ?? '', '.config/systemd/user');
const [command = '', ...operands] = process.argv.slice(2).filter((argument) => !argument.startsWith('--'));
const isNow = process.argv.includes('--now');
const unit = /\.service$/.test(operands[0] ?? '') ? (operands[0] ?? '') : `${operands[0] ?? ''}.service`;
const unitFile = join(folder, unit);
const pidFile = join(folder, `${unit}.pid`);
const enabledFile = join(folder, `${unit}.enabled`);

switch (command) {
  case 'show':
    show();
    break;
  case 'enable':
    writeFileSync(enabledFile, '');
    if (isNow) await start();
    break;
  case 'disable':
    rmSync(enabledFile, { force: true });
    if (isNow) await stop();
    break;
  case 'start':
    await start();
    break;
  case 'stop':
    await stop();
    break;
  case 'restart':
    await stop();
    await start();
    break;
  case 'daemon-reload':
  case 'reset-failed':
    break;
  default:
    throw new Error(`This systemctl knows no "${command}".`);
}

function pid(): number | null {
  const noted = existsSync(pidFile) ? Number(readFileSync(pidFile, 'utf8')) : null;
  return isRunning(noted) ? noted : null;
}

function show(): void {
  const running = pid();
  const lines = [
    `LoadState=${existsSync(unitFile) ? 'loaded' : 'not-found'}`,
    running === null ? 'ActiveState=inactive' : 'ActiveState=active',
    running === null ? 'SubState=dead' : 'SubState=running',
    `UnitFileState=${existsSync(enabledFile) ? 'enabled' : ''}`,
    `MainPID=${String(running ?? 0)}`,
    'Result=success',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

async function start(): Promise<void> {
  if (pid() !== null) return;
  const text = readFileSync(unitFile, 'utf8');
  const environment: NodeJS.ProcessEnv = { ...process.env };
  for (const [, name = '', value = ''] of text.matchAll(/^Environment="([^=]+)=(.*)"$/gm)) {
    environment[name] = value;
  }
  const [node = '', ...args] = [...(/^ExecStart=(.*)$/m.exec(text)?.[1] ?? '').matchAll(/"([^"]*)"/g)].map(
    ([, word = '']) => word,
  );
  const log = openSync(join(folder, `${unit}.log`), 'a');
  const daemon = spawn(node, args, {
    cwd: process.env['HOME'],
    env: environment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  daemon.unref();
  writeFileSync(pidFile, String(daemon.pid));
  await until(
    `${unit} to serve`,
    () => {
      if (!isRunning(daemon.pid)) return 'ended';
      return execa(node, [...args.slice(0, -1), 'status'], { env: environment }).then(({ stdout }) => stdout);
    },
    (shown) => shown === 'ended' || shown.includes('is serving'),
    60_000,
  );
  if (!isRunning(daemon.pid)) process.exitCode = 1;
}

async function stop(): Promise<void> {
  const running = pid();
  if (running !== null) process.kill(running, 'SIGTERM');
  await until(
    'the daemon to stop',
    () => pid(),
    (left) => left === null,
    60_000,
  );
  for (const file of [pidFile, join(folder, `${unit}.log`)]) rmSync(file, { force: true });
}
