/** What the service manager and the installed unit say, for the doctor: the person's own service, or else the machine's. */
import packageJson from '../../../package.json' with { type: 'json' };
import { ServiceError } from '../../service/facts.ts';
import { gatherFacts } from '../../service/gather.ts';
import { readUnit } from '../../service/unit-file.ts';
import { allowsSudo } from '../../service/unit-text.ts';
import type { CliHost } from '../host.ts';
import { serviceHere, thisProgram, type Here } from '../service/here.ts';
import { reportOf, type ServiceReport } from '../service/status.ts';
import { reasonOf } from './check.ts';

export type ServiceLook =
  | { state: 'none' }
  /** The manager does not answer, or can't be asked. */
  | { state: 'unknown'; why: string; isInstalled: boolean }
  | { state: 'installed'; report: ServiceReport; isStale: boolean; isSystem: boolean };

export async function lookAtService(host: CliHost): Promise<ServiceLook> {
  for (const isSystem of process.platform === 'darwin' ? [false] : [false, true]) {
    const here = serviceHere(host, { system: isSystem }, () => '');
    const text = await readUnit(here.manager.file);
    if (text === null) continue;
    try {
      const report = await reportOf(here, isSystem);
      return { state: 'installed', report, isSystem, isStale: await isStale(here, text) };
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      return { state: 'unknown', why: reasonOf(error), isInstalled: true };
    }
  }
  return { state: 'none' };
}

/** Whether this Hibernaut would write another unit, for the same settings: the program has moved, or is of another version. */
async function isStale({ manager, homeDir, run }: Here, text: string): Promise<boolean> {
  const { environment, user } = manager.read(text);
  try {
    const { facts } = await gatherFacts({
      ...thisProgram(),
      // The unit's own, not that of the shell that asks.
      ...{ environment, homeDir, run, systemUser: user },
      allowSudo: allowsSudo(text),
      version: packageJson.version,
    });
    return manager.text(facts) !== text;
  } catch {
    // Settings that are wrong are told with the settings.
    return false;
  }
}
