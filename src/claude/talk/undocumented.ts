/**
 * What the Agent SDK's `Query` can do beyond its declared methods. The control requests themselves are declared in
 * `sdk.d.ts` (`SDKControlInterruptRequest.cancel_queued`, `SDKControlCancelAsyncMessageRequest`); the methods that send
 * them are there at run time (0.3.330). Without them, and with an older Claude Code, less is possible, and nothing breaks.
 */
import type { Query } from '@anthropic-ai/claude-agent-sdk';

interface Undeclared {
  interrupt(options: { cancelQueued: true }): ReturnType<Query['interrupt']>;
  cancelAsyncMessage?: (uuid: string) => Promise<unknown>;
}

/**
 * Interrupts the turn, and with it what waits in Claude's queue.
 * @returns the uuids of prompts that Claude goes on with in spite of it
 */
export async function interruptAll(query: Query): Promise<string[]> {
  const undeclared: Undeclared = query;
  const receipt = await undeclared.interrupt({ cancelQueued: true }).catch(() => undefined);
  return receipt?.still_queued ?? [];
}

/** Takes a prompt out of Claude's queue. False if Claude has taken it already, or can't tell. */
export async function withdraw(query: Query, uuid: string): Promise<boolean> {
  const undeclared: Undeclared = query;
  const isCancelled = await undeclared.cancelAsyncMessage?.(uuid).catch(() => false);
  return isCancelled === true;
}
