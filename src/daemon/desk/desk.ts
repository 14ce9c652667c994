/** What the host's command line asks of the sessions of all chats. It acts on them as the chats do, by the same pieces. */
import type { SessionView } from '../../../machines/session-view.ts';
import type { History } from '../../store/history-files.ts';
import type { Store } from '../../store/ports.ts';
import { viewAll, viewsAsRead, type ViewsAsRead } from '../status.ts';
import { createDeskOrders, type DeskOrders, type OrdersOptions } from './orders.ts';
import { createDeskSending, type DeskSending, type SendingOptions } from './sending.ts';
import { sessionDetail, withoutWords, type SessionDetail } from './session-detail.ts';

export type DeskOptions = OrdersOptions &
  SendingOptions & {
    store: Pick<Store, 'sessionIds'>;
    /** Null: none is kept. */
    history: Pick<History, 'read'> | null;
  };

export interface Desk extends DeskOrders, DeskSending {
  /** All sessions, the last used first, without the words of people. Wakes none. */
  views(): Promise<SessionView[]>;
  /** The same in the order in which they can be had: for who does not want to wait for a disk. */
  viewsAsRead(): Promise<ViewsAsRead>;
  /** One of them, or null if there is none with this id that can be read. */
  view(id: string): Promise<SessionView | null>;
  /** All that may be known of it, or null as `view`. */
  detail(id: string): Promise<SessionDetail | null>;
}

export function createDesk(options: DeskOptions): Desk {
  const { sessions, store, history } = options;
  const orders = createDeskOrders(options);
  const view = async (id: string): Promise<SessionView | null> => {
    const seen = await sessions.view(id);
    return seen && withoutWords(seen);
  };
  return {
    ...createDeskSending(options),
    order: async (id, order) => {
      const done = await orders.order(id, order);
      return done && { ...done, before: withoutWords(done.before), after: withoutWords(done.after) };
    },
    setIdleTimeout: async (id, idleTimeoutMs) => {
      const changed = await orders.setIdleTimeout(id, idleTimeoutMs);
      return changed && withoutWords(changed);
    },
    views: () => viewAll(store, sessions),
    viewsAsRead: () => viewsAsRead(store, sessions),
    view,
    detail: async (id) => {
      const [record, seen] = [await sessions.record(id), await view(id)];
      return record && seen && sessionDetail(record, seen, (await history?.read(id)) ?? []);
    },
  };
}
