/** Which processes there are: what the operating system says, in one shape for Linux and the others. */

/** A process at one moment. One that has ended but was not yet reaped (a zombie) counts as gone. */
export interface ProcessEntry {
  pid: number;
  parentPid: number;
  /** Opaque; with the pid it can't be mistaken for a later process. */
  startTime: string;
  /** Its `HIBERNAUT_OWNER`, or null if it has none or it can't be read. */
  owner: string | null;
}

export interface ProcessTable {
  /** Null if there is no such process. A child of ours that was not reaped yet is there even if it has ended. */
  startTimeOf(pid: number): string | null;
  /** Whether this very process runs; one that has ended and was not reaped yet does not. */
  isRunning(pid: number, startTime: string): boolean;
  list(): Promise<ProcessEntry[]>;
  /** Bytes in memory of these processes together; what they share counts for each. Those that have ended count nothing. */
  residentBytes(pids: readonly number[]): Promise<number>;
}
