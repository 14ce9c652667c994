/** All sessions, by id: whether one is in memory is nobody's concern but this file's. */
import type { ClaudeOffers } from '../../../machines/claude-offers.ts';
import type { DaemonEvent, TelegramEvent } from '../../../machines/session-events.ts';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { viewSession, type SessionView } from '../../../machines/session-view.ts';
import type { ClaudePort, TrustKeeper } from '../../claude/ports.ts';
import { StaleEpochError, type Store } from '../../store/ports.ts';
import type { TelegramPort } from '../../telegram/ports.ts';
import { KeptSession, type SessionSurroundings } from './kept-session.ts';
import { Offers } from '../turns/offers.ts';
import { settleVisit } from '../desk/settle-visit.ts';
import { createSendFiles } from '../files/send-files.ts';
import { Processes } from './processes.ts';
import { Room } from './room.ts';
import type { WorkspacePort } from '../../workspace/ports.ts';
import type { UndeliveredMail } from '../chats/undelivered.ts';
import { wireSession } from './wiring.ts';

export interface SessionsOptions extends Pick<
  SessionSurroundings,
  'limits' | 'log' | 'clock' | 'now' | 'inspect' | 'onActor' | 'history'
> {
  workspace: WorkspacePort;
  /** At most so many processes at once; at least 1. */
  maxLive: number;
  telegram: SessionSurroundings['telegram'] & Pick<TelegramPort, 'showCommands'>;
  store: Store;
  claude: ClaudePort;
  trust: TrustKeeper;
  undelivered: UndeliveredMail;
  /** Whether a session may be in `bypassPermissions`. */
  allowBypass: boolean;
  /** Whether anybody who is allowed is in the chat: Claude works for nobody else. */
  isServed: (chatId: number) => boolean;
  /** As its record, its phase, or what is durable of it, changes. Never throws. Default: nobody wants to know. */
  onChange?: (session: KeptSession) => void;
}

/** For a prompt of a session that was let go: its process is being killed, and must not get the prompt first. */
const NEVER = new Promise<void>(() => undefined);

export class Sessions {
  readonly processes: Processes;
  readonly room: Room;
  readonly offers = new Offers();
  readonly #options: SessionsOptions;
  readonly #around: SessionSurroundings;
  /** In memory, each under its id with an actor of its own; root actors, because children cost O(N²) in XState. */
  readonly #open = new Map<string, KeptSession>();
  readonly #opening = new Map<string, Promise<KeptSession | null>>();
  /** How many callers use a session now; they keep it in memory. */
  readonly #users = new Map<string, number>();
  readonly #watchers = new Set<() => void>();
  #mayStart = true;
  #isOver = false;

  constructor(options: SessionsOptions) {
    this.#options = options;
    const { claude, log, now, workspace } = options;
    this.processes = new Processes(claude, log, (id) => this.#changed(id));
    this.room = new Room({
      places: options.maxLive,
      taken: () => this.processes.living,
      sessions: () => this.open,
      isInUse: (id) => this.#users.has(id),
      evict: (session) => session.tellIfRunning({ type: 'daemon.evict', at: now() }),
      now,
    });
    const logic = wireSession({
      claude,
      processes: this.processes,
      room: this.room,
      trust: options.trust,
      log,
      savedAtLast: (id) => this.#open.get(id)?.savedAtLast() ?? NEVER,
      onProgress: (id, progress) => this.#open.get(id)?.progress(progress),
      onOffers: (id, workspace, offers) => {
        this.offers.note(workspace, offers);
        this.#showCommands(id, offers);
        this.#changed(id);
      },
      onTurn: (input) => void workspace.beginTurn(input.id, input.workspace),
      settleVisit: (id, visit) => settleVisit(id, visit, { store: options.store, sessions: this }),
      sendFiles: createSendFiles({ workspace, now, use: (id, act) => this.use(id, act) }),
    });
    this.#around = {
      ...options,
      logic,
      processes: this.processes,
      copies: workspace,
      mayStart: ({ chatId }) => this.#mayStart && options.isServed(chatId),
      roomPlaceOf: (id) => this.room.placeOf(id),
      onChange: ({ id }) => this.#changed(id),
      onTakenOver: (session) => this.#letGo(session),
    };
  }

  /** Those in memory. */
  get open(): readonly KeptSession[] {
    return [...this.#open.values()];
  }

  /** Resolves once the new session is on disk. */
  async create(record: SessionRecord): Promise<void> {
    await this.#options.store.saveSession(record);
  }

  /**
   * Gets the session, from disk if need be, and keeps it in memory until `act` is through.
   * Null if there is no such session, or none that can be read.
   */
  async use<T>(id: string, act: (session: KeptSession) => T | Promise<T>): Promise<T | null> {
    this.#users.set(id, (this.#users.get(id) ?? 0) + 1);
    try {
      const session = await this.#get(id);
      return session ? await act(session) : null;
    } finally {
      const left = (this.#users.get(id) ?? 1) - 1;
      if (left > 0) this.#users.set(id, left);
      else this.#users.delete(id);
      this.#evictIfDone(id);
      this.room.look();
    }
  }

  /** Books what Telegram reports. Once all is stopped it is for the next daemon to find out. */
  report(id: string, event: TelegramEvent): void {
    const session = this.#open.get(id);
    if (session) session.report(event);
    else if (!this.#isOver) this.use(id, (woken) => woken.report(event)).catch(this.#logNotReached(id));
  }

  /** The session's newest record, without waking it. */
  async record(id: string): Promise<SessionRecord | null> {
    return this.#open.get(id)?.record ?? (await this.#stored(id));
  }

  /** How people see it, without waking it. */
  async view(id: string): Promise<SessionView | null> {
    const record = await this.record(id);
    return record && this.viewOf(record);
  }

  /** As `view`, of whoever has read its record a moment ago. */
  viewOf(record: SessionRecord): SessionView {
    const session = this.#open.get(record.id);
    return session ? session.view() : viewSession(record, record.state, this.#options.now());
  }

  /** Whether the daemon stops: what comes for a session that does not work is kept for the next daemon. */
  get isDraining(): boolean {
    return !this.#mayStart;
  }

  /** The daemon stops: those that run go on, and no other one starts. */
  startNoMore(): void {
    this.#mayStart = false;
    this.room.close();
  }

  /** Tells all that run. */
  broadcast(event: DaemonEvent): void {
    for (const session of this.open) session.tellIfRunning(event);
  }

  /** Resolves once the condition holds; it is asked again after each change of any session. */
  until(holds: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!holds()) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      look();
    });
  }

  /** Stops all actors; whatever process still lives is killed. */
  end(): void {
    this.#isOver = true;
    for (const session of this.open) this.#letGo(session);
  }

  async #get(id: string): Promise<KeptSession | null> {
    const there = this.#open.get(id) ?? this.#opening.get(id);
    if (there) return there;
    const opening = this.#load(id).finally(() => this.#opening.delete(id));
    this.#opening.set(id, opening);
    return opening;
  }

  async #load(id: string): Promise<KeptSession | null> {
    const { store } = this.#options;
    const record = await this.#stored(id);
    if (!record) return null;
    if (record.epoch > store.epoch) throw takenOver(record, store.epoch);
    const session = new KeptSession({ ...record, epoch: store.epoch }, this.#around);
    this.#open.set(id, session);
    session.start();
    return session;
  }

  /** A menu belongs to a chat: of its topics, which each have a folder of their own, it can show none. */
  #showCommands(id: string, { commands }: ClaudeOffers): void {
    const record = this.#open.get(id)?.record;
    if (record?.threadId === null) this.#options.telegram.showCommands(record.chatId, commands);
  }

  async #stored(id: string): Promise<SessionRecord | null> {
    const record = await this.#options.store.loadSession(id);
    // The configuration may have changed since.
    return record?.permissionMode === 'bypassPermissions' && !this.#options.allowBypass
      ? { ...record, permissionMode: 'default' }
      : record;
  }

  #changed(id: string): void {
    const session = this.#open.get(id);
    if (session) {
      this.#options.undelivered.noteSession(id, session.record);
      this.#options.onChange?.(session);
    }
    for (const look of this.#watchers) look();
    this.#evictIfDone(id);
    this.room.look();
  }

  #evictIfDone(id: string): void {
    const session = this.#open.get(id);
    if (session?.isEvictable && !this.#users.has(id)) this.#letGo(session);
  }

  #letGo(session: KeptSession): void {
    this.#open.delete(session.id);
    session.end();
    if (session.record.state === 'terminated') void this.#options.workspace.forgetTurns(session.id);
  }

  #logNotReached(sessionId: string): (error: unknown) => void {
    return (error) => this.#options.log.error({ sessionId, err: error }, 'session.notReached');
  }
}

/** Another daemon has it: no process of this one may start on its conversation. */
function takenOver({ id, epoch }: SessionRecord, ownEpoch: number): StaleEpochError {
  return new StaleEpochError(
    `Session ${id} belongs to a later daemon (epoch ${String(epoch)}; this one has ${String(ownEpoch)}). Stop this one.`,
  );
}
