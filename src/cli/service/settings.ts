/** Where the settings and the data of an installed service are, as its own file says it. */
import { accountOf } from '../../service/account.ts';
import { serviceConfig } from '../../service/gather.ts';
import type { Here } from './here.ts';

export interface ServiceSettings {
  /** Absolute. */
  envFile: string;
  /** Absolute; or why nobody knows: the settings can't be read, or are wrong. */
  data: { dataDir: string } | { problem: string };
}

/** @param text of the unit or the property list that is installed */
export async function settingsIn(text: string, { manager, run, homeDir }: Here): Promise<ServiceSettings> {
  const { environment, user } = manager.read(text);
  const { HIBERNAUT_ENV_FILE: envFile = '', ...carried } = environment;
  try {
    const home = user === null ? homeDir : (await accountOf(user, run)).home;
    return { envFile, data: { dataDir: serviceConfig({ envFile, carried, home }).dataDir } };
  } catch (error) {
    return { envFile, data: { problem: error instanceof Error ? error.message : String(error) } };
  }
}
