/** The control method behind `hibernaut drain`. */
import { z } from 'zod';
import type { ControlMethod } from '../../control/protocol.ts';
import type { Daemon } from '../../daemon/daemon.ts';
import { MAX_DURATION_MS } from '../../words/duration.ts';
import { asked } from './session-methods.ts';

/** Null: as the daemon is configured. */
const drainParameters = z.object({ timeoutMs: z.number().min(0).max(MAX_DURATION_MS).nullable() });

/** `begun` resolves once somebody has asked for a drain. @param daemon throws as long as it does not serve */
export function drainMethods(daemon: () => Daemon): {
  methods: Record<string, ControlMethod>;
  begun: Promise<void>;
} {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const drain: ControlMethod = async (params) => {
    const { timeoutMs } = asked('drain', drainParameters, params);
    const draining = daemon();
    void draining.stop(timeoutMs ?? undefined);
    begin();
    return draining.status();
  };
  return { methods: { drain }, begun };
}
