/** What a Claude process answers when it is asked about itself. None of it is kept on disk. */

export interface ClaudeUsage {
  /** Tokens of the conversation as Claude would read it now, and how many it can read at most. */
  contextTokens: number;
  contextLimit: number;
  /** How much of the plan is used; empty if there is no plan (an API key …), or nothing was said in time. */
  limits: PlanLimit[];
}

export interface PlanLimit {
  name: string;
  /** 0 to 100. */
  usedPercent: number;
  /** Wall clock, ms since the epoch; null if that is not known. */
  resetsAt: number | null;
}

/** A message before which Claude has since changed files. */
export interface RewindPoint {
  /** Of the message in Claude's transcript. */
  uuid: string;
  /** The message, whole. */
  text: string;
  changes: FileChanges;
}

/** From the files as they are to how they were. */
export interface FileChanges {
  /** Absolute paths. */
  files: string[];
  insertions: number;
  deletions: number;
}
