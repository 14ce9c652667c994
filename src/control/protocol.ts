/** What is said over the control socket: one JSON object a line, one answer a request, in order. */
import { z } from 'zod';

/** A request is small; whoever sends more is not ours. */
export const MAX_REQUEST_BYTES = 64 * 1024;

/** The status of a hundred thousand sessions fits. */
export const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

export const requestSchema = z.object({
  v: z.literal(1, { error: 'This daemon speaks version 1 of the control protocol.' }),
  method: z.string().max(100),
  params: z.unknown().optional(),
});

export const answerSchema = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), result: z.unknown() }),
  z.object({ ok: z.literal(false), error: z.string() }),
]);

export type ControlAnswer = z.infer<typeof answerSchema>;

/**
 * What a method does with its parameters, which it has to validate. A ControlError's message goes to the caller; any
 * other error is the daemon's own affair.
 */
export type ControlMethod = (params: unknown) => Promise<unknown>;

/** Refused with a sentence for the caller. */
export class ControlError extends Error {
  override name = 'ControlError';
}

export function encode(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
