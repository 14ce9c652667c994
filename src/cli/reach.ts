/** Which daemon the commands speak to: the one that is configured, or the sandbox's if only that can be meant. */
import { readConfig, wholeEnvironment, type Config } from '../config/config.ts';
import { isListening } from '../control/call.ts';
import type { CliHost } from './host.ts';

export interface Reached {
  /** With the data folder that is meant. */
  config: Config;
  /** That of this process; in the sandbox, as its Claude has it: with the scripted model, and a home of its own. */
  environment: NodeJS.ProcessEnv;
}

/**
 * Whoever has run `npm start` means the sandbox: it is spoken to if no bot token is set, its daemon runs, and none runs on
 * the data folder that is configured. That it is the sandbox is said on standard error.
 * @throws ConfigError
 */
export async function reach(host: Pick<CliHost, 'environment' | 'err'>): Promise<Reached> {
  const config = readConfig(host.environment);
  const configured = { config, environment: host.environment };
  // A daemon with a token loads nothing of the sandbox, and is never taken for it.
  if (config.telegram) return configured;
  const { environmentInSandbox, sandboxFolder } = await import('../sandbox/sandbox-environment.ts');
  const whole = wholeEnvironment(host.environment);
  const dataDir = sandboxFolder(whole);
  if (dataDir !== config.dataDir && (await isListening(config.dataDir))) return configured;
  if (!(await isListening(dataDir))) return configured;
  if (dataDir !== config.dataDir)
    host.err(`TELEGRAM_BOT_TOKEN is not set, and the sandbox runs: this is its daemon, on ${dataDir}.\n`);
  const environment = await environmentInSandbox(whole, dataDir);
  // What the env file says is in it already.
  const settings = { ...environment, HIBERNAUT_DATA_DIR: dataDir, HIBERNAUT_ENV_FILE: 'off' };
  return { config: readConfig(settings), environment };
}
