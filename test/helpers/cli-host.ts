/** The command line's process under the test's control: its environment, its signals, and what it wrote. */
import { EventEmitter } from 'node:events';
import type { CliHost } from '../../src/cli/host.ts';
import { NOON } from './records.ts';

export interface TestHost extends CliHost {
  /** `emit('SIGTERM')`. */
  readonly process: EventEmitter;
  /** Standard output so far. */
  readonly written: () => string;
  /** Standard error so far. */
  readonly complained: () => string;
}

/**
 * @param environment the whole environment; a developer's own env file is no part of it
 * @param input standard input, which is no terminal
 */
export function aCliHost(environment: NodeJS.ProcessEnv = {}, input = ''): TestHost {
  let out = '';
  let err = '';
  return {
    environment: { HIBERNAUT_ENV_FILE: 'off', ...environment },
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    isInteractive: false,
    readInput: () => Promise.resolve(input),
    process: new EventEmitter(),
    now: () => NOON,
    written: () => out,
    complained: () => err,
  };
}
