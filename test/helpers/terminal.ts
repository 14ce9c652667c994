/** A program at a terminal of its own (a pseudo-terminal, which Python's standard library makes), and the person's keys. */
import { execa } from 'execa';
import { childrenOf } from './processes.ts';
import { until } from './until.ts';

/** Enter, Esc, Ctrl+C, and Ctrl+U, which empties the line. */
export const ENTER = '\r';
export const ESCAPE = '\u001b';
export const CTRL_C = '\u0003';
export const CTRL_U = '\u0015';
export const DOWN = '\u001b[B';

export interface Terminal {
  /** Waits until the text is shown, after what was waited for before. Resolves with the match. */
  sees(text: RegExp): Promise<RegExpExecArray>;
  /** Presses keys. */
  types(keys: string): void;
  /** All that was shown, without colours and the like. */
  shown(): string;
  /** Resolves with the exit code. */
  readonly exited: Promise<number | null>;
  kill(): void;
  /** Pid of the command itself, once it runs. */
  pid(): Promise<number>;
}

// A terminal without a size has no room for any text.
const SCRIPT = `
import os, pty, sys
sys.exit(os.waitstatus_to_exitcode(pty.spawn(['sh', '-c', 'stty cols 240 rows 60; exec "$@"', 'sh'] + sys.argv[1:])))
`;

/** Needs python3. @param environment the whole environment */
export function openTerminal(
  command: readonly string[],
  { environment, cwd }: { environment: Record<string, string>; cwd: string },
): Terminal {
  let output = '';
  let seen = 0;
  const python = execa('python3', ['-c', SCRIPT, ...command], {
    env: { TERM: 'xterm-256color', ...environment },
    extendEnv: false,
    cwd,
    reject: false,
    buffer: false,
  });
  python.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  python.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  let hasEnded = false;
  const exited = python.then(({ exitCode, code }) => {
    hasEnded = true;
    if (code === 'ENOENT') throw new Error('python3 is not there. Install it (apt-get install python3).');
    return exitCode ?? null;
  });
  exited.catch(() => undefined);
  const shown = () => plain(output);
  return {
    sees: async (text) => {
      const look = (): Promise<RegExpExecArray | null> => Promise.resolve(text.exec(shown().slice(seen)));
      const match = await until(
        `the terminal to show ${String(text)}`,
        async () => {
          const found = await look();
          if (found === null && hasEnded)
            return Promise.reject(new Error(`It ended, and had shown: ${shown()}`));
          return found ?? Promise.reject(new Error(`It shows ${shown().slice(seen)}`));
        },
        () => true,
      );
      seen += match.index + match[0].length;
      return match;
    },
    types: (keys) => void python.stdin.write(keys),
    shown,
    exited,
    kill: () => void python.kill('SIGKILL'),
    pid: () =>
      until(
        'the command to run',
        () => Promise.resolve(childrenOf(python.pid ?? 0)[0] ?? 0),
        (pid) => pid > 0,
      ),
  };
}

/** Without escape sequences (ECMA-48) and carriage returns. */
function plain(text: string): string {
  const sequences = String.raw`\u001b(\[[0-9;?<>=]*[ -/]*[@-~]|\][^\u0007\u001b]*(\u0007|\u001b\\)|[()][A-Z0-9]|[=>78])|\r`;
  return text.replace(new RegExp(sequences, 'g'), '');
}
