/** What the service manager is told of a daemon, as sd_notify(3) has it. Pure. */
import type { DaemonState } from '../../machines/daemon.machine.ts';
import { oneLine } from '../words/one-line.ts';

/** What there is to tell, read each time. */
export interface NotifyFacts {
  daemon: DaemonState;
  /** The poller's state. */
  polling: string;
  /** When Telegram last answered, ms since the epoch; null if never. */
  lastPollAt: number | null;
  /** What Telegram or the network last refused, without the token. */
  lastError: string | null;
  /** Sessions that have a process, or are about to. */
  live: number;
}

/** Which of its two words the service manager has. */
export type Told = 'nothing' | 'ready' | 'stopping';

/** How long a start or a stop may go on after we last said that it does; several times longer than we wait to say it again. */
const EXTENSION_USEC = 60_000_000;
const LONGEST_ERROR = 200;

const NOT_POLLING: Readonly<Record<string, string>> = {
  starting: 'Telegram has not answered yet',
  displaced: 'another program polls with the same token',
  stopped: 'no updates are fetched any more',
};

/** The line that `systemctl status` shows. */
export function statusText(facts: NotifyFacts): string {
  const sessions = `${String(facts.live)} ${facts.live === 1 ? 'session' : 'sessions'} live`;
  switch (facts.daemon) {
    case 'starting':
      return 'Starting.';
    case 'serving':
      return `Serving, ${sessions}${telegramText(facts)}.`;
    case 'draining':
      return `Stopping: begins no more turns, ${sessions}.`;
    case 'stopped':
      return 'Stopped.';
  }
}

function telegramText({ polling, lastError }: NotifyFacts): string {
  if (polling === 'polling') return '';
  const known = NOT_POLLING[polling];
  if (known !== undefined) return `; ${known}`;
  const why = lastError === null ? '' : ` (${oneLine(lastError, LONGEST_ERROR)})`;
  return `; Telegram can not be reached${why}`;
}

/** What the state asks to be said beside the status, and which word the service manager has then. */
export function wordsFor(daemon: DaemonState, told: Told): { lines: string[]; told: Told } {
  switch (daemon) {
    case 'starting':
      return { lines: [`EXTEND_TIMEOUT_USEC=${String(EXTENSION_USEC)}`], told };
    case 'serving':
      return told === 'nothing' ? { lines: ['READY=1'], told: 'ready' } : { lines: [], told };
    case 'draining':
    case 'stopped': {
      const lines = [`EXTEND_TIMEOUT_USEC=${String(EXTENSION_USEC)}`];
      return told === 'stopping' ? { lines, told } : { lines: ['STOPPING=1', ...lines], told: 'stopping' };
    }
  }
}
