/** What the thread for conversations does: requests to the Agent SDK, one answer to each. */
import { parentPort } from 'node:worker_threads';
import { forkSession, getSessionInfo, listSessions } from '@anthropic-ai/claude-agent-sdk';

export type LibraryRequest =
  | { type: 'list'; dir: string; limit: number }
  | { type: 'find'; claudeSessionId: string }
  | { type: 'fork'; claudeSessionId: string; title: string | null };

export type LibraryResponse = { id: number } & ({ value: unknown } | { error: unknown });

/** Answers until the thread is ended. */
export function serve(): void {
  parentPort?.on('message', ({ id, request }: { id: number; request: LibraryRequest }) => {
    const say = (response: LibraryResponse): void => parentPort?.postMessage(response);
    answerTo(request).then(
      (value) => say({ id, value }),
      (error: unknown) => say({ id, error }),
    );
  });
}

async function answerTo(request: LibraryRequest): Promise<unknown> {
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
