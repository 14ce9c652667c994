/** What becomes of the messages of a session, told to Telegram's side as its record changes. */
import type { SessionRecord } from '../../../machines/session-record.ts';
import type { Standing, TelegramPort } from '../../telegram/ports.ts';

export class Standings {
  readonly #telegram: Pick<TelegramPort, 'react'>;
  #before: SessionRecord | null = null;

  constructor(telegram: Pick<TelegramPort, 'react'>) {
    this.#telegram = telegram;
  }

  /** @param record each one that the session goes through: only a single change shows why a message left the inbox */
  update(record: SessionRecord): void {
    const before = this.#before;
    this.#before = record;
    if (before?.inbox === record.inbox) return;
    const { chatId } = record;
    // What was written in a group before it became a supergroup is out of reach.
    const changes = standingChanges(before?.chatId === chatId ? before : null, record);
    for (const [messageId, standing] of changes) this.#telegram.react({ chatId, messageId }, standing);
  }
}

/** By message id. @param before null: nothing is known of what was before */
export function standingChanges(before: SessionRecord | null, after: SessionRecord): Map<number, Standing> {
  const is = standingsIn(after.inbox);
  if (before === null) return is;
  const was = standingsIn(before.inbox);
  const changes = new Map([...is].filter(([messageId, standing]) => was.get(messageId) !== standing));
  for (const messageId of was.keys()) {
    if (!is.has(messageId)) changes.set(messageId, standingOfLeft(messageId, before, after));
  }
  return changes;
}

/** Words to an approval are no prompt, and messages of a former group (ids below 0) can't be reached. */
function standingsIn(inbox: SessionRecord['inbox']): Map<number, Standing> {
  return new Map(
    inbox
      .filter(({ state, messageId }) => state !== 'said' && messageId > 0)
      .map(({ state, messageId }) => [messageId, state === 'taken' ? 'taken' : 'waiting']),
  );
}

/** One answer is for all that left with it, but for what was taken back meanwhile. */
function standingOfLeft(messageId: number, before: SessionRecord, after: SessionRecord): Standing {
  const owed = after.outbox.filter(({ id }) => id >= before.nextOutboxId);
  const isAnswered = owed.some(({ body }) => body.kind === 'answer');
  const isWithdrawn = owed.some(
    ({ body, replyTo }) =>
      body.kind === 'notice' && body.notice.type === 'withdrawn' && replyTo === messageId,
  );
  return isAnswered && !isWithdrawn ? 'answered' : 'dropped';
}
