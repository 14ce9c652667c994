/**
 * A process with everything it started, found again wherever it went: by the mark in the environment (a tool may have
 * left its parent and its group), by parents (it may have dropped the mark), and by what was seen of it before (both).
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ProcessIdentity } from '../../../machines/session-record.ts';
import { codeOf } from '../../error-code.ts';
import type { OwnerTest } from './owner.ts';
import type { ProcessEntry, ProcessTable } from './process-table.ts';

export interface TreeOptions {
  table: ProcessTable;
  /** Whether a process with this mark belongs to it. */
  isOurs: OwnerTest;
  /** Processes that belong to it whatever their mark says; a later one with the same pid does not. */
  roots: Pick<ProcessIdentity, 'pid' | 'startTime'>[];
}

type EndSignal = 'SIGTERM' | 'SIGKILL';

/** The waits between two looks while processes end: short at first, since most end at once. */
const FIRST_LOOK_MS = 10;
const LAST_LOOK_MS = 250;

export class ProcessTree {
  readonly #table: ProcessTable;
  readonly #isOurs: OwnerTest;
  /** pid to start time of everything that was ever seen of it. */
  readonly #seen = new Map<number, string>();
  /** pid to start time of what may not be signalled. */
  readonly #beyondReach = new Map<number, string>();

  constructor({ table, isOurs, roots }: TreeOptions) {
    this.#table = table;
    this.#isOurs = isOurs;
    for (const { pid, startTime } of roots) this.#seen.set(pid, startTime);
  }

  /**
   * Pids of those that belong to another user (a tool that used `sudo`). They are no members: nobody can end them, so
   * nobody waits for their end.
   */
  get beyondReach(): number[] {
    return [...this.#beyondReach.keys()];
  }

  /** What is alive of it. The process that asks is never part of it, nor is what that one started. */
  async members(): Promise<ProcessEntry[]> {
    const entries = (await this.#table.list()).filter((entry) => entry.pid !== process.pid);
    const members = new Map<number, ProcessEntry>();
    for (const entry of entries) if (this.#isMember(entry)) members.set(entry.pid, entry);
    let grown: number;
    do {
      grown = members.size;
      for (const entry of entries) if (members.has(entry.parentPid)) members.set(entry.pid, entry);
    } while (members.size > grown);
    for (const { pid, startTime } of members.values()) this.#seen.set(pid, startTime);
    return [...members.values()].filter(({ pid, startTime }) => this.#beyondReach.get(pid) !== startTime);
  }

  /** Sends the signal to all of it. Resolves with those it went to. */
  async signal(signal: EndSignal): Promise<ProcessEntry[]> {
    const members = await this.members();
    for (const member of members) this.#send(member, signal);
    return members;
  }

  /** Ends it: SIGTERM, and SIGKILL to what is still there after `graceMs`. Resolves when nothing of it lives. */
  async end(graceMs: number, hurry?: AbortSignal): Promise<void> {
    if (graceMs > 0 && !hurry?.aborted) {
      await this.signal('SIGTERM');
      if (await this.isGoneWithin(graceMs, hurry)) return;
    }
    await this.kill();
  }

  /** SIGKILL, again and again for what is started meanwhile. Resolves when nothing of it lives. */
  async kill(): Promise<void> {
    let lookMs = FIRST_LOOK_MS;
    while ((await this.signal('SIGKILL')).length > 0) {
      await sleep(lookMs);
      lookMs = Math.min(lookMs * 2, LAST_LOOK_MS);
    }
  }

  /** @param hurry ends the wait early, with false */
  async isGoneWithin(waitMs: number, hurry?: AbortSignal): Promise<boolean> {
    const deadline = performance.now() + waitMs;
    let lookMs = FIRST_LOOK_MS;
    while ((await this.members()).length > 0) {
      if (performance.now() >= deadline || hurry?.aborted) return false;
      await sleep(Math.min(lookMs, waitMs));
      lookMs = Math.min(lookMs * 2, LAST_LOOK_MS);
    }
    return true;
  }

  #isMember({ pid, startTime, owner }: ProcessEntry): boolean {
    return this.#seen.get(pid) === startTime || (owner !== null && this.#isOurs(owner));
  }

  #send({ pid, startTime }: ProcessEntry, signal: EndSignal): void {
    // Since the list was made it may have ended, and its pid been given away.
    if (this.#table.startTimeOf(pid) !== startTime) return;
    try {
      process.kill(pid, signal);
    } catch (error) {
      // Anything else: it has ended this very moment; whoever waits looks again.
      if (codeOf(error) === 'EPERM') this.#beyondReach.set(pid, startTime);
    }
  }
}
