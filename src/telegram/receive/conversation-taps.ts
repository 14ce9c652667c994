/** Taps on the buttons of /resume. */
import { createHash } from 'node:crypto';
import type { ConversationButton } from './conversation-buttons.ts';
import { conversationsReply, forkedReply, resume } from './conversation-lists.ts';
import type { Tap, Tapped } from './session-taps.ts';

/** Resolves when what the tap does is durable. */
export async function tapConversation(
  button: ConversationButton,
  tap: Tap & { callbackId: string },
): Promise<Tapped> {
  const { address, sessions, at, callbackId, makeTopic } = tap;
  const isForTopic = makeTopic !== null;
  if (button.kind === 'conversationPage') {
    return { shown: await conversationsReply(address, sessions, at, button.page), toast: '' };
  }
  const { claudeSessionId } = button;
  if (button.kind === 'resume') {
    return { shown: await resume(claudeSessionId, tap, sessions), toast: '' };
  }
  const requestId = requestOf(callbackId);
  const forked = await sessions.fork(address, { requestId, claudeSessionId, name: null, at, isForTopic });
  return { shown: await forkedReply(forked, tap, sessions), toast: '' };
}

/** A tap that comes again has the same one. Below 0, so that no message has it. */
function requestOf(callbackId: string): number {
  return -1 - createHash('sha256').update(callbackId).digest().readUIntBE(0, 6);
}
