/** What can be done to the daemon in a round, and when. `draw.ts` draws it from a seed. */
import type { CrashPoint } from './crash-points.ts';
import type { Victim } from './orders.ts';

/** Who writes where; `places.ts` has the numbers. */
export const PLACES = ['anna', 'ben', 'topic 11', 'topic 22'] as const;
export type Place = (typeof PLACES)[number];

/** What a person does about an approval that a message brings. `never`: nothing, until the round is over. */
export type Decision = 'allow' | 'session' | 'deny' | 'double' | 'never';

export const HOST_ORDERS = ['suspend', 'wake', 'stop', 'end'] as const;
export type HostOrder = (typeof HOST_ORDERS)[number];

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
  /** `text` is the caption of a small file. */
  | { do: 'sendFile'; place: Place; key: string; text: string }
  /** The `back`th last note of the place gets other words. */
  | { do: 'edit'; place: Place; back: number }
  | { do: 'command'; place: Place; text: string }
  /** From the host, as `hibernaut suspend` and its like do it, to a session that is in this place. */
  | { do: 'order'; place: Place; order: HostOrder }
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
  /** SIGTERM, and a new start, with room for so many sessions from then on (null: what the machine holds). */
  | { do: 'restart'; downMs: number; places: number | null }
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
