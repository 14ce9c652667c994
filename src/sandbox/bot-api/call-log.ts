/** Every call of the bot with its outcome, the last ones. */
import { type BotCall } from '../ports.ts';

const MAX_CALLS = 10_000;

export class CallLog {
  readonly calls: BotCall[] = [];

  /** The entry of a call that has just arrived; its status is set when it is answered. */
  add(method: string, payload: Record<string, unknown>, at: number): BotCall {
    const call: BotCall = { method, payload, at, status: null };
    this.calls.push(call);
    if (this.calls.length > MAX_CALLS) this.calls.shift();
    return call;
  }
}
