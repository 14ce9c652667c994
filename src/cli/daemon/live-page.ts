/** What the live page is made of: the daemon's sessions and machines, and the same orders as those of the command line. */
import { join } from 'node:path';
import { z } from 'zod';
import packageJson from '../../../package.json' with { type: 'json' };
import { readIfThere, writePrivateFile } from '../../control/private-file.ts';
import { ControlError } from '../../control/protocol.ts';
import type { Daemon } from '../../daemon/daemon.ts';
import { parseDuration } from '../../words/duration.ts';
import type { Logger } from '../../log/log.ts';
import { residentBytes } from '../../resident-memory.ts';
import type { History } from '../../store/history-files.ts';
import type { TokenKeeper } from '../../watch/live/access.ts';
import { createLivePage, WatchFault, type LivePage, type PageAction } from '../../watch/live/page-server.ts';
import { factsOf, type Running } from './http-routes.ts';
import { isInVain, orderText } from '../order-text.ts';
import { ORDERS } from './session-methods.ts';
import { durationFault, timeoutText } from '../timeout.ts';

/** @param daemon throws ControlError as long as it does not serve */
export function livePageOf(
  running: Running,
  daemon: () => Daemon,
  { dataDir, log, now }: { dataDir: string; log: Logger; now: () => number },
): Promise<LivePage> {
  const startedAt = now();
  return createLivePage({
    source: {
      views: () => running.daemon?.desk.viewsAsRead() ?? Promise.resolve(null),
      view: (id) => daemon().desk.view(id),
      timeline: async (id) => (await daemon().desk.detail(id))?.timeline ?? [],
      host: () => hostFacts(running, startedAt),
      memoryOf: residentBytes,
    },
    actions: pageActions(daemon),
    tokens: tokenFile(dataDir),
    version: packageJson.version,
    log,
    now,
  });
}

/** The same history, which tells the page too. */
export function watchedHistory(history: History, page: LivePage | null): History {
  if (!page) return history;
  return {
    add: (sessionId, entry) => {
      history.add(sessionId, entry);
      page.noted(sessionId, entry);
    },
    read: (sessionId) => history.read(sessionId),
    close: () => history.close(),
  };
}

/** What may be shown of the daemon and the poller. What Telegram said of a failure may hold anything, and stays in the log. */
function hostFacts(running: Running, startedAt: number): object {
  const { daemon, polling, conflict, isRestored, lastPollAt } = factsOf(running);
  const figures = running.daemon?.figures();
  return {
    daemon: { state: daemon, isRestored, pid: process.pid, startedAt },
    poller: { state: polling, hasConflict: conflict !== null, hasPolled: lastPollAt !== null },
    ...(figures && { room: figures.room }),
  };
}

const orderRequest = z.object({ session: z.string().max(64), order: z.enum(ORDERS) });
const timeoutRequest = z.object({ session: z.string().max(64), duration: z.string().max(40) });

function pageActions(daemon: () => Daemon): Record<string, PageAction> {
  return {
    order: spoken(async (body) => {
      const { session, order } = orderRequest.parse(body);
      const obeyed = await daemon().desk.order(session, order);
      if (!obeyed) throw new WatchFault(goneText(session));
      return { text: orderText(order, obeyed), isInVain: isInVain(obeyed) };
    }),
    timeout: spoken(async (body) => {
      const { session, duration } = timeoutRequest.parse(body);
      const read = parseDuration(duration);
      if (!('ms' in read)) throw new WatchFault(durationFault(duration, read.refused));
      const changed = await daemon().desk.setIdleTimeout(session, read.ms);
      if (!changed) throw new WatchFault(`${session} has ended, so it is never suspended.`);
      return { text: timeoutText(changed).trimEnd() };
    }),
  };
}

/** What the command line would say is said on the page. */
function spoken(action: PageAction): PageAction {
  return async (body) => {
    try {
      return await action(body);
    } catch (error) {
      throw error instanceof ControlError ? new WatchFault(error.message, { cause: error }) : error;
    }
  };
}

function goneText(session: string): string {
  return `There is no session ${session} that can be read.`;
}

function tokenFile(dataDir: string): TokenKeeper {
  const path = join(dataDir, 'watch-token');
  return { read: () => readIfThere(path), write: (token) => writePrivateFile(path, `${token}\n`) };
}
