/** Who may use the bot, and how a person is let in. */

/** A stranger's word while a code waits for its person. */
export interface PairingAttempt {
  /** Telegram's; the private chat has the same id. */
  userId: number;
  /** As Telegram says it; anything may stand in it. */
  name: string;
  messageId: number;
  /** Null: they only knocked. */
  code: string | null;
}

/**
 * `asked`: they are to be told once what is wanted. `ignored`: nothing is said, because no code waits or they tried too
 * often. `paired` comes again for the same message.
 */
export type PairingOutcome = { kind: 'paired'; since: number } | { kind: 'wrong' | 'asked' | 'ignored' };

/** Who may use the bot: asked at each update and each send, as it changes while the daemon runs. */
export interface AccessPort {
  isAllowed(userId: number): boolean;
  /** All who are allowed. */
  userIds(): number[];
  /** Whether a code waits for its person. */
  readonly isPairing: boolean;
  /** Whether this message is the one that let the person in: it may be delivered again. */
  wasPairedBy(userId: number, messageId: number): boolean;
  /** Resolves when it is durable. */
  redeem(attempt: PairingAttempt): Promise<PairingOutcome>;
}
