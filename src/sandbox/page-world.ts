/** What the chat page shows besides messages: the banner, the people, the commands and the list of conversations. */
import { type ChatSummary, type EmulatedTelegram } from './ports.ts';
import { people, type Person } from './people.ts';

/** A place to write: a private chat, a group, or one topic of a forum. */
export interface Conversation {
  key: string;
  chatId: number;
  /** Null outside of topics, and for the forum's "General". */
  threadId: number | null;
  kind: 'private' | 'group' | 'topic';
  title: string;
  description: string;
  /** A word beside the title. */
  note: string | null;
  /** Who may write here, as user ids; the first one is offered first. */
  speakers: number[];
  /** What an empty chat says. */
  hint: string;
  /** Words to begin with. */
  suggestions: string[];
}

export interface World {
  banner: string;
  bot: { name: string; username: string };
  people: readonly Person[];
  commands: EmulatedTelegram['commands'];
  conversations: Conversation[];
  /** Where topics can be made. */
  forums: { chatId: number; title: string }[];
}

type Shown = Pick<EmulatedTelegram, 'bot' | 'commands' | 'chats'>;

/** @param isScripted false: Claude answers, so there are no words that it is known to understand */
export function describeWorld(telegram: Shown, banner: string, isScripted: boolean): World {
  const { bot, commands } = telegram;
  const chats = telegram.chats();
  const context = { username: bot.username, suggestions: isScripted ? SCRIPTED_SUGGESTIONS : SUGGESTIONS };
  return {
    banner,
    bot: { name: bot.first_name, username: bot.username },
    people,
    commands,
    conversations: chats.flatMap((chat) => conversationsOf(chat, context)),
    forums: chats.filter(isForum).map(({ id, title }) => ({ chatId: id, title })),
  };
}

export function conversationKey(chatId: number, threadId: number | null): string {
  return threadId === null ? String(chatId) : `${chatId}/${threadId}`;
}

const SUGGESTIONS = ['hello', '/help'];
const SCRIPTED_SUGGESTIONS = ['hello', 'help', 'run: touch hello.txt', 'markdown', 'slow 40', '/status'];

interface Context {
  username: string;
  suggestions: string[];
}

function conversationsOf(chat: ChatSummary, { username, suggestions }: Context): Conversation[] {
  if (chat.type === 'private') return [privateChat(chat, username, suggestions)];
  const place = { chatId: chat.id, speakers: people.map(({ id }) => id), note: null, suggestions };
  if (!isForum(chat)) {
    const description = `group with @${username}`;
    const hint = `A group with @${username}. All of the sandbox's people can write here.`;
    return [
      {
        ...place,
        key: conversationKey(chat.id, null),
        threadId: null,
        kind: 'group',
        title: chat.title,
        description,
        hint,
      },
    ];
  }
  const topics = [{ threadId: null, name: 'General' }, ...chat.topics];
  return topics.map(({ threadId, name }) => ({
    ...place,
    key: conversationKey(chat.id, threadId),
    threadId,
    kind: 'topic',
    title: `${chat.title} › ${name}`,
    description: 'topic of a forum',
    hint: 'A topic of a forum: each topic is a session of its own.',
  }));
}

function privateChat(chat: ChatSummary, username: string, suggestions: string[]): Conversation {
  const isAllowed = people.find(({ id }) => id === chat.id)?.allowed ?? false;
  const owner = `${chat.title} in a private chat with @${username}.`;
  return {
    key: conversationKey(chat.id, null),
    chatId: chat.id,
    threadId: null,
    kind: 'private',
    title: chat.title,
    description: `private chat with @${username}`,
    note: isAllowed ? null : 'stranger',
    speakers: [chat.id],
    hint: isAllowed
      ? `You are ${owner} Write a message, or / for the commands.`
      : `You are ${owner} This person is not on the list of allowed users: whatever you write, no answer comes.`,
    suggestions: isAllowed ? suggestions : ['hello'],
  };
}

function isForum({ type, topics }: ChatSummary): boolean {
  return type !== 'private' && topics.length > 0;
}
