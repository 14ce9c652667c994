/** The daemon as a process of its own: everything around `startDaemon`, in the order in which it starts and stops. */
import { homedir } from 'node:os';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnyActor } from 'xstate';
import { CleanUp } from '../../clean-up.ts';
import type { Config } from '../../config/config.ts';
import { ControlError, type ControlMethod } from '../../control/protocol.ts';
import { startHttp } from '../../control/http.ts';
import { acquireLock } from '../../control/lock.ts';
import { startControlSocket } from '../../control/socket.ts';
import { openHistory } from '../../store/history-files.ts';
import { offLimits } from '../../daemon/files/own-state.ts';
import { startDaemon, type Daemon } from '../../daemon/daemon.ts';
import type { Logger } from '../../log/log.ts';
import { LogRing } from '../../log/log-ring.ts';
import { startNotifier } from '../../service/notifier.ts';
import type { NotifyFacts } from '../../service/notify-text.ts';
import { createInspector, type Opened } from '../../watch/inspector/inspector.ts';
import { PAGE_PATH } from '../../watch/live/page-server.ts';
import { accessMethods } from './access-methods.ts';
import { logMethods } from './log-methods.ts';
import { adoptMethods } from './adopt-methods.ts';
import { attachMethods } from '../attach/methods.ts';
import { drainMethods } from './drain-methods.ts';
import { inspectMethods } from './inspect-methods.ts';
import type { MakeParts } from './daemon-parts.ts';
import type { CliHost } from '../host.ts';
import { livePageOf, watchedHistory } from './live-page.ts';
import { sessionMethods } from './session-methods.ts';
import { factsOf, httpRoutes, metricsOf, type Running } from './http-routes.ts';
import { given, listenForStopOrders } from './stop-orders.ts';
import { watchMethods } from './watch-methods.ts';

/** How long a bug leaves for the end of the Claude processes, before this process ends without it. */
const LAST_MOMENTS_MS = 5_000;

type Telegram = NonNullable<Config['telegram']>;

interface RunningDaemon extends Running {
  /** The daemon, as soon as there is one that may have started processes. */
  begun: Promise<Daemon> | null;
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
  const ring = new LogRing();
  const log = parts.createLog({ level: config.logLevel, onLine: ring.add });
  const running: RunningDaemon = { begun: null, daemon: null, telegram: null, store: null };
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
      serve({ config, telegram, host, parts, log, ring, running, emergency: emergency.signal }),
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
  /** The last lines of it. */
  ring: LogRing;
  running: RunningDaemon;
  /** Given after a bug: kill what runs. */
  emergency: AbortSignal;
}

/** The lock comes first and goes last: whatever lies between has the data folder for itself. */
async function serve({
  config,
  telegram,
  host,
  parts,
  log,
  ring,
  running,
  emergency,
}: Serving): Promise<void> {
  const { dataDir } = config;
  using orders = listenForStopOrders(host.process);
  await using open = new CleanUp();
  const lock = await acquireLock(dataDir, host.now);
  open.defer(() => lock.release());

  const notifier = open.use(
    await startNotifier({ environment: host.environment, facts: () => notifyFacts(running), log }),
  );
  const page = config.http
    ? await livePageOf(running, () => serving(running), { dataDir, log, now: host.now })
    : null;
  const drain = drainMethods(() => serving(running));
  const watch = { page, url: null as string | null };
  const inspector = createInspector({ log });
  const onActor = (actor: AnyActor): void => {
    inspector.follow(actor);
    page?.follow(actor);
  };
  let standing: Opened | null = null;
  const inspecting = inspectMethods({
    inspector,
    standing: () => standing,
    desk: () => serving(running).desk,
  });
  const control = await startControlSocket({
    dataDir,
    methods: controlMethods(running, {
      ...drain.methods,
      ...logMethods(ring),
      ...watchMethods(watch),
      ...inspecting,
    }),
    onError: (error, method) => log.error({ err: error, method }, 'control.failed'),
  });
  open.defer(() => control.close());
  const metrics = config.http ? metricsOf(running, config, host.now) : null;
  if (config.http && metrics) {
    const http = await startHttp({
      ...config.http,
      routes: httpRoutes(running, metrics),
      mount: page
        ? { path: PAGE_PATH, handle: (request, response) => page.handle(request, response) }
        : undefined,
      onError: (error, path) => log.error({ err: error, path }, 'http.failed'),
    });
    open.defer(() => http.close());
    watch.url = http.url;
    log.info({ url: http.url }, 'http.listening');
  }
  open.defer(() => inspector.close());
  if (config.inspect) {
    standing = await inspector.open();
    // Without the token, as the log is for more readers.
    log.info({ url: new URL(standing.url).origin }, 'inspector.listening');
  }

  const store = await parts.openStore({ dataDir, log, onSave: metrics?.onSave });
  running.store = store;
  const claude = parts.createClaude({
    command: config.claudeCommand,
    environment: config.claudeEnvironment,
    allowBypass: config.allowBypass,
    offLimits: offLimits(config, homedir()),
    dataDir,
    log,
  });
  running.begun = startDaemon(config, {
    store,
    claude: metrics?.watchClaude(claude) ?? claude,
    createTelegram: (sessions, report) =>
      (running.telegram = parts.createTelegram({
        ...telegram,
        sessions,
        report,
        log,
        ...(metrics && { onCall: metrics.onCall }),
        onActor,
      })),
    log,
    history: watchedHistory(openHistory({ dataDir, log }), page),
    signal: orders.stop,
    signalNow: AbortSignal.any([orders.stopNow, emergency]),
    onActor,
    ...(metrics && { inspect: metrics.inspect }),
  });
  running.daemon = await running.begun;
  notifier.update();
  await Promise.race([given(orders.stop), drain.begun]);
  const stopped = orders.stop.aborted ? running.daemon.stop() : running.daemon.stopped;
  notifier.update();
  await stopped;
}

function controlMethods(
  running: Running,
  more: Record<string, ControlMethod>,
): Record<string, ControlMethod> {
  return {
    status: async () => serving(running).status(),
    ...accessMethods(() => serving(running).access),
    ...sessionMethods(() => serving(running).desk),
    ...attachMethods(() => serving(running)),
    ...adoptMethods(() => serving(running).adopting),
    ...more,
  };
}

/** @throws ControlError as long as it does not serve */
function serving({ daemon }: Running): Daemon {
  if (!daemon) throw new ControlError('Hibernaut is starting. Ask again in a moment.');
  return daemon;
}

function notifyFacts(running: Running): NotifyFacts {
  const { daemon, polling, lastPollAt, lastError } = factsOf(running);
  return { daemon, polling, lastPollAt, lastError, live: running.daemon?.live ?? 0 };
}
