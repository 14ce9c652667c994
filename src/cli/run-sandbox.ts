/** The sandbox, with the daemon as a process of its own, as a service manager would run it. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { moduleBeside } from '../module-beside.ts';
import type { DaemonProcess } from '../sandbox/keep-running.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { given, listenForStopOrders } from './stop-orders.ts';

const MAIN = fileURLToPath(moduleBeside('../main', import.meta.url));

/** Resolves with the exit code, when it was told to stop and has, or when its daemon can't go on. */
export async function runSandbox(host: CliHost): Promise<number> {
  using orders = listenForStopOrders(host.process);
  const sandbox = await startSandbox({
    environment: host.environment,
    log: (line) => host.out(`${line}\n`),
    runDaemon: runDaemonProcess,
  });
  const ended = await Promise.race([given(orders.stop).then(() => 'asked' as const), sandbox.ended]);
  await sandbox.stop();
  return ended === 'asked' ? EXIT.ok : (ended ?? EXIT.failed);
}

/** @param environment the daemon's whole environment */
export function runDaemonProcess(environment: NodeJS.ProcessEnv): DaemonProcess {
  const daemon = execa(process.execPath, [MAIN, 'start'], {
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    stdout: 'inherit',
    stderr: 'inherit',
    reject: false,
    // The channel tells the daemon if this process dies, however that happens.
    ipc: true,
    // The daemon drains at its own pace.
    forceKillAfterDelay: false,
  });
  return {
    pid: daemon.pid,
    exited: daemon.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: signal ?? null })),
    stop: () => void daemon.kill('SIGTERM'),
  };
}
