/** Puts a reply on the wire: as server-sent events, or as one JSON message. https://platform.claude.com/docs/en/build-with-claude/streaming */
import { once } from 'node:events';
import { type ServerResponse } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type Reply } from './message.ts';

interface Envelope {
  model: string;
  requestId: string;
  /** Aborted when the client is gone: then nothing more is written. */
  signal: AbortSignal;
}

/** Streams the reply. A reply that hangs returns with its stream still open. */
export async function streamReply(res: ServerResponse, reply: Reply, envelope: Envelope): Promise<void> {
  const { model, requestId, signal } = envelope;
  const send = async (type: string, data: Record<string, unknown>) => {
    signal.throwIfAborted();
    const flows = res.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`);
    if (!flows) await once(res, 'drain', { signal });
  };
  res.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache',
    'request-id': requestId,
  });
  await send('message_start', {
    message: {
      ...message(reply, model),
      content: [],
      stop_reason: null,
      usage: { ...reply.usage, output_tokens: 1 },
    },
  });
  await send('ping', {});
  for (const [index, block] of reply.blocks.entries()) {
    await send('content_block_start', { index, content_block: block.start });
    for (const delta of block.deltas) {
      if (block.pauseMs > 0) await pause(block.pauseMs, undefined, { signal });
      await send('content_block_delta', { index, delta });
    }
    await send('content_block_stop', { index });
  }
  if (reply.hangs) return;
  await send('message_delta', {
    delta: { stop_reason: reply.stopReason, stop_sequence: null },
    usage: reply.usage,
  });
  await send('message_stop', {});
  res.end();
}

/** Sends the reply whole. One that hangs is never sent. */
export function sendReply(res: ServerResponse, reply: Reply, { model, requestId }: Envelope): void {
  if (reply.hangs) return;
  res.writeHead(200, { 'content-type': 'application/json', 'request-id': requestId });
  res.end(JSON.stringify(message(reply, model)));
}

function message(reply: Reply, model: string) {
  return {
    id: reply.id,
    type: 'message',
    role: 'assistant',
    model,
    content: reply.blocks.map((block) => block.whole),
    stop_reason: reply.stopReason,
    stop_sequence: null,
    usage: reply.usage,
  };
}
