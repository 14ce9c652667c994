/**
 * What sessions owe to their chats, from their records to the chats' lines. An item is known by its session and number,
 * so it may be offered any number of times; what was reported is reported again if a record comes that has not heard it.
 */
import type { Api } from 'grammy';
import { isGivenUp } from '../../../machines/session-outbox.ts';
import type { OutboxItem, SessionRecord } from '../../../machines/session-record.ts';
import type { ChatLine } from './chat-line.ts';
import type { CopyReaderOptions } from './copy-reader.ts';
import type { Delivery } from './delivery.ts';
import { itemDelivery } from './item-delivery.ts';
import type { LiveMessages } from './live-messages.ts';
import type { ReportToSession } from '../ports.ts';

export interface OutboxOptions extends CopyReaderOptions {
  api: Api;
  lineOf: (chatId: number) => ChatLine;
  live: LiveMessages;
  report: ReportToSession;
  now: () => number;
}

/** What is known of one session's items. */
interface Known {
  /** Where they are queued. */
  line: ChatLine;
  queued: Map<number, Delivery>;
  /** Delivered items, with the message they became; the last ones only. */
  delivered: Map<number, number | null>;
  /** How far the items are that were begun with; a record may not have heard of it yet. */
  begun: Map<number, Pick<OutboxItem, 'partsSent' | 'doubts'>>;
  /** What it owes now, for when a call has ended that is under way in the chat that it has left; null: none is. */
  leaving: SessionRecord | null;
}

/** More than a session's record can owe before it has heard of a delivery. */
const DELIVERED_KEPT = 100;

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #sessions = new Map<string, Known>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  offer(record: SessionRecord): void {
    const line = this.#options.lineOf(record.chatId);
    const known: Known = this.#sessions.get(record.id) ?? {
      line,
      queued: new Map(),
      delivered: new Map(),
      begun: new Map(),
      leaving: null,
    };
    this.#sessions.set(record.id, known);
    this.#dropUnwanted(record, known);
    if (known.line !== line && !this.#move(record, known, line)) return;
    for (const item of record.outbox) {
      const messageId = known.delivered.get(item.id);
      if (messageId !== undefined) this.#repeatReport(record.id, item.id, messageId);
      else if (!known.queued.has(item.id) && !wasGivenUp(known, item)) this.#enqueue(record, item, known);
    }
    if (record.state === 'terminated' && record.outbox.length === 0) this.#sessions.delete(record.id);
  }

  #enqueue(record: SessionRecord, item: OutboxItem, known: Known): void {
    const { api, live, report, now } = this.#options;
    const begun = { ...item, ...known.begun.get(item.id) };
    const delivery = itemDelivery(api, this.#options, record, begun, {
      onPart: (partsSent) => {
        known.begun.set(item.id, { partsSent, doubts: 0 });
        report(record.id, { type: 'telegram.partSent', outboxId: item.id, partsSent, at: now() });
      },
      // If it is given up it leaves the record, and then `queued`; until then it must not be taken for a new one.
      onOutcomeUnknown: (doubts) => {
        const { partsSent } = known.begun.get(item.id) ?? item;
        known.begun.set(item.id, { partsSent, doubts });
        report(record.id, { type: 'telegram.outcomeUnknown', outboxId: item.id, at: now() });
      },
      // Not within `offer`, as below.
      onChatRefused: (reason) =>
        queueMicrotask(() => report(record.id, { type: 'telegram.chatRefused', reason, at: now() })),
      onTopicGone: () => {
        const { id, threadId } = record;
        if (threadId !== null) report(id, { type: 'telegram.topicGone', threadId, at: now() });
      },
      onDone: (messageId) => {
        known.queued.delete(item.id);
        known.begun.delete(item.id);
        remember(known.delivered, item.id, messageId);
        report(record.id, { type: 'telegram.delivered', outboxId: item.id, messageId, at: now() });
      },
    });
    known.queued.set(item.id, delivery);
    known.line.add(record.id, delivery);
    // The answer takes the live message's place: it is deleted right behind it.
    if (item.body.kind === 'answer') live.retire(record.id);
  }

  /** An approval that nobody needs any more leaves the record before it is asked. */
  #dropUnwanted(record: SessionRecord, known: Known): void {
    const wanted = new Set(record.outbox.map(({ id }) => id));
    for (const id of known.begun.keys()) if (!wanted.has(id)) known.begun.delete(id);
    for (const [id, delivery] of known.queued) {
      if (wanted.has(id) || !known.line.drop(delivery)) continue;
      known.queued.delete(id);
    }
  }

  /**
   * The chat has another id now: what waited is queued again, there. Whether that may be done now: what is under way goes
   * first, and may have to be sent again.
   */
  #move(record: SessionRecord, known: Known, line: ChatLine): boolean {
    for (const [id, delivery] of known.queued) if (known.line.drop(delivery)) known.queued.delete(id);
    if (known.queued.size > 0) {
      if (known.leaving === null) known.line.onceEnded(() => this.#goOn(known));
      known.leaving = record;
      return false;
    }
    known.line = line;
    return true;
  }

  #goOn(known: Known): void {
    const record = known.leaving;
    known.leaving = null;
    if (record) this.offer(record);
  }

  /** Not within `offer`: whoever offers a record does not expect an event for it on the way. */
  #repeatReport(sessionId: string, outboxId: number, messageId: number | null): void {
    const { report, now } = this.#options;
    queueMicrotask(() => report(sessionId, { type: 'telegram.delivered', outboxId, messageId, at: now() }));
  }
}

/** It is not sent again, though its record may not have heard of it yet. */
function wasGivenUp({ begun }: Known, item: OutboxItem): boolean {
  return isGivenUp((begun.get(item.id) ?? item).doubts);
}

function remember(delivered: Known['delivered'], id: number, messageId: number | null): void {
  delivered.set(id, messageId);
  for (const oldest of delivered.keys()) {
    if (delivered.size <= DELIVERED_KEPT) break;
    delivered.delete(oldest);
  }
}
