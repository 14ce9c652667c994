/**
 * Who may use the bot: those whom the settings name, and those who were let in with a code from the host. What is not
 * on disk is not so: nobody is in before the record says it, and nobody stays in after it does not.
 */
import { hashOfPairingCode, isPairingCode, newPairingCode } from '../../pairing-code.ts';
import type { AccessRecord, PairedPerson, Store } from '../../store/ports.ts';
import type { AccessPort, PairingAttempt, PairingOutcome } from '../../telegram/ports.ts';
import type { DaemonLog } from '../log.ts';
import { OneByOne } from '../../one-by-one.ts';

export interface AccessOptions {
  store: Pick<Store, 'loadAccess' | 'saveAccess'>;
  /** Those of the settings. */
  configured: readonly number[];
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** How long a code waits for its person. */
export const CODE_LIFE_MS = 60 * 60_000;
/** Wrong codes of one person, after which they are no longer heard. */
const TRIES_EACH = 5;
/** Wrong codes of all strangers together, after which the code is withdrawn. */
const TRIES = 50;

export interface OpenedPairing {
  /** As people read it. It is nowhere else. */
  code: string;
  /** Wall clock, ms since the epoch. */
  openedAt: number;
  expiresAt: number;
}

/** `bySetting`: the settings name the person, so only they can shut them out. */
export type Revocation = 'revoked' | 'bySetting' | 'unknown';

export interface AccessList {
  people: {
    userId: number;
    /** Null for those of whom only the settings know. */
    name: string | null;
    since: number | null;
    from: ('setting' | 'paired')[];
  }[];
  /** Null if no code waits. */
  pairing: { expiresAt: number } | null;
}

const EMPTY: AccessRecord = { version: 1, people: [], pairing: null };

export class Access implements AccessPort {
  readonly #options: AccessOptions;
  readonly #oneByOne = new OneByOne<'access'>();
  #record: AccessRecord;
  /** Strangers who tried while a code waits, with how many of their codes were wrong; `TRIES` entries at most. */
  #wrongOf = new Map<number, number>();

  private constructor(options: AccessOptions, record: AccessRecord) {
    this.#options = options;
    this.#record = record;
  }

  /** What can't be read lets nobody in; the store has said so. */
  static async load(options: AccessOptions): Promise<Access> {
    return new Access(options, (await options.store.loadAccess()) ?? EMPTY);
  }

  isAllowed(userId: number): boolean {
    return this.#isConfigured(userId) || this.#paired(userId) !== undefined;
  }

  userIds(): number[] {
    return [...new Set([...this.#options.configured, ...this.#record.people.map(({ userId }) => userId)])];
  }

  get isPairing(): boolean {
    return this.#pairing() !== null;
  }

  wasPairedBy(userId: number, messageId: number): boolean {
    return this.#paired(userId)?.messageId === messageId;
  }

  /** A new code, which takes the place of the one before. */
  async open(): Promise<OpenedPairing> {
    const code = newPairingCode();
    const openedAt = this.#options.now();
    const expiresAt = openedAt + CODE_LIFE_MS;
    const pairing = { codeHash: hashOfPairingCode(code), expiresAt };
    await this.#change((record) => ({ ...record, pairing }));
    this.#wrongOf = new Map();
    this.#options.log.info({ expiresAt }, 'access.pairingOpened');
    return { code, openedAt, expiresAt };
  }

  /** The first who has the code is in; for whoever comes later it is a wrong one. */
  redeem(attempt: PairingAttempt): Promise<PairingOutcome> {
    return this.#oneByOne.run('access', async () => {
      const before = this.#paired(attempt.userId);
      if (before?.messageId === attempt.messageId) return { kind: 'paired', since: before.since };
      const pairing = this.#pairing();
      if (!pairing || this.#wrong(attempt.userId) >= TRIES_EACH) return { kind: 'ignored' };
      if (attempt.code === null) return this.#hint(attempt.userId);
      if (!isPairingCode(attempt.code, pairing.codeHash)) return this.#refuse(attempt.userId);
      const { userId, name, messageId } = attempt;
      const person: PairedPerson = { userId, name, since: this.#options.now(), how: 'paired', messageId };
      await this.#save({
        ...this.#record,
        people: [...this.#record.people.filter((other) => other.userId !== userId), person],
        pairing: null,
      });
      this.#options.log.info({ userId }, 'access.paired');
      return { kind: 'paired', since: person.since };
    });
  }

  async revoke(userId: number): Promise<Revocation> {
    const wasPaired = this.#paired(userId) !== undefined;
    if (wasPaired) {
      await this.#change((record) => withoutPerson(record, userId));
      this.#options.log.info({ userId }, 'access.revoked');
    }
    if (this.#isConfigured(userId)) return 'bySetting';
    return wasPaired ? 'revoked' : 'unknown';
  }

  list(): AccessList {
    return accessList(this.#record, this.#options.configured, this.#options.now());
  }

  #isConfigured(userId: number): boolean {
    return this.#options.configured.includes(userId);
  }

  #paired(userId: number): PairedPerson | undefined {
    return this.#record.people.find((person) => person.userId === userId);
  }

  #pairing(): AccessRecord['pairing'] {
    return waiting(this.#record, this.#options.now());
  }

  #wrong(userId: number): number {
    return this.#wrongOf.get(userId) ?? 0;
  }

  /** What to do is said to each person once, and to so many only. */
  #hint(userId: number): PairingOutcome {
    if (this.#wrongOf.has(userId) || this.#wrongOf.size >= TRIES) return { kind: 'ignored' };
    this.#wrongOf.set(userId, 0);
    return { kind: 'asked' };
  }

  async #refuse(userId: number): Promise<PairingOutcome> {
    if (!this.#wrongOf.has(userId) && this.#wrongOf.size >= TRIES) return { kind: 'ignored' };
    this.#wrongOf.set(userId, this.#wrong(userId) + 1);
    const total = [...this.#wrongOf.values()].reduce((sum, wrong) => sum + wrong, 0);
    if (total >= TRIES) await this.#withdraw();
    return { kind: 'wrong' };
  }

  /** Whoever guesses gets no further, also if the disk refuses: the count of tries is not on it. */
  async #withdraw(): Promise<void> {
    const { log } = this.#options;
    log.warn({ tries: TRIES }, 'access.codeWithdrawn');
    const withdrawn = { ...this.#record, pairing: null };
    this.#record = withdrawn;
    await this.#save(withdrawn).catch((error: unknown) => log.error({ err: error }, 'access.notSaved'));
  }

  #change(change: (record: AccessRecord) => AccessRecord): Promise<void> {
    return this.#oneByOne.run('access', () => this.#save(change(this.#record)));
  }

  async #save(record: AccessRecord): Promise<void> {
    await this.#options.store.saveAccess(record);
    this.#record = record;
  }
}

export function withoutPerson(record: AccessRecord, userId: number): AccessRecord {
  return { ...record, people: record.people.filter((person) => person.userId !== userId) };
}

/** @param now wall clock, ms since the epoch */
export function accessList(
  record: AccessRecord | null,
  configured: readonly number[],
  now: number,
): AccessList {
  const { people, pairing } = record ?? EMPTY;
  const ofSettings = configured
    .filter((id) => !people.some(({ userId }) => userId === id))
    .map((userId) => ({ userId, name: null, since: null, from: ['setting' as const] }));
  const paired = people.map(({ userId, name, since }) => ({
    userId,
    name,
    since,
    from: [...(configured.includes(userId) ? ['setting' as const] : []), 'paired' as const],
  }));
  const open = waiting({ pairing }, now);
  return { people: [...ofSettings, ...paired], pairing: open && { expiresAt: open.expiresAt } };
}

/** A clock that was set back does not make a code live longer. */
function waiting({ pairing }: Pick<AccessRecord, 'pairing'>, now: number): AccessRecord['pairing'] {
  const leftMs = pairing === null ? 0 : pairing.expiresAt - now;
  return leftMs > 0 && leftMs <= CODE_LIFE_MS ? pairing : null;
}
