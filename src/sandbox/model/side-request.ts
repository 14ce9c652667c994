/** Claude Code's side requests (a title, a summary as JSON): answered in the asked-for shape, so that it never stumbles over us. */
import { z } from 'zod';
import { type Part, say } from './parts.ts';
import { type MessagesRequest } from './request.ts';

const objectSchema = z.object({
  schema: z.object({
    properties: z.record(z.string(), z.object({ type: z.string().optional() }).loose()).default({}),
  }),
});

const PLACEHOLDERS: Readonly<Record<string, unknown>> = {
  boolean: false,
  integer: 0,
  number: 0,
  array: [],
  object: {},
};

/** The answer to a request for JSON by a schema; null when prose was asked for. */
export function jsonAnswer({ output_config: config }: MessagesRequest): Part[] | null {
  if (config?.format?.type !== 'json_schema') return null;
  const properties = objectSchema.safeParse(config.format).data?.schema.properties ?? {};
  const entries = Object.entries(properties).map(([name, { type }]) => [
    name,
    PLACEHOLDERS[type ?? 'string'] ?? 'Scripted conversation',
  ]);
  return [say(JSON.stringify(Object.fromEntries(entries)))];
}
