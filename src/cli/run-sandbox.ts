/** The sandbox, with the daemon as a process of its own, as a service manager would run it. */
import { startSandbox } from '../sandbox/sandbox.ts';
import { runDaemonProcess } from './daemon/daemon-process.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';
import { given, listenForStopOrders } from './daemon/stop-orders.ts';

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
