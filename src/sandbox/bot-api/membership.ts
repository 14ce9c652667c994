/** How the bot comes into chats and gets out of them, and how a group becomes a supergroup: what Telegram tells the bot. */
import { type ChatMember, type Message, type User } from 'grammy/types';
import { type ChatData } from './chats.ts';
import { pushIfAllowed, type World } from './world.ts';

/** What a chat was to the bot and is to it: in it, gone by itself, or thrown out (in a private chat: blocked). */
type Status = ChatData['botStatus'];

/** A person blocks the bot or lets it write again; a group throws it out or takes it back. */
export function setAllowed(world: World, chatId: number, isAllowed: boolean, userId?: number): void {
  const chat = world.chats.open(chatId);
  if ((chat.botStatus === 'present') === isAllowed) return;
  const by = userId ?? chat.memberIds[0] ?? chatId;
  become(world, chat, isAllowed ? 'present' : 'kicked', world.chats.person(by));
}

/** A person adds the bot to a group that it was not in. */
export function addBot(world: World, { chatId, userId }: { chatId: number; userId: number }): void {
  const chat = world.chats.open(chatId);
  if (chat.type === 'private') throw new Error(`Nobody adds a bot to a private chat, as ${chatId} is.`);
  const person = world.chats.person(userId);
  if (!chat.memberIds.includes(userId)) chat.memberIds.push(userId);
  chat.botStatus = 'left';
  become(world, chat, 'present', person);
}

/** The bot goes. */
export function leave(world: World, chat: ChatData): void {
  become(world, chat, 'left', world.bot);
}

function become(world: World, chat: ChatData, status: Status, from: User): void {
  const before = chat.botStatus;
  chat.botStatus = status;
  world.chats.changed(chat);
  pushIfAllowed(world, 'my_chat_member', {
    chat: world.chats.describe(chat),
    from,
    date: world.chats.seconds(),
    old_chat_member: memberAs(world, before),
    new_chat_member: memberAs(world, status),
  });
}

function memberAs({ bot: user }: World, status: Status): ChatMember {
  if (status === 'kicked') return { status, user, until_date: 0 };
  return { status: status === 'left' ? 'left' : 'member', user };
}

/** Whom Telegram names as the author of what nobody wrote. https://core.telegram.org/bots/api#message */
const GROUP_ANONYMOUS_BOT = {
  id: 1_087_968_824,
  is_bot: true,
  first_name: 'Group',
  username: 'GroupAnonymousBot',
};
/** Added to a group's number, it is the id of a supergroup (Bot API server: `get_supergroup_chat_id`). */
const SUPERGROUPS_FROM = -1_000_000_000_000;

/** A person makes the group a supergroup: it has another id from now on, and its messages are counted anew. Returns the id. */
export function migrate(world: World, { chatId, userId }: { chatId: number; userId: number }): number {
  const group = world.chats.open(chatId);
  if (group.type !== 'group') throw new Error(`Chat ${chatId} is no group that could become a supergroup.`);
  const supergroup = world.chats.open(SUPERGROUPS_FROM + chatId);
  supergroup.title = group.title;
  supergroup.memberIds = [...group.memberIds];
  supergroup.nextMessageId = 1;
  announce(world, group, world.chats.person(userId), { migrate_to_chat_id: supergroup.id });
  group.migratedTo = supergroup.id;
  announce(world, supergroup, GROUP_ANONYMOUS_BOT, {
    migrate_from_chat_id: chatId,
    sender_chat: world.chats.describe(supergroup),
  });
  return supergroup.id;
}

function announce(world: World, chat: ChatData, from: User, content: Partial<Message>): void {
  pushIfAllowed(world, 'message', world.chats.add(chat, { from, threadId: null, replyTo: null, content }));
}
