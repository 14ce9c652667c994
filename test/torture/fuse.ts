/** Inside the tortured daemon: counts how often it comes to a crash point, and ends it there when that was ordered. */
import type { CrashPoint } from './crash-points.ts';
import { NO_ORDERS, type Orders, type PlantedBug, type Victim } from './orders.ts';

export interface FuseOptions {
  /** Default: kill -9. */
  kill?: (pid: number) => void;
  /** Told when Claude was killed and the daemon was not. */
  onClaudeKilled?: () => void;
}

export class Fuse {
  readonly #kill: (pid: number) => void;
  readonly #onClaudeKilled: () => void;
  /** The Claude processes that live, the last started at the end. */
  readonly #claude = new Set<number>();
  #orders: Orders = NO_ORDERS;
  #hitsLeft = 0;
  #refusalsLeft = 0;

  constructor({ kill = killNow, onClaudeKilled = () => undefined }: FuseOptions = {}) {
    this.#kill = kill;
    this.#onClaudeKilled = onClaudeKilled;
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
    if (this.#hitsLeft === 0) this.#blow(this.#orders.crash.victim);
  }

  noteSpawned(pid: number): void {
    this.#claude.add(pid);
  }

  noteExited(pid: number): void {
    this.#claude.delete(pid);
  }

  #blow(victim: Victim): void {
    const claude = [...this.#claude].at(-1);
    if (victim !== 'daemon' && claude !== undefined) {
      this.#kill(claude);
      if (victim === 'claude') this.#onClaudeKilled();
    }
    if (victim !== 'claude') this.#kill(process.pid);
  }

  /** Before a write: throws if the disk refuses it. */
  write(path: string): void {
    const { disk } = this.#orders;
    if (!disk || this.#refusalsLeft === 0) return;
    this.#refusalsLeft -= 1;
    throw Object.assign(new Error(`${disk.code}: refused on order, '${path}'`), { code: disk.code });
  }
}

function killNow(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself this very moment.
  }
}
