/**
 * What Claude says on its standard output, as far as it matters here: the shapes that the SDK's `SDKMessage` promises,
 * checked. Everything else (new kinds of messages, fields we do not use) is let by.
 */
import { z } from 'zod';
import { PERMISSION_MODES } from '../../../machines/session-record.ts';

const session = z.discriminatedUnion('subtype', [
  z.object({
    type: z.literal('system'),
    subtype: z.literal('session_state_changed'),
    state: z.enum(['running', 'requires_action', 'idle']),
  }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('background_tasks_changed'),
    /** `ambient` ones are no activity. */
    tasks: z.array(z.object({ task_id: z.string(), ambient: z.boolean().optional() })),
  }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('task_started'),
    task_id: z.string(),
    /** The tool call that started it. */
    tool_use_id: z.string().optional(),
    description: z.string(),
    /** `local_agent` is a sub-agent. */
    task_type: z.string().optional(),
    ambient: z.boolean().optional(),
    skip_transcript: z.boolean().optional(),
  }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('task_updated'),
    task_id: z.string(),
    patch: z.object({ status: z.string().optional() }),
  }),
  z.object({ type: z.literal('system'), subtype: z.literal('task_notification'), task_id: z.string() }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('api_retry'),
    attempt: z.number(),
    error: z.string(),
  }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('status'),
    /** Each time that it changed, by whomever. Those that are no mode of a session's are let by. */
    permissionMode: z.enum(PERMISSION_MODES).optional().catch(undefined),
  }),
  z.object({ type: z.literal('system'), subtype: z.literal('commands_changed'), commands: z.unknown() }),
  z.object({
    type: z.literal('system'),
    subtype: z.literal('compact_boundary'),
    compact_metadata: z.object({ pre_tokens: z.number(), post_tokens: z.number().optional() }),
  }),
]);

/** Follows a prompt by the uuid that we gave it. */
const lifecycle = z.object({
  type: z.literal('command_lifecycle'),
  command_uuid: z.string(),
  state: z.string(),
});

const stream = z.object({
  type: z.literal('stream_event'),
  parent_tool_use_id: z.string().nullish(),
  event: z.object({
    type: z.string(),
    content_block: z
      .object({ type: z.string(), id: z.string().optional(), name: z.string().optional() })
      .optional(),
    delta: z
      .object({
        type: z.string().optional(),
        text: z.string().optional(),
        thinking: z.string().optional(),
      })
      .optional(),
  }),
});

const block = z.object({
  type: z.string(),
  text: z.string().optional(),
  id: z.string().optional(),
  name: z.string().optional(),
  input: z.record(z.string(), z.unknown()).optional(),
  tool_use_id: z.string().optional(),
  is_error: z.boolean().optional().catch(undefined),
});

const assistant = z.object({
  type: z.literal('assistant'),
  parent_tool_use_id: z.string().nullish(),
  /** Its blocks come one by one, each as a message with the same id. */
  message: z.object({ id: z.string().optional(), content: z.array(block) }),
  /** Why the Messages API did not answer (the SDK's `SDKAssistantMessageError`). */
  error: z.string().optional(),
});

const user = z.object({
  type: z.literal('user'),
  parent_tool_use_id: z.string().nullish(),
  message: z.object({ content: z.union([z.string(), z.array(block)]) }),
  /** What the tool gave back, in a shape of its own; the text in `content` is for the model. */
  tool_use_result: z.unknown().optional(),
});

/** More than a conversation can hold; sums of it stay exact. */
const tokens = z.int().min(0).max(1e12);

const modelUsage = z.object({
  inputTokens: tokens,
  outputTokens: tokens,
  cacheReadInputTokens: tokens,
  cacheCreationInputTokens: tokens,
});

const result = z.object({
  type: z.literal('result'),
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().optional(),
  errors: z.array(z.string()).optional(),
  /** `completed`, `aborted_streaming`, `api_error` … (the SDK's `TerminalReason`). */
  terminal_reason: z.string().optional(),
  api_error_status: z.number().nullish(),
  startup_failure_reason: z.string().optional(),
  /** The slash command that Claude Code carried out itself, without its slash. */
  local_command: z.string().optional(),
  /** Of this turn. What can't be true of any of these three must not cost the answer. */
  duration_ms: z.number().min(0).optional().catch(undefined),
  /** A running total, as is the next (the SDK's `SDKResultSuccess`). */
  total_cost_usd: z.number().min(0).optional().catch(undefined),
  modelUsage: z.record(z.string(), modelUsage).optional().catch(undefined),
  /** The prompts that this turn took in; absent if there were none. */
  user_message_uuids: z.array(z.string()).optional(),
});

const BY_TYPE = {
  system: session,
  command_lifecycle: lifecycle,
  stream_event: stream,
  assistant,
  user,
  result,
};

export type ClaudeMessage = z.infer<(typeof BY_TYPE)[keyof typeof BY_TYPE]>;
export type CompactionSizes = Extract<ClaudeMessage, { subtype: 'compact_boundary' }>['compact_metadata'];
export type StatusMessage = Extract<ClaudeMessage, { subtype: 'status' }>;
export type ResultMessage = z.infer<typeof result>;

/** The message, or null if it is none that matters here. Never throws. */
export function readMessage(value: unknown): ClaudeMessage | null {
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  const { type } = value;
  return isKnown(type) ? (BY_TYPE[type].safeParse(value).data ?? null) : null;
}

function isKnown(type: unknown): type is keyof typeof BY_TYPE {
  return typeof type === 'string' && Object.hasOwn(BY_TYPE, type);
}

/** What a slash command that Claude Code carried out itself printed, or null if this is no such output. */
export function localCommandOutput(content: unknown): string | null {
  if (typeof content !== 'string') return null;
  return /^<local-command-stdout>(.*)<\/local-command-stdout>$/s.exec(content.trim())?.[1]?.trim() ?? null;
}
