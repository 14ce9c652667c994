/** Claude Code as the daemon sees it: starts processes, recovers what a crash left, ends what outlived a daemon. */
import { randomUUID } from 'node:crypto';
import type { ClaudeInput, Recovery, RecoveryInput } from '../../machines/session-events.ts';
import type { ProcessIdentity } from '../../machines/session-record.ts';
import { DEFAULT_LADDER, type Ladder } from './process/ending.ts';
import { createConversations } from './transcript/known-conversations.ts';
import { LiveProcess } from './process/live-process.ts';
import type { ClaudeLog } from './log.ts';
import { OrphanGuard } from './process/orphan-guard.ts';
import { ofDaemon, ofFolder, ofSession, ownerOf, type OwnerTest } from './process/owner.ts';
import type {
  ClaudeListener,
  ClaudePort,
  ClaudeProcess,
  ConversationsPort,
  DeskPort,
  ProcessMemory,
} from './ports.ts';
import { lookUpVisit } from './desk/visit.ts';
import { DeskWatch } from './desk/follow.ts';
import type { ProcessTable } from './process/process-table.ts';
import { systemProcessTable } from './process/system-process-table.ts';
import { ProcessTree } from './process/process-tree.ts';
import { sharedLooks } from './process/shared-looks.ts';
import { hasTranscript, lookUpFates } from './transcript/transcript.ts';

export interface ClaudeOptions {
  /** Another Claude Code executable than the bundled one, or null. */
  command: string | null;
  /** The whole environment of a process, allow-listed. */
  environment: Readonly<Record<string, string>>;
  /** Whether sessions may be put into `bypassPermissions`. Default: no. */
  allowBypass?: boolean;
  /** Absolute files and folders that Claude's file tools never read or change. Default: none. */
  offLimits?: readonly string[];
  /** Processes are marked with it, so that those of other daemons are left alone. */
  dataDir: string;
  log: ClaudeLog;
  /** Wall clock that stamps the events, ms. Default: the system's. */
  now?: () => number;
  /** How long an ending process is given. */
  ladder?: Partial<Ladder>;
  /** Default: the system's. */
  table?: ProcessTable;
}

export function createClaude(options: ClaudeOptions): ClaudePort {
  return new Claude(options);
}

class Claude implements ClaudePort {
  readonly conversations: ConversationsPort;
  readonly desk: DeskPort;
  readonly #options: ClaudeOptions;
  readonly #now: () => number;
  readonly #ladder: Ladder;
  readonly #table: ProcessTable;
  readonly #daemonId = randomUUID();
  readonly #guard: OrphanGuard;

  constructor(options: ClaudeOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#ladder = { ...DEFAULT_LADDER, ...options.ladder };
    const table = options.table ?? systemProcessTable();
    // Many sessions may end together, and each looks again and again for what is left of it.
    this.#table = { ...table, list: sharedLooks(() => table.list()) };
    const { log, environment } = options;
    this.conversations = createConversations(environment, this.#table);
    this.desk = this.#createDesk();
    this.#guard = new OrphanGuard({ daemonId: this.#daemonId, graceMs: this.#ladder.termMs, log });
  }

  start(input: ClaudeInput, listener: ClaudeListener, beforePrompt: () => Promise<void>): ClaudeProcess {
    const { command, environment, allowBypass = false, offLimits = [], dataDir, log } = this.#options;
    const owner = ownerOf(dataDir, input.id, this.#daemonId);
    return new LiveProcess(input, listener, beforePrompt, {
      settings: { command, environment, owner, allowBypass },
      guard: this.#guard,
      ladder: this.#ladder,
      table: this.#table,
      now: this.#now,
      log,
      offLimits,
    });
  }

  async recover({ id, claudeSessionId, process, uuids }: RecoveryInput): Promise<Recovery> {
    await this.#end(ofSession(this.#options.dataDir, id), process ? [process] : []);
    const fates = await lookUpFates(this.#options.environment, claudeSessionId, uuids);
    return { fates, at: this.#now() };
  }

  endOrphans(): Promise<ProcessIdentity[]> {
    return this.#end(ofFolder(this.#options.dataDir), []);
  }

  async memory(roots: readonly ProcessIdentity[]): Promise<ProcessMemory> {
    const table = this.#table;
    const members = await new ProcessTree({
      table,
      isOurs: ofDaemon(this.#daemonId),
      roots: [...roots],
    }).members();
    const residentBytes = await table.residentBytes(members.map(({ pid }) => pid));
    return { processes: members.length, residentBytes };
  }

  #createDesk(): DeskPort {
    const { environment, log } = this.#options;
    const visit: DeskPort['visit'] = (of) => lookUpVisit(environment, of);
    const around = { table: this.#table, conversations: this.conversations, lookUpVisit: visit, log };
    return {
      identify: (pid) => {
        const startTime = this.#table.startTimeOf(pid);
        return startTime === null ? null : { pid, startTime, startedAt: this.#now() };
      },
      isBegun: (claudeSessionId) => hasTranscript(environment, claudeSessionId),
      configFolder: environment['CLAUDE_CONFIG_DIR'] ?? null,
      visit,
      watch: (desk, tell) => new DeskWatch({ ...around, desk, tell, now: this.#now }),
    };
  }

  async #end(isOurs: OwnerTest, roots: ProcessIdentity[]): Promise<ProcessIdentity[]> {
    const tree = new ProcessTree({ table: this.#table, isOurs, roots });
    const found = await tree.members();
    if (found.length === 0) return [];
    this.#options.log.warn({ pids: found.map(({ pid }) => pid) }, 'claude.endsLeftovers');
    await tree.end(this.#ladder.termMs);
    if (tree.beyondReach.length > 0) this.#options.log.warn({ pids: tree.beyondReach }, 'claude.beyondReach');
    return found.map(({ pid, startTime }) => ({ pid, startTime, startedAt: this.#now() }));
  }
}
