/** The daemon as a process of its own under this one, which it does not outlive. */
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { moduleBeside } from '../../module-beside.ts';
import type { DaemonProcess } from '../../sandbox/keep-running.ts';

const MAIN = fileURLToPath(moduleBeside('../../main', import.meta.url));

/**
 * @param environment the daemon's whole environment
 * @param onComplaint takes what it writes to standard error. Default: this process's standard error
 */
export function runDaemonProcess(
  environment: NodeJS.ProcessEnv,
  onComplaint?: (text: string) => void,
): DaemonProcess {
  const daemon = execa(process.execPath, [MAIN, 'start'], {
    env: environment,
    extendEnv: false,
    stdin: 'ignore',
    stdout: onComplaint ? 'ignore' : 'inherit',
    stderr: onComplaint ? 'pipe' : 'inherit',
    buffer: false,
    reject: false,
    // The channel tells the daemon if this process dies, however that happens.
    ipc: true,
    // The daemon drains at its own pace.
    forceKillAfterDelay: false,
  });
  if (onComplaint) daemon.stderr?.on('data', (chunk: Buffer) => onComplaint(chunk.toString()));
  return {
    pid: daemon.pid,
    exited: daemon.then(({ exitCode, signal }) => ({ code: exitCode ?? null, signal: signal ?? null })),
    stop: () => void daemon.kill('SIGTERM'),
  };
}
