/** The log: one JSON line per fact on standard error, without tokens, prompts or answers. */
import pino, { type DestinationStream, type Logger } from 'pino';
import type { LogLevel } from './level.ts';
import { redact } from './redact.ts';

export type { Logger } from 'pino';

export interface LogOptions {
  level: LogLevel;
  /** Default: standard error, written synchronously so that the last line before a crash is there. */
  destination?: DestinationStream;
  /** Told of each line as it is written, without secrets. Never throws. */
  onLine?: (line: string) => void;
}

/**
 * Lines are `log.info({ sessionId }, 'session.suspended')`: the facts as fields, the dotted name of the event as message.
 * Errors may be handed in as any field; of them only what `describeError` lets through is written.
 */
export function createLog({ level, destination, onLine }: LogOptions): Logger {
  return pino(
    {
      level,
      base: { pid: process.pid },
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => describeFields(fields, 0),
      },
      // Ours are described by then; pino's own would print every field of an error it meets.
      serializers: { err: (value: unknown) => value },
      hooks: { streamWrite: onLine ? (line) => told(onLine, redact(line)) : redact },
    },
    destination ?? pino.destination({ fd: 2, sync: true }),
  );
}

function told(onLine: (line: string) => void, line: string): string {
  onLine(line);
  return line;
}

/**
 * What may be known of an error. grammY's HttpError carries the request's URL, and with it the token, in `error`; its
 * GrammyError carries the whole `payload`. Neither is here.
 */
export interface ErrorFacts {
  name: string;
  message: string;
  stack?: string;
  code?: unknown;
  method?: unknown;
  error_code?: unknown;
  description?: unknown;
  cause?: ErrorFacts;
}

const FACTS = ['code', 'method', 'error_code', 'description'] as const;
/** Deeper causes, and errors nested deeper in fields, tell nothing more. */
const DEEPEST = 4;

/** The facts of an error that may be logged; its causes likewise. */
export function describeError(error: Error, depth = 0): ErrorFacts {
  const facts: ErrorFacts = { name: error.name, message: redact(error.message) };
  if (error.stack !== undefined) facts.stack = redact(error.stack);
  for (const fact of FACTS) {
    const value: unknown = Reflect.get(error, fact);
    if (typeof value === 'string') facts[fact] = redact(value);
    else if (typeof value === 'number') facts[fact] = value;
  }
  if (error.cause instanceof Error && depth < DEEPEST) facts.cause = describeError(error.cause, depth + 1);
  return facts;
}

function describeFields(fields: object, depth: number): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, describeValue(value, depth + 1)]),
  );
}

function describeValue(value: unknown, depth: number): unknown {
  if (value instanceof Error) return describeError(value);
  if (depth >= DEEPEST) return typeof value === 'object' && value !== null ? '[nested too deep]' : value;
  if (Array.isArray(value)) return value.map((item) => describeValue(item, depth + 1));
  return isPlainObject(value) ? describeFields(value, depth) : value;
}

function isPlainObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}
