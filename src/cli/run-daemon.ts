/** The daemon as a process of its own: everything around `startDaemon`, in the order in which it starts and stops. */
import { setTimeout as wait } from 'node:timers/promises';
import { CleanUp } from '../clean-up.ts';
import type { Config } from '../config.ts';
import { ControlError, type ControlMethod } from '../control/protocol.ts';
import { healthAnswer } from '../control/health.ts';
import { startHttp } from '../control/http.ts';
import { acquireLock } from '../control/lock.ts';
import { startControlSocket } from '../control/socket.ts';
import { startDaemon, type Daemon } from '../daemon/daemon.ts';
import type { Logger } from '../log.ts';
import { startNotifier } from '../service/notifier.ts';
import type { NotifyFacts } from '../service/notify-text.ts';
import type { TelegramPort } from '../telegram/ports.ts';
import { startInspector } from '../watch/inspector.ts';
import { accessMethods } from './access-methods.ts';
import type { MakeParts } from './daemon-parts.ts';
import type { CliHost } from './host.ts';
import { sessionMethods } from './session-methods.ts';
import { given, listenForStopOrders } from './stop-orders.ts';

/** How long a bug leaves for the end of the Claude processes, before this process ends without it. */
const LAST_MOMENTS_MS = 5_000;

type Telegram = NonNullable<Config['telegram']>;

/** What there is so far of a daemon that starts, serves or stops. */
interface Running {
  /** The daemon, as soon as there is one that may have started processes. */
  begun: Promise<Daemon> | null;
  /** Once it serves. */
  daemon: Daemon | null;
  telegram: TelegramPort | null;
}

/** An error that nobody caught. The log has it with its stack; a service manager starts the daemon again. */
class BugError extends Error {
  override name = 'BugError';
}

/**
 * Resolves when it was told to stop (SIGTERM, SIGINT, SIGHUP; the second time at once) and has.
 * @throws what kept it from starting; BugError after an error that nobody caught
 */
export async function runDaemon(
  config: Config,
  telegram: Telegram,
  host: CliHost,
  parts: MakeParts,
): Promise<void> {
  const log = parts.createLog({ level: config.logLevel });
  const running: Running = { begun: null, daemon: null, telegram: null };
  const emergency = new AbortController();
  const bug = Promise.withResolvers<never>();
  // Rejections that nobody handles come here too, as Node makes exceptions of them.
  const onBug = (error: unknown): void => {
    log.fatal({ err: error }, 'daemon.bug');
    bug.reject(
      new BugError('Hibernaut met a bug and stops. Its log says more (daemon.bug).', { cause: error }),
    );
  };
  host.process.on('uncaughtException', onBug);
  try {
    await Promise.race([
      serve({ config, telegram, host, parts, log, running, emergency: emergency.signal }),
      bug.promise,
    ]);
  } catch (error) {
    // Whatever failed, no Claude process outlives this one for as long as that can be helped.
    emergency.abort();
    // One that could not start has put everything away before it said so.
    const ended = running.begun?.then(
      (daemon) => daemon.stopNow(),
      () => undefined,
    );
    await Promise.race([ended, wait(LAST_MOMENTS_MS)]);
    throw error;
  } finally {
    host.process.off('uncaughtException', onBug);
  }
}

interface Serving {
  config: Config;
  telegram: Telegram;
  host: CliHost;
  parts: MakeParts;
  log: Logger;
  running: Running;
  /** Given after a bug: kill what runs. */
  emergency: AbortSignal;
}

/** The lock comes first and goes last: whatever lies between has the data folder for itself. */
async function serve({ config, telegram, host, parts, log, running, emergency }: Serving): Promise<void> {
  const { dataDir } = config;
  using orders = listenForStopOrders(host.process);
  await using open = new CleanUp();
  const lock = await acquireLock(dataDir, host.now);
  open.defer(() => lock.release());

  const notifier = open.use(
    await startNotifier({ environment: host.environment, facts: () => notifyFacts(running), log }),
  );
  const control = await startControlSocket({
    dataDir,
    methods: controlMethods(running),
    onError: (error, method) => log.error({ err: error, method }, 'control.failed'),
  });
  open.defer(() => control.close());
  if (config.http) {
    const http = await startHttp({
      ...config.http,
      routes: { '/healthz': () => healthAnswer(health(running)) },
    });
    open.defer(() => http.close());
    log.info({ url: http.url }, 'http.listening');
  }
  const inspector = config.inspect ? await startInspector({ log }) : null;
  if (inspector) open.defer(() => inspector.close());
  const inspect = inspector ? { inspect: inspector.inspect } : {};

  const store = await parts.openStore({ dataDir, log });
  const claude = parts.createClaude({
    command: config.claudeCommand,
    environment: config.claudeEnvironment,
    allowBypass: config.allowBypass,
    dataDir,
    log,
  });
  running.begun = startDaemon(config, {
    store,
    claude,
    createTelegram: (sessions, report) =>
      (running.telegram = parts.createTelegram({
        ...telegram,
        sessions,
        report,
        log,
        ...inspect,
      })),
    log,
    signal: orders.stop,
    signalNow: AbortSignal.any([orders.stopNow, emergency]),
    ...inspect,
  });
  running.daemon = await running.begun;
  notifier.update();
  await given(orders.stop);
  const stopped = running.daemon.stop();
  notifier.update();
  await stopped;
}

function controlMethods(running: Running): Record<string, ControlMethod> {
  const serving = (): Daemon => {
    if (!running.daemon) throw new ControlError('Hibernaut is starting. Ask again in a moment.');
    return running.daemon;
  };
  return {
    status: async () => serving().status(),
    ...accessMethods(() => serving().access),
    ...sessionMethods(() => serving().desk),
  };
}

function health({ daemon, telegram }: Running) {
  return {
    daemon: daemon?.state ?? 'starting',
    polling: telegram?.health.state ?? 'starting',
    lastPollAt: telegram?.health.lastPollAt ?? null,
    lastError: telegram?.health.lastError ?? null,
    conflict: telegram?.health.conflict ?? null,
  };
}

function notifyFacts(running: Running): NotifyFacts {
  const { daemon, polling, lastPollAt, lastError } = health(running);
  return { daemon, polling, lastPollAt, lastError, live: running.daemon?.live ?? 0 };
}
