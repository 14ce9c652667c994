/** Where `hibernaut attach` works: which daemon's data folder, and by whose clock. */
import type { Config } from '../../config/config.ts';

export interface Desk {
  config: Config;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}
