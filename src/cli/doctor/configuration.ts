/** The settings: every fault at once, where they come from, and who may use the bot by them. */
import { chmod, stat } from 'node:fs/promises';
import type { Config } from '../../config/config.ts';
import { exposureOf } from '../../config/env-file.ts';
import { ok, warning, type Check, type Finding } from './check.ts';

export interface ConfigurationFacts {
  config: Config;
  faults: readonly string[];
  /** Where the env file is, or would be; null: there shall be none. */
  envFile: string | null;
  /** Who came in with a code. */
  paired: () => Promise<number>;
}

export function configurationCheck(facts: ConfigurationFacts): Check {
  return {
    name: 'Configuration',
    timeoutMs: 5_000,
    probe: async () => [
      ...source(facts),
      ...(await told(facts)),
      ...(facts.faults.length > 0 ? [] : await people(facts)),
    ],
  };
}

function source({ config, faults }: ConfigurationFacts): Finding[] {
  if (faults.length > 0) return [];
  return [
    ok(config.envFile === null ? 'from the environment' : `from ${config.envFile} and the environment`),
  ];
}

/** Each fault says its repair itself. */
async function told({ faults, envFile }: ConfigurationFacts): Promise<Finding[]> {
  const open = envFile === null ? null : await openness(envFile);
  return faults.map((found) => ({
    ...{ level: 'problem', found },
    ...(open?.fault === found && {
      fix: { done: `${open.path} was closed to others.`, run: () => chmod(open.path, open.closedMode) },
    }),
  }));
}

async function openness(path: string) {
  const stats = await stat(path).catch(() => null);
  const exposure = stats && exposureOf(stats, path);
  return exposure && { ...exposure, path };
}

async function people({ config, paired }: ConfigurationFacts): Promise<Finding[]> {
  if (!config.telegram) return [];
  const [set, came] = [config.allowedUsers.length, await paired()];
  if (set + came > 0) return [ok(`${count(set)} may use the bot by the settings, ${count(came)} by a code`)];
  return [
    warning(
      'Nobody may use the bot yet.',
      'Run "hibernaut pair" while it runs, and send the code to the bot.',
    ),
  ];
}

function count(people: number): string {
  return people === 1 ? '1 person' : `${String(people)} people`;
}
