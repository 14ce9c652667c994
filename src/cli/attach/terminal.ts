/** Claude Code in the terminal that this command was called from: the terminal is its own until it ends. */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { createConversations } from '../../claude/transcript/known-conversations.ts';
import { systemProcessTable } from '../../claude/process/system-process-table.ts';
import type { ProcessEvents } from '../host.ts';

export interface TerminalRun {
  command: string;
  args: readonly string[];
  cwd: string;
  environment: NodeJS.ProcessEnv;
  /** Whose signals are heard. */
  process: ProcessEvents;
  /** The conversation that it begins with. */
  claudeSessionId: string;
  onStarted: (pid: number) => void;
}

/** `isAsked`: it was told to end, and did not end by itself. */
export type Ended =
  | { code: number | null; signal: NodeJS.Signals | null; signalNumber: number; isAsked: boolean }
  /** It never ran. A sentence. */
  | { failed: string };

/** The keys of the terminal are Claude's: what the terminal makes of them ends neither it nor us. */
const LEFT_TO_CLAUDE = ['SIGINT', 'SIGQUIT'];
/** The phone takes the session back; the terminal was closed. */
const END_SIGNALS = ['SIGTERM', 'SIGHUP'];

/** Claude Code ends its tools first, which took up to 5 s. The daemon waits a little longer before it acts itself. */
const GRACE_MS = 8_000;
const LOOK_MS = 1_000;

/** Leaves the other screen, stops the reporting of the mouse and of pastes, shows the cursor (xterm's control sequences). */
const TIDY_UP =
  '\u001b[?1049l\u001b[?1000l\u001b[?1002l\u001b[?1003l\u001b[?1006l\u001b[?2004l\u001b[?25h\u001b[0m\r\n';

export async function runInTerminal(run: TerminalRun): Promise<{ ended: Ended; conversations: string[] }> {
  const { command, args, cwd, environment, process: own } = run;
  const conversations = [run.claudeSessionId];
  const child = spawn(command, args, { cwd, env: environment, stdio: 'inherit' });
  const { promise: ended, resolve } = Promise.withResolvers<Ended>();
  let isAsked = false;
  child.once('error', ({ message }) => resolve({ failed: `${message}.` }));
  child.once('exit', (code, signal) =>
    resolve({ code, signal, signalNumber: signal === null ? 0 : constants.signals[signal], isAsked }),
  );
  let killing: NodeJS.Timeout | null = null;
  const end = (): void => {
    isAsked = true;
    child.kill('SIGTERM');
    // One that was stopped with Ctrl+Z has to go on for it.
    child.kill('SIGCONT');
    killing ??= setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  };
  const leave = (): void => undefined;
  for (const signal of LEFT_TO_CLAUDE) own.on(signal, leave);
  for (const signal of END_SIGNALS) own.on(signal, end);
  if (child.pid !== undefined) run.onStarted(child.pid);
  const following = followConversations(child.pid, environment, conversations);
  const how = await ended;
  if (killing) clearTimeout(killing);
  await following.stop();
  for (const signal of LEFT_TO_CLAUDE) own.off(signal, leave);
  for (const signal of END_SIGNALS) own.off(signal, end);
  if ('signal' in how && how.signal !== null) await tidyUp();
  return { ended: how, conversations };
}

/** Which conversation is open may change, and once Claude has ended nobody can tell. */
function followConversations(
  pid: number | undefined,
  environment: NodeJS.ProcessEnv,
  seen: string[],
): { stop(): Promise<void> } {
  const known = createConversations(definedOf(environment), systemProcessTable());
  let last: Promise<void> = Promise.resolve();
  const look = async (): Promise<void> => {
    const open = pid === undefined ? null : await known.openBy(pid);
    if (open !== null && open !== seen.at(-1)) seen.push(open);
  };
  const timer = setInterval(() => {
    last = last.then(look);
  }, LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return last.then(look);
    },
  };
}

function definedOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}

/** A Claude that was killed has left the terminal as it had made it. */
async function tidyUp(): Promise<void> {
  process.stdout.write(TIDY_UP);
  const stty = spawn('stty', ['sane'], { stdio: ['inherit', 'ignore', 'ignore'] });
  await new Promise<void>((resolve) => {
    stty.once('error', () => resolve());
    stty.once('exit', () => resolve());
  });
}
