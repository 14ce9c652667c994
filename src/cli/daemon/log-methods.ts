/** The daemon's log, over the control socket: what the daemon offers, and what its callers may rely on. */
import { z } from 'zod';
import type { ControlMethod } from '../../control/protocol.ts';
import { LOG_LEVELS } from '../../log/level.ts';
import { LINES_KEPT, type LogRing } from '../../log/log-ring.ts';
import { asked } from './session-methods.ts';

export const logBatchSchema = z.object({ lines: z.array(z.string()), leftOut: z.number() });

const parameters = z.object({
  last: z.int().min(0).max(LINES_KEPT),
  level: z.enum(LOG_LEVELS),
  follows: z.boolean(),
});

export function logMethods(ring: LogRing): Record<string, ControlMethod> {
  return { logs: (params, signal) => ring.read(asked('logs', parameters, params), signal) };
}
