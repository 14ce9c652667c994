/** Tells the service manager that started us how the daemon is (sd_notify(3)); without one, nothing happens. */
import type { Logger } from '../log/log.ts';
import { openNotifySocket, type NotifySocket } from './notify-socket.ts';
import { statusText, wordsFor, type NotifyFacts, type Told } from './notify-text.ts';
import { PollWatch, watchdogIntervalMs } from './watchdog.ts';

export interface Notifier extends Disposable {
  /** Says now what has changed, and not only with the next tick. Never throws. */
  update(): void;
}

export interface NotifierOptions {
  /** Of the process; `NOTIFY_SOCKET`, `WATCHDOG_USEC` and `WATCHDOG_PID` are read. */
  environment: NodeJS.ProcessEnv;
  facts: () => NotifyFacts;
  log: Pick<Logger, 'warn' | 'error' | 'info'>;
  /** A clock that never jumps, ms. */
  monotonic?: () => number;
  open?: typeof openNotifySocket;
}

/** How late the status may be, ms. */
const TICK_MS = 5_000;

const NOBODY: Notifier = { update: () => undefined, [Symbol.dispose]: () => undefined };

/**
 * Tells of each change of the facts, and as long as they are well that they are, at least as often as the watchdog wants.
 * What keeps it from telling is logged and never keeps the daemon from working.
 */
export async function startNotifier(options: NotifierOptions): Promise<Notifier> {
  const { environment, log, open = openNotifySocket } = options;
  const address = environment['NOTIFY_SOCKET'];
  if (!address) return NOBODY;
  const intervalMs = watchdogIntervalMs(environment, process.pid);
  try {
    const socket = await open(address);
    log.info({ watchdog: intervalMs !== null }, 'service.notifies');
    return notifierOf(socket, intervalMs, options);
  } catch (error) {
    log.warn({ err: error }, 'service.notNotified');
    return NOBODY;
  }
}

function notifierOf(
  socket: NotifySocket,
  intervalMs: number | null,
  { facts, log, monotonic = () => performance.now() }: NotifierOptions,
): Notifier {
  const polls = new PollWatch(monotonic);
  let told: Told = 'nothing';
  let status = '';
  let problem: string | null = null;
  let isWell = true;

  const watchdog = (now: NotifyFacts): string[] => {
    if (intervalMs === null) return [];
    const wasWell = isWell;
    isWell = polls.isWell(now);
    if (wasWell && !isWell) log.error({ lastPollAt: now.lastPollAt }, 'service.watchdogWithheld');
    return isWell ? ['WATCHDOG=1'] : [];
  };
  const update = (): void => {
    const now = facts();
    const words = wordsFor(now.daemon, told);
    const text = statusText(now);
    const lines = [...words.lines, ...watchdog(now), ...(text === status ? [] : [`STATUS=${text}`])];
    if (lines.length === 0) return;
    const failure = socket.send(lines);
    if (failure !== null && problem === null) log.warn({ failure }, 'service.notNotified');
    problem = failure;
    // What did not arrive is said again.
    if (failure === null) ({ told, status } = { told: words.told, status: text });
  };

  const timer = setInterval(update, Math.min(TICK_MS, intervalMs ?? TICK_MS));
  timer.unref();
  update();
  return {
    update,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      update();
      socket.close();
    },
  };
}
