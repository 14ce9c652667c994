/** The chats, their people and their messages, as Telegram's servers hold them. */
import { type Chat, type Message, type User } from 'grammy/types';
import { type Changes } from './changes.ts';
import { GENERAL_THREAD_ID, newTopic, type Topic } from './topics.ts';

/** A chat at rest: plain data, so that it can be kept in a file. */
export interface ChatData {
  id: number;
  type: 'private' | 'group' | 'supergroup';
  /** Empty for private chats. */
  title: string;
  /** A supergroup with topics is a forum; private chats may have topics too. */
  hasTopics: boolean;
  nextMessageId: number;
  /** Oldest first, deleted ones gone. */
  messages: Message[];
  topics: Topic[];
  /** Message ids, the last pinned first. */
  pinned: number[];
  /** The bot's reactions: message id to emoji. */
  reactions: Record<string, string>;
  /** People who were seen in it. */
  memberIds: number[];
  /** Whether the bot may write: not when it left, was thrown out, or a person blocked it. */
  botStatus: 'present' | 'left' | 'kicked';
  /** False: in a forum it may neither make topics nor change those of others. Default: it may. */
  botManagesTopics?: boolean | undefined;
  /** The supergroup that it became. */
  migratedTo?: number | undefined;
}

export interface ChatsState {
  users: User[];
  chats: ChatData[];
}

export interface NewMessage {
  from: User;
  threadId: number | null;
  replyTo: Message | null;
  /** Text, files, keyboards: everything but who, where and when. */
  content: Partial<Message>;
}

const MAX_MESSAGES = 1_000;
/** Supergroups have ids below this (Bot API server: `get_supergroup_chat_id`). */
const FIRST_SUPERGROUP_ID = -1_000_000_000_000;

export class Chats {
  readonly #now: () => number;
  readonly #changes: Changes;
  readonly #users: Map<number, User>;
  readonly #chats: Map<number, ChatData>;

  constructor(now: () => number, changes: Changes, state: ChatsState = { users: [], chats: [] }) {
    this.#now = now;
    this.#changes = changes;
    this.#users = new Map(state.users.map((user) => [user.id, user]));
    this.#chats = new Map(state.chats.map((chat) => [chat.id, chat]));
  }

  get state(): ChatsState {
    return { users: [...this.#users.values()], chats: [...this.#chats.values()] };
  }

  get all(): ChatData[] {
    return [...this.#chats.values()];
  }

  get(chatId: number): ChatData | undefined {
    return this.#chats.get(chatId);
  }

  knows(userId: number): boolean {
    return this.#users.has(userId);
  }

  /** Comes into being on first use. */
  person(userId: number): User {
    return this.#users.get(userId) ?? this.introduce({ id: userId, first_name: `Person ${userId}` });
  }

  /** Gives a person a name, and another one later. */
  introduce(person: Omit<User, 'is_bot'>): User {
    const user = { language_code: 'en', ...person, is_bot: false };
    this.#users.set(user.id, user);
    return user;
  }

  /** Comes into being on first use: above 0 a private chat, else a group. */
  open(chatId: number): ChatData {
    const existing = this.#chats.get(chatId);
    if (existing) return existing;
    if (chatId > 0) this.person(chatId);
    const chat: ChatData = {
      id: chatId,
      type: typeOf(chatId),
      title: chatId > 0 ? '' : `Group ${-chatId}`,
      hasTopics: false,
      // The first message of a group is the one that says that it was created; in a forum it is the general topic.
      nextMessageId: chatId > 0 ? 1 : GENERAL_THREAD_ID + 1,
      messages: [],
      topics: [],
      pinned: [],
      reactions: {},
      memberIds: chatId > 0 ? [chatId] : [],
      botStatus: 'present',
    };
    this.#chats.set(chatId, chat);
    return chat;
  }

  /** Makes sure that the chat has this topic; a group becomes a forum by it. */
  openTopic(chat: ChatData, threadId: number, createdBy: User): Topic {
    const existing = chat.topics.find((topic) => topic.threadId === threadId);
    if (existing) return existing;
    if (threadId === GENERAL_THREAD_ID) throw new Error('The general topic has no threadId: leave it out.');
    if (chat.type === 'group') chat.type = 'supergroup';
    chat.hasTopics = true;
    const topic = newTopic(threadId, `Topic ${threadId}`);
    chat.topics.push(topic);
    chat.nextMessageId = Math.max(chat.nextMessageId, threadId);
    if (chat.nextMessageId === threadId) this.announceTopic(chat, topic, createdBy);
    return topic;
  }

  /** The service message that begins a topic; its id is the thread's. */
  announceTopic(chat: ChatData, topic: Topic, createdBy: User): Message {
    const created = { name: topic.name, icon_color: topic.iconColor };
    return this.add(chat, {
      from: createdBy,
      threadId: topic.threadId,
      replyTo: null,
      content: { forum_topic_created: created },
    });
  }

  add(chat: ChatData, { from, threadId, replyTo, content }: NewMessage): Message {
    const message: Message = {
      message_id: chat.nextMessageId,
      from,
      chat: this.describe(chat),
      date: this.seconds(),
      ...(threadId !== null && { message_thread_id: threadId, is_topic_message: true }),
      ...repliedTo(chat, threadId, replyTo),
      ...content,
    };
    chat.nextMessageId += 1;
    chat.messages.push(message);
    if (chat.messages.length > MAX_MESSAGES) chat.messages.shift();
    if (!from.is_bot && !chat.memberIds.includes(from.id)) chat.memberIds.push(from.id);
    this.#changes.emit(chat.id);
    return message;
  }

  find(chat: ChatData, messageId: number): Message | undefined {
    return chat.messages.find(({ message_id }) => message_id === messageId);
  }

  /** Puts the changed message in the place of the one with its id. */
  replace(chat: ChatData, changed: Message): Message {
    chat.messages = chat.messages.map((message) =>
      message.message_id === changed.message_id ? changed : message,
    );
    this.#changes.emit(chat.id);
    return changed;
  }

  /** Whether it was there. */
  remove(chat: ChatData, messageId: number): boolean {
    const isThere = this.find(chat, messageId) !== undefined;
    chat.messages = chat.messages.filter(({ message_id }) => message_id !== messageId);
    chat.pinned = chat.pinned.filter((id) => id !== messageId);
    delete chat.reactions[messageId];
    if (isThere) this.#changes.emit(chat.id);
    return isThere;
  }

  /** The chat as updates and messages show it. */
  describe(chat: ChatData): Exclude<Chat, Chat.ChannelChat> {
    if (chat.type === 'private') {
      const { first_name, last_name, username } = this.person(chat.id);
      return {
        id: chat.id,
        type: 'private',
        first_name,
        ...(last_name !== undefined && { last_name }),
        ...(username !== undefined && { username }),
      };
    }
    if (chat.type === 'group') return { id: chat.id, type: 'group', title: chat.title };
    const forum = chat.hasTopics ? { is_forum: true as const } : {};
    return { id: chat.id, type: 'supergroup', title: chat.title, ...forum };
  }

  /** Now, as the Bot API writes dates. */
  seconds(): number {
    return Math.floor(this.#now() / 1_000);
  }

  changed(chat: ChatData): void {
    this.#changes.emit(chat.id);
  }
}

function typeOf(chatId: number): ChatData['type'] {
  if (chatId > 0) return 'private';
  return chatId < FIRST_SUPERGROUP_ID ? 'supergroup' : 'group';
}

/** A reply shows the other message, but not what that one replied to. */
function repliedTo(
  chat: ChatData,
  threadId: number | null,
  replyTo: Message | null,
): Pick<Message, 'reply_to_message' | 'message_thread_id'> {
  // In a forum a message that replies to nothing replies to the one that began the topic.
  const root = chat.type === 'supergroup' && threadId !== null ? threadId : undefined;
  const target = replyTo ?? chat.messages.find(({ message_id }) => message_id === root);
  if (!target) return {};
  const { reply_to_message: _, ...shown } = target;
  // Replies outside of topics carry a thread id as well, which is no topic's: only `is_topic_message` tells.
  const isLooseThread = chat.type === 'supergroup' && threadId === null;
  const thread = isLooseThread ? { message_thread_id: target.message_thread_id ?? target.message_id } : {};
  // TypeScript can't see that `Message` without the field is the type that the field wants.
  return { ...thread, reply_to_message: shown as NonNullable<Message['reply_to_message']> };
}
