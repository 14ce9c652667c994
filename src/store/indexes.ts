/** The indexes of a data folder: what is known of its records without reading them. */
import { isQuiet, type SessionRecord } from '../../machines/session-record.ts';
import { isQuietChat } from './chat-quiet.ts';
import { ConversationIndex } from './conversation-index.ts';
import { CHAT, SESSION } from './document.ts';
import { eachRecord } from './each-record.ts';
import { EndedIndex } from './ended-index.ts';
import type { FileParts } from './file-of.ts';
import { buildIndexes, type IndexBuilding } from './index-building.ts';
import type { Layout } from './layout.ts';
import { MarkerIndex } from './marker-index.ts';
import { isChatName, isSessionId } from './names.ts';
import type { ChatRecord } from './ports.ts';
import { UnquietIndex } from './unquiet-index.ts';
import type { StoreLog } from './unreadable-files.ts';

export interface Indexes {
  unquiet: UnquietIndex<SessionRecord>;
  ended: EndedIndex;
  conversations: ConversationIndex;
  /** Of the three above. */
  sessionsBuilding: IndexBuilding;
  unquietChats: UnquietIndex<ChatRecord>;
  chatsBuilding: IndexBuilding;
}

/** Those that are missing, or not to be relied on, are built in the background. */
export async function openIndexes(
  { disk, unreadable }: FileParts,
  layout: Layout,
  { epoch, log }: { epoch: number; log: StoreLog | undefined },
): Promise<Indexes> {
  const open = (name: 'unquiet' | 'ended' | 'conversations' | 'unquietChats') =>
    MarkerIndex.open({ disk, folder: layout[name], name, epoch, setAside: unreadable.setAside });
  const [unquietFolder, endedFolder, conversationsFolder, unquietChatsFolder] = await Promise.all([
    open('unquiet'),
    open('ended'),
    open('conversations'),
    open('unquietChats'),
  ]);
  const unquiet = await UnquietIndex.open<SessionRecord>({
    index: unquietFolder,
    nameOf: ({ id }) => id,
    isQuiet,
    isName: isSessionId,
    log,
  });
  const ended = new EndedIndex(endedFolder, log);
  const conversations = new ConversationIndex(conversationsFolder, log);
  const unquietChats = await UnquietIndex.open<ChatRecord>({
    index: unquietChatsFolder,
    nameOf: ({ chatId }) => String(chatId),
    isQuiet: isQuietChat,
    isName: isChatName,
    log,
  });
  const sessions = () => eachRecord(disk, SESSION, layout.sessions, isSessionId);
  const chats = () => eachRecord(disk, CHAT, layout.chats, isChatName);
  return {
    unquiet,
    ended,
    conversations,
    sessionsBuilding: buildIndexes(
      [
        { index: unquietFolder, note: unquiet.note },
        { index: endedFolder, note: ended.note },
        { index: conversationsFolder, note: conversations.note },
      ],
      sessions,
      log,
    ),
    unquietChats,
    chatsBuilding: buildIndexes([{ index: unquietChatsFolder, note: unquietChats.note }], chats, log),
  };
}
