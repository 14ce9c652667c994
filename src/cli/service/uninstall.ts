/** `hibernaut service uninstall`: stops the service and makes its manager forget it; what it kept stays. */
import { ServiceError } from '../../service/facts.ts';
import { readUnit, removeUnit } from '../../service/unit-file.ts';
import type { CliHost } from '../host.ts';
import { serviceHere, type ScopeOptions } from './here.ts';
import { settingsIn } from './settings.ts';

/** Resolves once the daemon has stopped, which takes as long as its running turns may. */
export async function uninstallService(host: CliHost, options: ScopeOptions): Promise<void> {
  const here = serviceHere(host, options, () => '');
  const { manager, isRoot } = here;
  const text = await readUnit(manager.file);
  if (text === null) {
    host.out(`No service is installed: there is no ${manager.file}.\n`);
    return;
  }
  if (options.system && !isRoot) {
    throw new ServiceError('A service of the whole machine is removed by root. Run it with sudo.');
  }
  const { envFile, data } = await settingsIn(text, here);
  host.out('Stops the service. Running turns may end first, which can take minutes.\n');
  await manager.deactivate(() => removeUnit(manager.file));
  host.out(`Removed ${manager.file}\nKept: the settings in ${envFile}`);
  host.out(
    'dataDir' in data ? `, the sessions in ${data.dataDir}\n` : ', and the sessions in their data folder\n',
  );
}
