/** Processes of sessions that no running daemon looks after: found by their mark, and ended the way the daemon ends them. */
import type { ProcessIdentity } from '../../../machines/session-record.ts';
import { ofFolder } from './owner.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';
import { systemProcessTable } from './system-process-table.ts';
import { ProcessTree } from './process-tree.ts';

export interface OrphanOptions {
  dataDir: string;
  /** Of the daemon that runs on the folder, or null. */
  daemonPid: number | null;
  /** What records say that ran, for systems that don't tell the marks of processes. */
  roots: readonly Pick<ProcessIdentity, 'pid' | 'startTime'>[];
  table?: ProcessTable;
}

/** Those alive now that belong to sessions of the folder, and not to the daemon that runs. */
export async function findOrphans(options: OrphanOptions): Promise<ProcessEntry[]> {
  const { daemonPid, table = systemProcessTable() } = options;
  const members = await treeOf(options, table).members();
  if (daemonPid === null) return members;
  const parents = new Map((await table.list()).map(({ pid, parentPid }) => [pid, parentPid]));
  const descends = (pid: number): boolean => {
    const parent = parents.get(pid);
    return parent !== undefined && parent > 0 && (parent === daemonPid || descends(parent));
  };
  // A tool may have left the tree; its mark says which daemon it is of.
  const own = new Set(members.filter(({ pid }) => descends(pid)).map(({ owner }) => daemonOf(owner)));
  return members.filter(({ pid, owner }) => !descends(pid) && !own.has(daemonOf(owner)));
}

/** Only while no daemon runs on the folder: it would lose its own. SIGTERM, and SIGKILL after `graceMs`. */
export async function endOrphans(options: OrphanOptions & { graceMs: number }): Promise<void> {
  await treeOf(options, options.table ?? systemProcessTable()).end(options.graceMs);
}

function treeOf({ dataDir, roots }: OrphanOptions, table: ProcessTable): ProcessTree {
  return new ProcessTree({ table, isOurs: ofFolder(dataDir), roots: [...roots] });
}

/** `<folder>/<session>/<daemon>` */
function daemonOf(owner: string | null): string | null {
  return owner?.split('/')[2] ?? null;
}
