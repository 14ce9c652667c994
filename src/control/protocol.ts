/**
 * What is said over the control socket: one JSON object a line, and for each request, in order, one answer, or a stream of
 * them: those before its last one say that more follow.
 */
import { z } from 'zod';
import packageJson from '../../package.json' with { type: 'json' };

/** A request is small; whoever sends more is not ours. */
export const MAX_REQUEST_BYTES = 64 * 1024;

/** The status of a hundred thousand sessions fits. */
export const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

export const requestSchema = z.object({
  v: z.literal(1, {
    error: `Hibernaut ${packageJson.version} runs here and speaks version 1 of the control protocol. Restart it, so that it is of the version of this command.`,
  }),
  method: z.string().max(100),
  params: z.unknown().optional(),
});

export const answerSchema = z.discriminatedUnion('ok', [
  /** Without a result it only says that the daemon still sees to it. */
  z.object({ ok: z.literal(true), more: z.literal(true).optional(), result: z.unknown().optional() }),
  /** `isOurs`: the daemon failed at it, so that it may be done, or not. */
  z.object({ ok: z.literal(false), error: z.string(), isOurs: z.literal(true).optional() }),
]);

export type ControlAnswer = z.infer<typeof answerSchema>;

/**
 * What a method does with its parameters, which it has to validate: it resolves with its answer, or gives a stream of
 * them. A ControlError's message goes to the caller; any other error is the daemon's own affair.
 * @param signal aborted when the caller has gone; a stream has to end then
 */
export type ControlMethod = (
  params: unknown,
  signal: AbortSignal,
) => Promise<unknown> | AsyncIterable<unknown>;

/** Refused with a sentence for the caller. */
export class ControlError extends Error {
  override name = 'ControlError';
}

/** Whether it was done is not known: the daemon failed at it, or was gone before it had answered. */
export class OutcomeUnknownError extends ControlError {}

export function encode(message: unknown): string {
  return `${JSON.stringify(message)}\n`;
}
