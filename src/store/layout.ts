/** Where what is in a data folder. */
import { join } from 'node:path';

export interface Layout {
  readonly root: string;
  /** `<session id>.json` each. */
  readonly sessions: string;
  /** `<chat id>.json` each. */
  readonly chats: string;
  /** An empty file named by id for each session that is not quiet. */
  readonly unquiet: string;
  /** An empty file named by id for each session that has ended. */
  readonly ended: string;
  /** An empty file for each session and the conversation that it has: `conversation-index.ts` names it. */
  readonly conversations: string;
  /** An empty file named by id for each chat that may owe something, or have something on its way. */
  readonly unquietChats: string;
  /** `<session id>.jsonl` each: what happened, for people. */
  readonly history: string;
  /** Files that are being written; nothing in it outlives a daemon. */
  readonly temporary: string;
  /** The daemon's start count. */
  readonly epochFile: string;
  /** Who was let in. */
  readonly accessFile: string;
  /** Which folders are trusted, and with what. */
  readonly trustFile: string;
}

export function layoutOf(dataDir: string): Layout {
  return {
    root: dataDir,
    sessions: join(dataDir, 'sessions'),
    chats: join(dataDir, 'chats'),
    unquiet: join(dataDir, 'unquiet'),
    ended: join(dataDir, 'ended'),
    conversations: join(dataDir, 'conversations'),
    unquietChats: join(dataDir, 'unquiet-chats'),
    history: join(dataDir, 'history'),
    temporary: join(dataDir, 'tmp'),
    epochFile: join(dataDir, 'epoch.json'),
    accessFile: join(dataDir, 'access.json'),
    trustFile: join(dataDir, 'trust.json'),
  };
}
