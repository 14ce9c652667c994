/** Reads what a running daemon answered, which may be of another version than this command. */
import type { z } from 'zod';
import { ControlError } from '../control/protocol.ts';

/** @throws ControlError with the repair if the answer is none that this version understands */
export function ofThisVersion<T>(schema: z.ZodType<T>, answer: unknown): T {
  const read = schema.safeParse(answer);
  if (read.success) return read.data;
  throw new ControlError(
    'The running daemon is of another version than this command. Restart it, or use --json to see what it says.',
    { cause: read.error },
  );
}
