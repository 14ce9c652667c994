/** The process table of the system that this runs on. */
import { procTable } from './proc-table.ts';
import type { ProcessTable } from './process-table.ts';
import { psTable } from './ps-table.ts';

/** `/proc` where there is one; elsewhere (macOS) `ps`, which does not tell owners. */
export function systemProcessTable(platform: NodeJS.Platform = process.platform): ProcessTable {
  return platform === 'linux' ? procTable() : psTable();
}
