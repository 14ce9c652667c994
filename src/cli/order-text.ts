/** What came of an order to a session, in one sentence for a terminal. Pure. */
import type { z } from 'zod';
import { formatBytes } from '../resident-memory.ts';
import { printable } from './printable.ts';
import type { obeyedSchema, ORDERS } from './daemon/session-methods.ts';
import { reasonWords } from './session-text.ts';

type Order = (typeof ORDERS)[number];
type Obeyed = z.infer<typeof obeyedSchema>;

/** Whether the order did not lead to what was wanted. */
export function isInVain({ outcome }: Obeyed): boolean {
  return outcome !== 'done' && outcome !== 'already';
}

export function orderText(order: Order, obeyed: Obeyed): string {
  const name = printable(`${obeyed.after.name} (${obeyed.after.id})`);
  switch (obeyed.outcome) {
    case 'done':
      return DONE[order](name, obeyed);
    case 'already':
      return ALREADY[order](name, obeyed);
    case 'ended':
      return `${name} has ended. The next message in its chat starts another session.`;
    case 'atDesk':
      return `${name} is open at the desk. End Claude Code in that terminal first.`;
    case 'failed':
      if (obeyed.after.phase === 'suspended.awaitingTrust') return untrusted(name);
      return `${name} did not wake: ${reasonWords(obeyed.after.lastEnd?.reason ?? 'failed')}. "hibernaut session ${obeyed.after.id}" shows it.`;
    case 'underWay':
      return `${name} has been told, but is ${printable(obeyed.after.phase)} still. "hibernaut session ${obeyed.after.id}" shows what becomes of it.`;
  }
}

function untrusted(name: string): string {
  return `${name} did not wake: its folder would run programs that nobody has trusted. Its chat asks about them.`;
}

type Sentence = (name: string, obeyed: Obeyed) => string;

const DONE: Record<Order, Sentence> = {
  suspend: (name, obeyed) => `${name} is suspended${memoryOf(obeyed)}. Its conversation is kept.`,
  wake: (name, { after }) => `${name} is awake${after.pid === null ? '' : `, pid ${String(after.pid)}`}.`,
  stop: (name) => `${name} was interrupted. Its chat was told.`,
  end: (name, obeyed) => `${name} has ended${memoryOf(obeyed)}. Its chat was told.`,
};

const ALREADY: Record<Order, Sentence> = {
  suspend: (name) => `${name} is suspended already.`,
  wake: (name, { after }) =>
    `${name} is awake already${after.pid === null ? '' : `, pid ${String(after.pid)}`}.`,
  stop: (name, { after }) => `${name} is ${printable(after.state)}, so there is nothing to interrupt.`,
  end: (name) => `${name} has ended already.`,
};

function memoryOf({ freedBytes }: Obeyed): string {
  return freedBytes === null ? '' : `; its process had ${formatBytes(freedBytes)}`;
}
