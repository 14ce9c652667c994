/** What the chat page shows besides messages: the banner, the people and the list of conversations. */
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
  /** What the menu offers. */
  commands: EmulatedTelegram['commands'];
}

export interface World {
  banner: string;
  bot: { name: string; username: string };
  people: readonly Person[];
  conversations: Conversation[];
  /** Where topics can be made. */
  forums: { chatId: number; title: string }[];
}

type Shown = Pick<EmulatedTelegram, 'bot' | 'commandsIn' | 'chats'>;

/** @param isScripted false: Claude answers, so there are no words that it is known to understand */
export function describeWorld(telegram: Shown, banner: string, isScripted: boolean): World {
  const { bot } = telegram;
  const chats = telegram.chats();
  const context = { username: bot.username, suggestions: isScripted ? SCRIPTED_SUGGESTIONS : SUGGESTIONS };
  return {
    banner,
    bot: { name: bot.first_name, username: bot.username },
    people,
    conversations: chats.flatMap((chat) =>
      conversationsOf(chat, { ...context, commands: telegram.commandsIn(chat.id) }),
    ),
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
  commands: EmulatedTelegram['commands'];
}

function conversationsOf(chat: ChatSummary, context: Context): Conversation[] {
  if (chat.type === 'private') return [privateChat(chat, context)];
  const { username, suggestions, commands } = context;
  const speakers = people.map(({ id }) => id);
  const place = { chatId: chat.id, speakers, note: null, suggestions, commands };
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

function privateChat(chat: ChatSummary, { username, suggestions, commands }: Context): Conversation {
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
    commands,
  };
}

function isForum({ type, topics }: ChatSummary): boolean {
  return type !== 'private' && topics.length > 0;
}
