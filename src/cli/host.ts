/** What the command line uses of the process that it runs in; tests hand in their own. */
import { text } from 'node:stream/consumers';
import { isatty } from 'node:tty';

export interface CliHost {
  readonly environment: NodeJS.ProcessEnv;
  /** Standard output: what was asked for. */
  readonly out: (text: string) => void;
  /** Standard error: what went wrong, for people. */
  readonly err: (text: string) => void;
  /** Whether a person sits at both standard input and standard output. */
  readonly isInteractive: boolean;
  /** All of standard input. */
  readonly readInput: () => Promise<string>;
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
    out: (written) => void process.stdout.write(written),
    err: (written) => void process.stderr.write(written),
    isInteractive: isatty(0) && isatty(1),
    readInput: () => text(process.stdin),
    process,
    now: Date.now,
  };
}
