/** A TelegramPort without Telegram: it takes what it is offered, once each, and remembers everything. */
import type { OwedReply } from '../../machines/owed-reply.ts';
import type { CommandOffer } from '../../machines/claude-offers.ts';
import type { Notice, OutboxItem, SessionRecord } from '../../machines/session-record.ts';
import type { Download } from '../../src/telegram/arrival.ts';
import type {
  ChatAddress,
  PersonMessage,
  ReportToSession,
  SessionsPort,
  ShownProgress,
  ShownSession,
  ShownTopic,
  Standing,
  TelegramHealth,
  TelegramPort,
} from '../../src/telegram/ports.ts';

export interface SentItem {
  sessionId: string;
  chatId: number;
  threadId: number | null;
  item: OutboxItem;
}

export class FakeTelegram implements TelegramPort {
  readonly sessions: SessionsPort;
  /** What the chats got, in order. */
  readonly sent: SentItem[] = [];
  /** Every record that was offered. */
  readonly offers: SessionRecord[] = [];
  /** What the bot itself said, in order. */
  readonly replied: { chatId: number; reply: OwedReply }[] = [];
  /** The menus of Claude's commands, in order. */
  readonly menus: { chatId: number; commands: string[] }[] = [];
  readonly shown: { sessionId: string; progress: ShownProgress }[] = [];
  readonly concluded: { sessionId: string; costUsd: number }[] = [];
  readonly topics: ({ sessionId: string } & ShownTopic)[] = [];
  /** What became of messages, in order. */
  readonly standings: [messageId: number, standing: Standing][] = [];
  readonly typings: { address: ChatAddress; sessionId: string; on: boolean }[] = [];
  /** Names of the calls that start and stop it, in order. */
  readonly calls: string[] = [];
  /** While true it takes nothing; what was offered meanwhile is only taken when offered again. */
  isBlocked = false;
  /** Thrown by `start`. */
  startError: Error | null = null;
  /** Called before `stopPolling` resolves, as the last batch is. */
  lastBatch: () => Promise<void> = () => Promise.resolve();
  readonly #report: ReportToSession;
  readonly #taken = new Set<string>();
  readonly #now: () => number;
  #nextMessageId = 1_000;

  constructor(sessions: SessionsPort, report: ReportToSession, now: () => number) {
    this.sessions = sessions;
    this.#report = report;
    this.#now = now;
  }

  showCommands(chatId: number, commands: readonly CommandOffer[]): void {
    this.menus.push({ chatId, commands: commands.map(({ name }) => name) });
  }

  /** What a chat was told, in short: the Markdown of answers, the type of anything else. */
  told(chatId = 7): string[] {
    return this.sent.filter((sent) => sent.chatId === chatId).map(({ item }) => inShort(item));
  }

  /** The notices that a chat got, in order. */
  notices(chatId = 7): Notice[] {
    return this.sent.flatMap(({ chatId: to, item: { body } }) =>
      to === chatId && body.kind === 'notice' ? [body.notice] : [],
    );
  }

  start(): Promise<void> {
    this.calls.push('start');
    return this.startError ? Promise.reject(this.startError) : Promise.resolve();
  }

  offer(record: SessionRecord): void {
    this.offers.push(record);
    if (this.isBlocked) return;
    for (const item of record.outbox) {
      const key = `${record.id}/${String(item.id)}`;
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      this.sent.push({ sessionId: record.id, chatId: record.chatId, threadId: record.threadId, item });
      const messageId = (this.#nextMessageId += 1);
      const event = { type: 'telegram.delivered', outboxId: item.id, messageId, at: this.#now() } as const;
      queueMicrotask(() => this.#report(record.id, event));
    }
  }

  offerReplies(chatId: number, replies: readonly OwedReply[]): void {
    if (this.isBlocked) return;
    for (const reply of replies) {
      this.replied.push({ chatId, reply });
      // A disk that refuses is of no concern to Telegram.
      queueMicrotask(
        () => void this.sessions.replies.noteTaken(chatId, reply.messageId).catch(() => undefined),
      );
    }
  }

  /** The live message of a session is now this one. */
  reportLiveMessage(sessionId: string, messageId: number | null): void {
    this.#report(sessionId, { type: 'telegram.liveMessageChanged', messageId, at: this.#now() });
  }

  show({ id: sessionId }: ShownSession, progress: ShownProgress): void {
    this.shown.push({ sessionId, progress });
  }

  conclude({ id: sessionId }: ShownSession, costUsd: number): void {
    this.concluded.push({ sessionId, costUsd });
  }

  /** The session's topic was deleted. */
  reportTopicGone(sessionId: string, threadId: number): void {
    this.#report(sessionId, { type: 'telegram.topicGone', threadId, at: this.#now() });
  }

  makeTopic(): Promise<null> {
    return Promise.resolve(null);
  }

  showTopic(sessionId: string, topic: ShownTopic): void {
    this.topics.push({ sessionId, ...topic });
  }

  react({ messageId }: PersonMessage, standing: Standing): void {
    this.standings.push([messageId, standing]);
  }

  typing(address: ChatAddress, sessionId: string, on: boolean): void {
    this.typings.push({ address, sessionId, on });
  }

  /** What files hold, by their ids; a missing one is gone. */
  readonly files = new Map<string, Uint8Array | Promise<Uint8Array>>();
  /** Ids of files that were asked for, in order. */
  readonly downloads: string[] = [];
  /** What the next tries end with instead. */
  readonly downloadFaults: Exclude<Download, { outcome: 'complete' }>[] = [];

  async download(
    fileId: string,
    write: (piece: Uint8Array) => Promise<void>,
    signal: AbortSignal,
  ): Promise<Download> {
    this.downloads.push(fileId);
    const fault = this.downloadFaults.shift();
    if (fault) return fault;
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    const bytes = await Promise.race([this.files.get(fileId), aborted]);
    if (!bytes) return { outcome: 'refused', why: 'gone', description: 'no such file' };
    await write(bytes);
    return { outcome: 'complete', bytes: bytes.byteLength };
  }

  async stopPolling(): Promise<void> {
    this.calls.push('stopPolling');
    await this.lastBatch();
  }

  stop(): Promise<void> {
    this.calls.push('stop');
    return Promise.resolve();
  }

  readonly botUsername = 'hiber_bot';
  readonly health: TelegramHealth = { state: 'polling', lastPollAt: null, lastError: null, conflict: null };
}

function inShort({ body }: OutboxItem): string {
  switch (body.kind) {
    case 'answer':
      return body.markdown;
    case 'notice':
      return body.notice.type;
    case 'files':
      return body.files.map(({ name }) => name).join(', ');
    case 'approval':
    case 'approvalClosed':
    case 'choice':
    case 'choiceClosed':
    case 'liveMessageClosed':
      return body.kind;
  }
}
