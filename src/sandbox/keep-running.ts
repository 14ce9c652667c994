/** Runs the daemon as a service manager would: starts it anew when it dies, but not for ever. */

export interface DaemonProcess {
  readonly pid: number | undefined;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  /** Asks it to end in good order. */
  stop(): void;
}

export interface KeepRunningOptions {
  run: () => DaemonProcess;
  log: (line: string) => void;
  /** Never jumps, ms. */
  monotonic?: () => number;
}

export interface Kept {
  /** Resolves when it ended for good by itself: with its exit code, or null when it died too often. */
  readonly ended: Promise<number | null>;
  /** Resolves once it has ended; it is not started again. */
  stop(): Promise<void>;
}

/** systemd's `StartLimitBurst` and `StartLimitIntervalSec`, as README's unit has them. */
const MAX_RESTARTS = 5;
const WITHIN_MS = 60_000;

/** What the exit code of a daemon that is not started again means: https://man.freebsd.org/cgi/man.cgi?sysexits */
const REASONS: Readonly<Record<number, string>> = {
  0: 'it was stopped',
  75: 'another daemon holds its data folder',
  78: 'its configuration is not valid',
};

/** Starts it at once. */
export function keepRunning({ run, log, monotonic = () => performance.now() }: KeepRunningOptions): Kept {
  const deaths: number[] = [];
  const ended = Promise.withResolvers<number | null>();
  let isStopping = false;
  let daemon = run();

  const watch = async (): Promise<void> => {
    for (;;) {
      const { code, signal } = await daemon.exited;
      if (isStopping) return;
      const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
      if (signal === null && code !== 1) {
        const reason = REASONS[code ?? -1];
        log(`The daemon ended ${how}${reason === undefined ? '' : ` (${reason})`}. It is not started again.`);
        return ended.resolve(code);
      }
      deaths.push(monotonic());
      const recent = deaths.filter((at) => at > monotonic() - WITHIN_MS);
      if (recent.length > MAX_RESTARTS) {
        log(
          `The daemon ended ${how}, for the ${recent.length}th time within a minute. It is not started again.`,
        );
        return ended.resolve(null);
      }
      log(`The daemon ended ${how}. Starting it again.`);
      daemon = run();
    }
  };
  const watching = watch();

  return {
    ended: ended.promise,
    stop: async () => {
      isStopping = true;
      daemon.stop();
      await daemon.exited;
      await watching;
    },
  };
}
