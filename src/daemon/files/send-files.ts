/** What Claude sends: copied first, then owed by the session's record, and only then promised to Claude. */
import type { OutgoingFile } from '../../../machines/session-record.ts';
import type { ClaudeListener } from '../../claude/ports.ts';
import type { Refusal, WorkspacePort } from '../../workspace/ports.ts';
import type { KeptSession } from '../sessions/kept-session.ts';

type Send = (
  sessionId: string,
  ...files: Parameters<ClaudeListener['sendFiles']>
) => ReturnType<ClaudeListener['sendFiles']>;

export interface SendFilesOptions {
  workspace: Pick<WorkspacePort, 'copy' | 'drop'>;
  /** `Sessions.use`. */
  use: <T>(id: string, act: (session: KeptSession) => Promise<T>) => Promise<T | null>;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

const SESSION_GONE = { refused: 'The session is ending, so nothing can be sent any more.' };

export function createSendFiles({ workspace, use, now }: SendFilesOptions): Send {
  return async (sessionId, { paths, caption }) => {
    const sent = await use(sessionId, async (session) => {
      const copied = await copyAll(workspace, session, paths);
      if ('refused' in copied) return copied;
      const { files } = copied;
      await session.tell({ type: 'claude.filesSent', files, caption, at: now() });
      if (!isOwed(session, files)) {
        await workspace.drop(keysOf(files));
        return SESSION_GONE;
      }
      await session.savedAtLast();
      return { names: files.map(({ name }) => name) };
    });
    return sent ?? SESSION_GONE;
  };
}

/** All of them or none. */
async function copyAll(
  workspace: SendFilesOptions['workspace'],
  { id, record }: KeptSession,
  paths: readonly string[],
): Promise<{ files: OutgoingFile[] } | Refusal> {
  const files: OutgoingFile[] = [];
  const refusals: string[] = [];
  for (const path of paths) {
    const copy = await workspace.copy({ sessionId: id }, path, record.workspace);
    if ('key' in copy) files.push(copy);
    else refusals.push('refused' in copy ? copy.refused : folderRefusal(copy.folder));
  }
  if (refusals.length === 0) return { files };
  await workspace.drop(keysOf(files));
  return { refused: refusals.join(' ') };
}

function folderRefusal(folder: string): string {
  return `${folder} is a folder. Name the files in it, or make an archive of it and send that.`;
}

function keysOf(files: readonly OutgoingFile[]): string[] {
  return files.map(({ key }) => key);
}

/** Whether the session took it in: its actor may have failed, or may not start any more. */
function isOwed({ record }: KeptSession, files: readonly OutgoingFile[]): boolean {
  return record.outbox.some(({ body }) => body.kind === 'files' && body.files === files);
}
