/** How much of everything there is right now, for metrics. It looks at what is in memory, and reads nothing. */
import type { SessionRecord, SessionState } from '../../machines/session-record.ts';
import type { Undelivered } from '../telegram/ports.ts';

export interface DaemonFigures {
  /** Of the sessions with a process, or one on its way: by what people see. */
  sessions: Record<Extract<SessionState, 'active' | 'idle'>, number>;
  /** Messages accepted and not yet answered, of the sessions in memory. */
  inbox: number;
  /** Items owed to chats, of the sessions in memory. */
  outbox: number;
  /** Items for chats that Telegram refuses. */
  undelivered: number;
  /** Approvals and questions that wait for a person. */
  approvals: number;
  /** Sessions that wait for another one's process to end, and how many processes may live at once. */
  room: { waiting: number; places: number };
}

export function figuresOf(
  open: readonly { record: Pick<SessionRecord, 'state' | 'inbox' | 'outbox' | 'approvals'> }[],
  undelivered: readonly Pick<Undelivered, 'items'>[],
  room: DaemonFigures['room'],
): DaemonFigures {
  const figures: DaemonFigures = {
    sessions: { active: 0, idle: 0 },
    inbox: 0,
    outbox: 0,
    undelivered: undelivered.reduce((sum, { items }) => sum + items, 0),
    approvals: 0,
    room,
  };
  for (const { record } of open) {
    if (record.state === 'active' || record.state === 'idle') figures.sessions[record.state] += 1;
    figures.inbox += record.inbox.length;
    figures.outbox += record.outbox.length;
    figures.approvals += record.approvals.length;
  }
  return figures;
}
