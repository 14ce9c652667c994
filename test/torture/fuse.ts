/** Inside the tortured daemon: counts how often it comes to a crash point, and ends it there when that was ordered. */
import type { CrashPoint } from './crash-points.ts';
import { NO_ORDERS, type Orders, type PlantedBug } from './orders.ts';

export class Fuse {
  readonly #end: () => void;
  #orders: Orders = NO_ORDERS;
  #hitsLeft = 0;
  #refusalsLeft = 0;

  /** @param end default: kill -9 of this very process, in this very instant */
  constructor(end: () => void = () => process.kill(process.pid, 'SIGKILL')) {
    this.#end = end;
  }

  obey(orders: Orders): void {
    this.#orders = orders;
    this.#hitsLeft = orders.crash?.hit ?? 0;
    this.#refusalsLeft = orders.disk?.times ?? 0;
  }

  has(bug: PlantedBug): boolean {
    return this.#orders.bug === bug;
  }

  reach(point: CrashPoint): void {
    if (this.#orders.crash?.point !== point || this.#hitsLeft === 0) return;
    this.#hitsLeft -= 1;
    if (this.#hitsLeft === 0) this.#end();
  }

  /** Before a write: throws if the disk refuses it. */
  write(path: string): void {
    const { disk } = this.#orders;
    if (!disk || this.#refusalsLeft === 0) return;
    this.#refusalsLeft -= 1;
    throw Object.assign(new Error(`${disk.code}: refused on order, '${path}'`), { code: disk.code });
  }
}
