/** Files of the current session's folder, for the people in the chat. */
import type { ChatAddress, FilesPort } from '../telegram/ports.ts';
import type { WorkspacePort } from '../workspace/ports.ts';
import type { ChatSessions } from './chat-sessions.ts';

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
    readCopy: (key) => workspace.read(key),
  };
}
