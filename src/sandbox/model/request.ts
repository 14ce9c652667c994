/** The body of `POST /v1/messages` as far as the scripted model reads it: lenient, so that a newer client still gets an answer. */
import { z } from 'zod';

const textBlock = z.object({ type: z.literal('text'), text: z.string() });
const toolUseBlock = z.object({ type: z.literal('tool_use'), id: z.string() });
const toolResultBlock = z.object({
  type: z.literal('tool_result'),
  tool_use_id: z.string(),
  content: z.union([z.string(), z.array(z.union([textBlock, z.object({ type: z.string() })]))]).optional(),
  is_error: z.boolean().optional(),
});
const otherBlock = z.object({ type: z.string() });

const message = z.object({
  // `system` comes in the middle of conversations since Claude Code 2.1: environment notes, messages typed during a turn.
  role: z.enum(['user', 'assistant', 'system']),
  content: z.union([z.string(), z.array(z.union([textBlock, toolUseBlock, toolResultBlock, otherBlock]))]),
});

const messagesRequest = z.object({
  model: z.string().min(1),
  messages: z.array(message).min(1),
  stream: z.boolean().default(false),
  tools: z.array(z.object({ name: z.string() })).default([]),
  thinking: z.object({ type: z.string() }).optional(),
  output_config: z
    .object({ format: z.object({ type: z.string() }).loose().optional(), effort: z.string().optional() })
    .optional(),
});

export type MessagesRequest = z.infer<typeof messagesRequest>;
export type RequestMessage = z.infer<typeof message>;
export type ContentBlock = Exclude<RequestMessage['content'], string>[number];

/** The request, or a sentence that says what is wrong with it. */
export function parseRequest(body: string): MessagesRequest | string {
  let json: unknown;
  try {
    json = JSON.parse(body);
  } catch {
    return 'The request body is not valid JSON.';
  }
  const result = messagesRequest.safeParse(json);
  return result.success ? result.data : z.prettifyError(result.error);
}

/** The message's blocks; a plain string is one text block. */
export function blocksOf({ content }: RequestMessage): ContentBlock[] {
  return typeof content === 'string' ? [{ type: 'text', text: content }] : content;
}

/** A block's own text, or null for what is no text (images, tool calls, thinking). */
export function textOf(block: ContentBlock): string | null {
  return block.type === 'text' && 'text' in block ? block.text : null;
}
