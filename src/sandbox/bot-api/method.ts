/** What a Bot API method is to this emulator. */
import { type Parameters } from './parameters.ts';
import { type World } from './world.ts';

export interface MethodCall {
  parameters: Parameters;
  world: World;
  /** Aborts when the client hangs up. */
  signal: AbortSignal;
}

export interface Method {
  /** The parameters that are understood. Any other one is refused, so that no test believes in its effect. */
  takes: readonly string[];
  /** Returns `result` of the answer, or throws ApiError. */
  run: (call: MethodCall) => unknown;
}

/** By their names as the Bot API writes them. */
export type Methods = Readonly<Record<string, Method>>;
