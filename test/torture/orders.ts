/** What the torture run orders from the daemon that it tortures: at its start by environment, later by its IPC channel. */
import { z } from 'zod';
import { CRASH_POINTS } from './crash-points.ts';

/** The variable that holds orders from the start on, as JSON. */
export const ORDERS_VARIABLE = 'TORTURE_ORDERS';

export const VICTIMS = ['daemon', 'claude', 'both'] as const;
export type Victim = (typeof VICTIMS)[number];

const ordersSchema = z.object({
  /**
   * kill -9 of the daemon itself, of the Claude process that it started last, or of both, when it comes to this point
   * for the `hit`th time from now on (1: the next time).
   */
  crash: z
    .object({ point: z.enum(CRASH_POINTS), hit: z.int().positive(), victim: z.enum(VICTIMS) })
    .nullable(),
  /** The next `times` writes of a file fail with this error code. */
  disk: z
    .object({ code: z.enum(['ENOSPC', 'EIO', 'EROFS', 'EMFILE']), times: z.int().nonnegative() })
    .nullable(),
  /** A bug that is planted, to show that the run finds it. */
  bug: z.enum(['loseMessage', 'repeatMessage', 'pretendToSave']).nullable(),
});

/** All orders there are; new ones replace the earlier ones. */
export type Orders = z.infer<typeof ordersSchema>;

export type PlantedBug = NonNullable<Orders['bug']>;

export const NO_ORDERS: Orders = { crash: null, disk: null, bug: null };

/** What the daemon tells in return: it has killed Claude at the point that it was ordered to. */
export const CLAUDE_KILLED = 'claude killed';

export function parseOrders(value: unknown): Orders {
  return ordersSchema.parse(value);
}
