/** Who owes what to chats that Telegram refuses: so few that they stay in memory, and nothing of theirs runs. */
import type { SessionRecord } from '../../../machines/session-record.ts';
import type { ChatRecord } from '../../store/ports.ts';
import type { Undelivered } from '../../telegram/ports.ts';

type Debtor = Pick<SessionRecord | ChatRecord, 'chatId' | 'undeliverable'> & { outbox: readonly unknown[] };

export class UndeliveredMail {
  /** By session id, and by chat for what the bot itself owes there. */
  readonly #sessions = new Map<string, Undelivered>();
  readonly #chats = new Map<number, Undelivered>();
  readonly #heard = new Set<number>();

  /** To be called whenever the session may have changed. */
  noteSession(id: string, record: Debtor): void {
    note(this.#sessions, id, record);
  }

  noteChat(chat: Debtor): void {
    note(this.#chats, chat.chatId, chat);
  }

  /** Somebody wrote there. Returns the sessions that owe something. */
  hear(chatId: number): string[] {
    this.#heard.add(chatId);
    return [...this.#sessions].flatMap(([id, mail]) => (mail.chatId === chatId ? [id] : []));
  }

  /** Whether somebody wrote there since the start: then it may have let the bot in again. */
  wasHeard(chatId: number): boolean {
    return this.#heard.has(chatId);
  }

  /** By chat, the one that waits longest first. */
  list(): Undelivered[] {
    return byChat([...this.#sessions.values(), ...this.#chats.values()]);
  }
}

/** What is owed to the same chat, as one. */
export function byChat(mail: readonly Undelivered[]): Undelivered[] {
  const chats = Map.groupBy(mail, ({ chatId }) => chatId);
  return [...chats.values()]
    .flatMap((owed) => {
      const [oldest] = owed.toSorted((a, b) => a.since - b.since);
      const items = owed.reduce((sum, each) => sum + each.items, 0);
      return oldest ? [{ ...oldest, items }] : [];
    })
    .sort((a, b) => a.since - b.since);
}

/** Null if Telegram takes, or there is nothing to take. */
export function undeliveredOf({ chatId, outbox, undeliverable }: Debtor): Undelivered | null {
  if (undeliverable === null || outbox.length === 0) return null;
  return { chatId, ...undeliverable, items: outbox.length };
}

function note<K>(known: Map<K, Undelivered>, key: K, debtor: Debtor): void {
  const mail = undeliveredOf(debtor);
  if (mail) known.set(key, mail);
  else known.delete(key);
}
