/** At the start: drops the copies of files that no record owes any more. */
import type { Store } from '../../store/ports.ts';
import type { CopyOwner, WorkspacePort } from '../../workspace/ports.ts';
import type { DaemonLog } from '../log.ts';
import { copiesOf } from '../sessions/record-only.ts';

export interface SweepCopiesOptions {
  store: Pick<Store, 'loadSession' | 'loadChat' | 'setAside'>;
  workspace: Pick<WorkspacePort, 'sweep'>;
  log: DaemonLog;
}

/** Never rejects: what stays is for the next start. Its cost depends on the copies that there are. */
export async function sweepCopies({ store, workspace, log }: SweepCopiesOptions): Promise<void> {
  try {
    await workspace.sweep((owner) => copiesNamedBy(store, owner));
  } catch (error) {
    log.warn({ err: error }, 'copies.notSwept');
  }
}

/** Null for a record that can't be read: what it owes is kept with it. */
async function copiesNamedBy(
  store: SweepCopiesOptions['store'],
  owner: CopyOwner,
): Promise<Set<string> | null> {
  const loading = 'sessionId' in owner ? store.loadSession(owner.sessionId) : store.loadChat(owner.chatId);
  const record = await loading.catch(() => 'unreadable' as const);
  if (record === 'unreadable') return null;
  if (record) return copiesOf(record);
  const name = 'sessionId' in owner ? owner.sessionId : String(owner.chatId);
  return store.setAside.some((aside) => aside.name === name) ? null : new Set();
}
