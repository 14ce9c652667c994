/** `hibernaut service logs`: what the daemon wrote as a service, as its manager keeps it. */
import type { CliHost } from '../host.ts';
import { serviceHere, type ScopeOptions } from './here.ts';

export interface LogsOptions extends ScopeOptions {
  follow?: boolean;
  lines: number;
}

/** Resolves with the exit code of the program that shows it. */
export async function showServiceLogs(
  host: CliHost,
  { follow = false, lines, system = false }: LogsOptions,
): Promise<number> {
  const { manager, show } = serviceHere(host, { system }, () => '');
  return show(...manager.logs({ follow, lines }));
}
