/** `hibernaut start`: the daemon if a bot token is set, the sandbox if not. */
import { configWarnings } from '../config-names.ts';
import { readConfig } from '../config.ts';
import { EXIT } from './exit-codes.ts';
import type { CliHost } from './host.ts';

/**
 * Resolves with the exit code when it was told to stop and has. Each of the two is loaded only when it is the one that
 * runs: with a token nothing of the sandbox exists in the process.
 */
export async function start(host: CliHost): Promise<number> {
  const config = readConfig(host.environment);
  for (const warning of configWarnings(host.environment)) host.err(`${warning}\n`);
  if (config.telegram) {
    const { runDaemon } = await import('./run-daemon.ts');
    const { REAL_PARTS } = await import('./daemon-parts.ts');
    await runDaemon(config, config.telegram, host, REAL_PARTS);
    return EXIT.ok;
  }
  const { runSandbox } = await import('./run-sandbox.ts');
  return runSandbox(host);
}
