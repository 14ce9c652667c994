/** What Claude Code says of itself at the handshake, as far as people choose from it: checked, and let by if it is odd. Pure. */
import { z } from 'zod';
import type { ClaudeOffers, CommandOffer, ModelOffer } from '../../../machines/claude-offers.ts';
import { EFFORTS } from '../../../machines/session-record.ts';

/** The SDK's `ModelInfo`. */
const model = z
  .object({
    value: z.string(),
    displayName: z.string(),
    resolvedModel: z.string().optional(),
    supportedEffortLevels: z.array(z.string()).optional(),
  })
  .transform(({ value, displayName, resolvedModel = null, supportedEffortLevels = [] }): ModelOffer => ({
    value,
    name: displayName,
    resolved: resolvedModel,
    efforts: EFFORTS.filter((effort) => supportedEffortLevels.includes(effort)),
  }));

/** The SDK's `SlashCommand`. */
const command = z
  .object({
    name: z.string().min(1),
    description: z.string().catch(''),
    argumentHint: z.string().catch(''),
    aliases: z.array(z.string()).optional().catch([]),
    builtin: z.boolean().optional().catch(false),
  })
  .transform(({ name, description, argumentHint, aliases = [], builtin = false }): CommandOffer => ({
    name,
    description,
    argumentHint,
    aliases,
    isBuiltin: builtin,
  }));

/** @param handshake the SDK's `SDKControlInitializeResponse` */
export function offersOf(handshake: { models?: unknown; commands?: unknown }): ClaudeOffers {
  return { models: each(model, handshake.models), commands: commandsOf(handshake.commands) };
}

/** @param commands an array of the SDK's `SlashCommand` */
export function commandsOf(commands: unknown): CommandOffer[] {
  return each(command, commands);
}

function each<T>(schema: z.ZodType<T>, values: unknown): T[] {
  if (!Array.isArray(values)) return [];
  return values.flatMap((value: unknown) => {
    const { data } = schema.safeParse(value);
    return data === undefined ? [] : [data];
  });
}
