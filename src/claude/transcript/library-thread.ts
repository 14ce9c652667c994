/** What the thread for conversations does: one request to the Agent SDK, one answer. */
import { forkSession, getSessionInfo, listSessions } from '@anthropic-ai/claude-agent-sdk';

export type LibraryRequest =
  | { type: 'list'; dir: string; limit: number }
  | { type: 'find'; claudeSessionId: string }
  | { type: 'fork'; claudeSessionId: string; title: string | null };

export async function answerTo(request: LibraryRequest): Promise<unknown> {
  switch (request.type) {
    case 'list':
      // Without those of other worktrees: they are continued in their own folders.
      return listSessions({ dir: request.dir, limit: request.limit, includeWorktrees: false });
    case 'find':
      return getSessionInfo(request.claudeSessionId);
    case 'fork': {
      const { claudeSessionId, title } = request;
      return (await forkSession(claudeSessionId, title === null ? {} : { title })).sessionId;
    }
  }
}
