/** Files of the current session's folder, for the people in the chat. */
import { basename } from 'node:path';
import type { ChatAddress, FilesPort } from '../../telegram/ports.ts';
import type { WorkspacePort } from '../../workspace/ports.ts';
import type { ChatSessions } from '../chats/chat-sessions.ts';

/** What a message holds, with words around it. */
const LONGEST_PATCH_BYTES = 3_000;

export interface ChatFilesOptions {
  ofChat: ChatSessions;
  workspace: WorkspacePort;
  /** Absolute: where there is no session. */
  defaultFolder: string;
}

export function createChatFiles({ ofChat, workspace, defaultFolder }: ChatFilesOptions): FilesPort {
  const folderOf = async (address: ChatAddress): Promise<string> =>
    (await ofChat.current(address))?.workspace ?? defaultFolder;

  return {
    getFile: async (address, named) =>
      workspace.copy({ chatId: address.chatId }, named, await folderOf(address)),
    changes: async (address, since) => {
      const session = await ofChat.current(address);
      if (!session) return null;
      const changes = await workspace.changes(since, session.id, session.workspace);
      if ('refused' in changes) return changes;
      const patch = Buffer.from(changes.patch);
      if (patch.length <= LONGEST_PATCH_BYTES && !changes.isCut)
        return { ...changes, patch: patch.toString('utf8') };
      const file = await workspace.copyBytes(
        { chatId: address.chatId },
        `${basename(session.workspace) || 'changes'}.diff`,
        patch,
      );
      return 'refused' in file ? file : { ...changes, patch: file };
    },
    readCopy: (key) => workspace.read(key),
  };
}
