/** Faults on order: what tests want to go wrong with the next calls of a method. */
import { type Fault } from '../ports.ts';

export class Faults {
  #faults: Fault[] = [];

  add(fault: Fault): void {
    this.#faults.push({ ...fault });
  }

  clear(): void {
    this.#faults = [];
  }

  /** The fault of this call, which counts as one of its times; null if it goes well. */
  take(method: string): Fault | null {
    const name = method.toLowerCase();
    const fault = this.#faults.find(
      ({ method: wanted, times }) =>
        times > 0 &&
        (wanted === '*' ? !['getupdates', 'download'].includes(name) : wanted.toLowerCase() === name),
    );
    if (!fault) return null;
    fault.times -= 1;
    return fault;
  }
}
