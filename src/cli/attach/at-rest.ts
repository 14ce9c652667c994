/**
 * Lends a session and takes it back while no daemon runs. The data folder is locked for a moment each time, and not while
 * the session is open: a daemon that starts meanwhile finds in the record who has it.
 */
import type { SessionRecord } from '../../../machines/session-record.ts';
import { lend, noteDeskConversation, takeBack } from '../../../machines/session-desk.ts';
import { createClaude } from '../../claude/claude.ts';
import type { ClaudePort } from '../../claude/ports.ts';
import { systemProcessTable } from '../../claude/process/system-process-table.ts';
import { acquireLock } from '../../control/lock.ts';
import { createLog } from '../../log/log.ts';
import type { HandedBack } from '../../daemon/desk/attaching.ts';
import { atRest } from '../../daemon/sessions/record-only.ts';
import { openLowdbStore } from '../../store/lowdb-store.ts';
import type { Store } from '../../store/ports.ts';
import type { Desk } from './desk.ts';
import type { Taken } from './methods.ts';
import { readAtRest } from '../at-rest.ts';
import { resolveSession } from '../resolve-session.ts';

interface Folder {
  store: Store;
  claude: ClaudePort;
}

/** @throws ControlError if no session, or more than one, may be meant; LockHeldError, StoreError */
export async function lendAtRest(
  { config, now }: Desk,
  given: string | null,
  { wrapperPid, host }: { wrapperPid: number; host: string },
): Promise<Taken> {
  const { views } = await readAtRest(config.dataDir, now());
  const { id, name } = resolveSession(views, given);
  return withFolder({ config, now }, async ({ store, claude }) => {
    const found = await store.loadSession(id);
    if (!found) return { type: 'refused', why: 'unknown', name };
    if (found.state === 'terminated') return { type: 'refused', why: 'ended', name };
    if (found.desk && isOpen(found.desk)) {
      const { host: where, wrapper } = found.desk;
      return { type: 'refused', why: 'openAtDesk', name, host: where, pid: wrapper.pid };
    }
    // Whatever a daemon that was killed has left of it.
    await claude.endOrphans();
    if ((await claude.conversations.openIn(found.claudeSessionId)) !== null) {
      return { type: 'refused', why: 'openElsewhere', name };
    }
    const wrapper = claude.desk.identify(wrapperPid);
    if (!wrapper) return { type: 'refused', why: 'unseen', name };
    const rested = atRest(await withoutVisit(found, claude, now()), now());
    const lent = lend({ ...rested, epoch: store.epoch }, { host, wrapper }, now());
    await store.saveSession(lent);
    const { workspace, claudeSessionId, model, effort, permissionMode, conversationStarted } = lent;
    const resumes = conversationStarted || (await claude.desk.isBegun(claudeSessionId));
    return {
      type: 'yours',
      loan: {
        ...{ sessionId: id, name, workspace, claudeSessionId, resumes, model, effort, permissionMode },
        allowBypass: config.allowBypass,
        configFolder: claude.desk.configFolder,
      },
    };
  });
}

/** Null if it is not lent to that process any more. @throws LockHeldError, StoreError */
export async function takeBackAtRest(
  desk: Desk,
  sessionId: string,
  { wrapperPid, conversations }: { wrapperPid: number; conversations: readonly string[] },
): Promise<HandedBack | null> {
  return withFolder(desk, async ({ store, claude }) => {
    const found = await store.loadSession(sessionId);
    if (found?.desk?.wrapper.pid !== wrapperPid) return null;
    const seen = conversations.reduce(noteDeskConversation, found);
    const back = await withoutVisit(seen, claude, desk.now());
    await store.saveSession({ ...back, epoch: store.epoch });
    const notice = back.outbox.at(-1)?.body;
    const closed = notice?.kind === 'notice' && notice.notice.type === 'deskClosed' ? notice.notice : null;
    return { name: back.name, prompts: closed?.prompts ?? 0, waiting: back.inbox.length };
  });
}

/** As the chat gets it back. */
async function withoutVisit(record: SessionRecord, claude: ClaudePort, at: number): Promise<SessionRecord> {
  return record.desk ? takeBack(record, await claude.desk.visit(record.desk), at) : record;
}

function isOpen({ wrapper, claude }: NonNullable<SessionRecord['desk']>): boolean {
  const table = systemProcessTable();
  return [wrapper, claude].some((each) => each !== null && table.isRunning(each.pid, each.startTime));
}

async function withFolder<T>({ config, now }: Desk, act: (folder: Folder) => Promise<T>): Promise<T> {
  const { dataDir, claudeCommand: command, claudeEnvironment: environment } = config;
  // What goes wrong is thrown, and said once.
  const log = createLog({ level: 'fatal' });
  const lock = await acquireLock(dataDir, now);
  try {
    const store = await openLowdbStore({ dataDir, log });
    try {
      return await act({ store, claude: createClaude({ command, environment, dataDir, log }) });
    } finally {
      await store.close();
    }
  } finally {
    lock.release();
  }
}
