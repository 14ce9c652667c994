/** What the command line uses of the process that it runs in; tests hand in their own. */
export interface CliHost {
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output: what was asked for. */
  readonly out: (text: string) => void;
  /** Standard error: what went wrong, for people. */
  readonly err: (text: string) => void;
  /** Signals, and errors that nobody caught. */
  readonly process: ProcessEvents;
  /** Wall clock, ms since the epoch. */
  readonly now: () => number;
}

/** The part of `process` that tells when to stop. */
export type ProcessEvents = Pick<NodeJS.EventEmitter, 'on' | 'off'>;

export function hostOf(process: NodeJS.Process): CliHost {
  return {
    environment: process.env,
    out: (text) => void process.stdout.write(text),
    err: (text) => void process.stderr.write(text),
    process,
    now: Date.now,
  };
}
