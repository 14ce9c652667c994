/** The sandbox's two stand-ins, as the daemon's tests and the chat page drive them. */
import type { CallbackQuery, Message, MessageOrigin, UserFromGetMe } from 'grammy/types';

/** What a person writes, and where. */
export interface PersonMessage {
  chatId: number;
  /** Default: the chat id. Groups need one. */
  userId?: number | undefined;
  /** A forum topic of the chat; comes into being on first use, and makes a group a forum. */
  threadId?: number | undefined;
  /** Message id. */
  replyTo?: number | undefined;
  /** The part of that message which the person chose to reply to. */
  quote?: string | undefined;
  text: string;
}

/** A file that a person sends. */
export interface PersonFile extends Omit<PersonMessage, 'text'> {
  fileName: string;
  bytes: Uint8Array;
  /** Default: `application/octet-stream`. */
  mimeType?: string;
  caption?: string;
  /** As what it is sent. Default: `document`. */
  kind?: 'photo' | 'document' | 'voice' | 'audio' | 'video' | 'video_note' | 'animation';
  /** Of what can be played. Default: 1. */
  durationSeconds?: number;
  /** The same for all files of one album. */
  albumId?: string;
}

/** What a person shares that is neither text nor a file, as the Bot API has it. */
export type SharedThing = Pick<
  Message,
  'location' | 'venue' | 'contact' | 'poll' | 'dice' | 'checklist' | 'sticker' | 'story' | 'game'
>;

/** A message of another chat that a person forwards. */
export interface ForwardedMessage extends Pick<PersonMessage, 'chatId' | 'userId' | 'threadId'> {
  origin: MessageOrigin;
  /** Its text, caption or file. */
  message: Pick<Message, 'text' | 'caption' | 'photo' | 'document' | 'voice'>;
}

/** A chat as a list of chats shows it. */
export interface ChatSummary {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  /** The person's name, or the group's. */
  title: string;
  topics: { threadId: number; name: string; isClosed: boolean }[];
}

/** What the bot is doing in a chat; it vanishes by itself. */
export interface ChatActivity {
  /** `typing`, `upload_document` … or `draft`. */
  action: string;
  threadId: number | null;
  /** The text of a draft (empty: "Thinking…"); null for an action. */
  draft: { id: number; text: string } | null;
}

/** The emulated Bot API and the people on the other side of it. Everything a person can do is a method here. */
export interface EmulatedTelegram {
  /** For `TELEGRAM_API_ROOT`: no trailing slash. */
  readonly url: string;
  readonly token: string;
  /** Who the bot is: its id is the number in the token. */
  readonly bot: UserFromGetMe;
  /** Where a state file that could not be read was put; null if all was well. */
  readonly stateSetAside: string | null;

  /** Names a person; without it people are called `Person 7`. */
  introduce(person: { userId: number; firstName: string; lastName?: string; username?: string }): void;
  /** A chat without messages: a private one above 0, else a group. */
  openChat(chatId: number): void;
  /** Names a group (id below 0), and may make it a forum. */
  createGroup(group: { chatId: number; title: string; isForum?: boolean }): void;
  /** Begins a topic in a chat, which becomes a forum by it. Returns its thread id. */
  createTopic(topic: { chatId: number; userId?: number; name: string }): number;
  /** A person renames a topic, closes it, or opens it again. The bot is told. */
  changeTopic(
    topic: { chatId: number; userId?: number; threadId: number },
    change: { name: string } | 'close' | 'reopen',
  ): void;
  /** A person deletes a topic with all that is in it. The bot is not told. */
  deleteTopic(chatId: number, threadId: number): void;
  /** Whether the bot may make topics in this forum, and change those of others. It may until this says otherwise. */
  setBotManagesTopics(chatId: number, mayManage: boolean): void;
  /** A person writes. Chats and users come into being on first use; a positive chat id is the private chat with that user. */
  sendText(message: PersonMessage): Message;
  sendFile(file: PersonFile): Message;
  /** A place, a contact, a poll, a sticker … */
  share(thing: Omit<PersonMessage, 'text'> & { thing: SharedThing }): Message;
  forward(forwarded: ForwardedMessage): Message;
  /** A person changes what was written. */
  editText(edit: { chatId: number; messageId: number; text: string }): Message;
  /** A person deletes a message for everyone; bots are not told. Whether it was there. */
  removeMessage(chatId: number, messageId: number): boolean;
  /**
   * A person taps an inline button, found by its text or its data, on the bot's message.
   * Resolves with what `answerCallbackQuery` said, or null when the query expired.
   */
  press(tap: {
    chatId: number;
    userId?: number;
    messageId: number;
    button: string;
  }): Promise<{ text: string | null; showAlert: boolean } | null>;
  /** Sends any update as it is (edited messages, unknown kinds, hostile ones). Returns its update_id. */
  pushUpdate(update: Record<string, unknown>): number;
  /** Forges a callback query with any data. */
  pushCallback(
    query: Pick<CallbackQuery, 'data'> & { chatId: number; userId: number; messageId: number },
  ): number;
  /** A person blocks the bot, a group throws it out: or takes it back. The bot is told (`my_chat_member`). Default: by the chat's first member. */
  setBotAllowed(chatId: number, isAllowed: boolean, userId?: number): void;
  /** A person adds the bot to a group. The bot is told (`my_chat_member`). */
  addBot(addition: { chatId: number; userId: number }): void;
  /**
   * A person makes a group a supergroup, which has another id; calls to the group's old one are refused with it. The bot
   * is told in both. Returns the new id.
   */
  migrate(migration: { chatId: number; userId: number }): number;

  /** All chats, the oldest first. */
  chats(): ChatSummary[];
  /** The chat as a person sees it now: all messages of both sides, oldest first, edits applied, deleted ones gone. */
  messages(chatId: number): Message[];
  /** What a person gets who downloads a file or a picture, by its id; null if there is none (any more). */
  fileBytes(fileId: string): Buffer | null;
  activity(chatId: number): ChatActivity[];
  /** Message ids, the last pinned first. */
  pinned(chatId: number): number[];
  /** The bot's emoji on a message, or null. */
  reaction(chatId: number, messageId: number): string | null;
  /**
   * Resolves with the first message by the bot, present or future, that satisfies the predicate. Rejects with the
   * chat's whole text after `timeoutMs` (30 s).
   */
  waitForMessage(
    chatId: number,
    predicate: (message: Message) => boolean,
    timeoutMs?: number,
  ): Promise<Message>;
  /** Updates that the bot has not confirmed. */
  pendingUpdates(): number;
  /** Every call of the bot so far, the last 10,000, in order, with its outcome; `getUpdates` too. */
  readonly calls: readonly BotCall[];
  /** The commands registered with setMyCommands, as a private chat shows them. */
  readonly commands: readonly { command: string; description: string }[];
  /** As a person sees them in this private chat. */
  commandsIn(chatId: number): readonly { command: string; description: string }[];
  /**
   * Answers of the next `times` calls of `method` (`*`: any but getUpdates and downloads; `download`: the download of a
   * file) become this fault.
   */
  fault(fault: Fault): void;
  clearFaults(): void;
  /** Calls back after each change that a person could see. Returns the way to stop. */
  onChange(listener: (chatId: number) => void): () => void;
  close(): Promise<void>;
}

export interface BotCall {
  method: string;
  payload: Record<string, unknown>;
  /** Wall clock at arrival, ms. */
  at: number;
  /** HTTP status of the answer, or `dropped` (the client hung up, or a fault), or null while it is open. */
  status: number | 'dropped' | null;
}

export interface Fault {
  method: string;
  times: number;
  /** 429 with retry_after, a 5xx, any 4xx with its description … */
  error?: { code: number; description: string; retryAfter?: number; migrateTo?: number };
  /** Cut the connection before, or after, the method took effect. */
  drop?: 'before' | 'after';
  delayMs?: number;
  /** Of a `download`: cut the connection after so many bytes. */
  cutAfterBytes?: number;
}

/** A scripted stand-in for the Messages API, so that the real Claude Code binary works offline. */
export interface ScriptedModel {
  /** For `ANTHROPIC_BASE_URL`. */
  readonly url: string;
  /** The user's words of each turn that reached it, in order, with the number of messages before them. */
  readonly turns: readonly { text: string; earlier: number }[];
  /** Requests that it does not know (`GET /path`), answered with 404. */
  readonly unknownRequests: readonly string[];
  close(): Promise<void>;
}
