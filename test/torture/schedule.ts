/** What can be done to the daemon in a round, and when. `draw.ts` draws it from a seed. */
import type { CrashPoint } from './crash-points.ts';
import type { Victim } from './orders.ts';

/** Who writes where; `places.ts` has the numbers. */
export const PLACES = ['anna', 'ben', 'topic 11', 'topic 22'] as const;
export type Place = (typeof PLACES)[number];

/** What a person does about an approval that a message brings. `never`: nothing, until the round is over. */
export type Decision = 'allow' | 'session' | 'deny' | 'double' | 'never';

export interface NetworkFault {
  method: string;
  times: number;
  error?: { code: number; description: string; retryAfter?: number };
  drop?: 'before' | 'after';
  delayMs?: number;
}

export type Deed =
  /** `key` is unique within a run of rounds; what the message must be answered with follows from `text`. */
  | { do: 'say'; place: Place; key: string; text: string; decision?: Decision }
  | { do: 'command'; place: Place; text: string }
  | { do: 'strangerSays'; text: string }
  /** `/sessions`, and a tap on the `button`th of its buttons. */
  | { do: 'switch'; place: Place; button: number }
  /** The `back`th last update comes once more, under a new number. */
  | { do: 'repeat'; back: number }
  /** An answered approval's button is pressed again, by forged data. */
  | { do: 'tapAgain'; back: number }
  | { do: 'killDaemon'; downMs: number }
  /** The `index`th of those that run. */
  | { do: 'killClaude'; index: number }
  | { do: 'killBoth'; index: number; downMs: number }
  /** SIGTERM, and a new start. */
  | { do: 'restart'; downMs: number }
  /** If the daemon is among the victims, `again` says where the next one dies. */
  | {
      do: 'crashAt';
      point: CrashPoint;
      hit: number;
      victim: Victim;
      downMs: number;
      again: CrashPoint | null;
    }
  | { do: 'network'; fault: NetworkFault }
  /** Connections to Telegram are refused. */
  | { do: 'unplug'; forMs: number }
  | { do: 'disk'; code: 'ENOSPC' | 'EIO' | 'EROFS' | 'EMFILE'; times: number };

export type Step = { afterMs: number } & Deed;

export interface Round {
  number: number;
  steps: Step[];
}
