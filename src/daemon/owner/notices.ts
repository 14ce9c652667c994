/**
 * Tells the owner, in their private chat, of troubles that only they can mend. What was told when is read from that
 * chat's own record, where each of these messages has an id that says it: so that it was told and that it is owed are one
 * save, and a daemon that is started again and again tells nothing twice.
 */
import { createActor, type Actor, type AnyActor } from 'xstate';
import type { OwedReply } from '../../../machines/owed-reply.ts';
import {
  ownerNoticeMachine,
  type OwnerNews,
  type OwnerNoticeInput,
} from '../../../machines/owner-notice.machine.ts';
import { FIRST_TELLING_ID } from '../../made-up-ids.ts';
import { OneByOne } from '../../one-by-one.ts';
import { owedReply } from '../../telegram/send/replies.ts';
import { troubleBegunText, troubleOverText, type OwnerTrouble } from '../../telegram/texts/owner.ts';
import type { DaemonLog } from '../log.ts';
import type { ClockOfActors } from '../sessions/saving.ts';

export type { OwnerTrouble };
type About = OwnerTrouble['about'];

export interface OwnerNoticesOptions {
  /** Whose private chat it is: Telegram's id; null while nobody is allowed. Asked each time. */
  owner: () => number | null;
  /** The ids of what a chat was told, the newest last. */
  told: (chatId: number) => Promise<readonly number[]>;
  /** Resolves when it is durable; said in any case. */
  owe: (chatId: number, reply: OwedReply) => Promise<void>;
  clock: ClockOfActors;
  log: DaemonLog;
  /** Wall clock, ms since the epoch. */
  now: () => number;
  /** Told of each actor before its start. Never throws. */
  onActor?: ((actor: AnyActor) => void) | undefined;
}

export class OwnerNotices {
  readonly #options: OwnerNoticesOptions;
  readonly #actors = new Map<string, Actor<typeof ownerNoticeMachine>>();
  readonly #opening = new OneByOne<string>();
  /** The newest of each. */
  readonly #troubles = new Map<About, OwnerTrouble>();
  #isOver = false;

  constructor(options: OwnerNoticesOptions) {
    this.#options = options;
  }

  /**
   * The trouble is there. Told any number of times. Never rejects.
   * @param saidIn the chat that it happened to and that was told of it, or null
   */
  async found(trouble: OwnerTrouble, saidIn: number | null = null): Promise<void> {
    this.#troubles.set(trouble.about, trouble);
    await this.#tell(trouble.about, (owner) => ({ type: 'trouble.found', isKnown: saidIn === owner }));
  }

  /** The trouble is not there (any more). Told any number of times. Never rejects. */
  async gone(about: About): Promise<void> {
    await this.#tell(about, () => ({ type: 'trouble.gone' }));
  }

  stop(): void {
    this.#isOver = true;
    for (const actor of this.#actors.values()) actor.stop();
  }

  async #tell(
    about: About,
    event: (owner: number) => Parameters<Actor<typeof ownerNoticeMachine>['send']>[0],
  ): Promise<void> {
    const owner = this.#options.owner();
    if (owner === null || this.#isOver) return;
    try {
      const actor = await this.#opening.run(`${String(owner)}/${about}`, () => this.#actor(owner, about));
      if (!this.#isOver) actor.send(event(owner));
    } catch (error) {
      this.#options.log.error({ about, err: error }, 'owner.notTold');
    }
  }

  async #actor(owner: number, about: About): Promise<Actor<typeof ownerNoticeMachine>> {
    const key = `${String(owner)}/${about}`;
    const known = this.#actors.get(key);
    if (known) return known;
    const { told, now } = this.#options;
    const input = { ...historyOf(await told(owner), about), now };
    const logic = ownerNoticeMachine.provide({
      actions: { tell: (_, { news }) => this.#say(owner, about, news) },
    });
    const actor = createActor(logic, { id: `ownerNotice.${about}`, input, clock: this.#options.clock });
    this.#actors.set(key, actor);
    this.#options.onActor?.(actor);
    return actor.start();
  }

  #say(owner: number, about: About, news: OwnerNews): void {
    const trouble = this.#troubles.get(about);
    const text = news === 'over' ? troubleOverText({ about }) : trouble && troubleBegunText(trouble);
    if (!text) return;
    const { owe, log, now } = this.#options;
    log.warn({ about, news }, 'owner.told');
    const reply = owedReply({ messageId: idOf(about, news, now()), threadId: null }, { text });
    owe(owner, reply).catch((error: unknown) => log.error({ about, err: error }, 'owner.notTold'));
  }
}

/** The order is kept on disk, in ids: what is new comes last. */
const ABOUTS = ['login', 'disk', 'poller', 'records', 'crashes'] as const satisfies About[];
const NEWS = ['begun', 'over'] as const satisfies OwnerNews[];
/** Room for eight troubles. */
const CODES = 16;

/** An id that says what was told, and to the second when. */
export function idOf(about: About, news: OwnerNews, at: number): number {
  const which = ABOUTS.indexOf(about) * NEWS.length + NEWS.indexOf(news);
  return FIRST_TELLING_ID - (Math.floor(at / 1_000) * CODES + which);
}

/** What the owner was last told of the trouble. @param told ids of what the chat was told, whatever it was */
export function historyOf(told: readonly number[], about: About): Omit<OwnerNoticeInput, 'now'> {
  const last = (news: OwnerNews): number | null => {
    const which = ABOUTS.indexOf(about) * NEWS.length + NEWS.indexOf(news);
    const said = told
      .map((id) => FIRST_TELLING_ID - id)
      .findLast((each) => each >= 0 && each % CODES === which);
    return said === undefined ? null : Math.floor(said / CODES) * 1_000;
  };
  const toldAt = last('begun');
  const overAt = last('over');
  return { toldAt, isOpen: toldAt !== null && (overAt === null || overAt < toldAt) };
}
