/** Where the bot is taken in and thrown out: it stays in groups that allowed people take it to, and leaves all others. */
import { z } from 'zod';
import type { AccessPort } from '../ports.ts';
import { joinedGroupText } from '../texts/access.ts';
import type { RichText } from '../render/rich-text.ts';

const member = z.object({ status: z.string(), is_member: z.boolean().optional() });

const membership = z.object({
  my_chat_member: z.object({
    chat: z.object({ id: z.int(), type: z.string() }),
    from: z.object({ id: z.int() }),
    date: z.int(),
    old_chat_member: member,
    new_chat_member: member,
  }),
});

/** The bot's place in a chat has changed, by somebody's doing. */
export interface Membership {
  chatId: number;
  chatType: string;
  /** Whose doing it was. */
  userId: number;
  /** As Telegram says it, in seconds. */
  date: number;
  change: 'entered' | 'left' | 'none';
}

/** Null if the update is of another kind. */
export function readMembership(update: unknown): Membership | null {
  const read = membership.safeParse(update).data?.my_chat_member;
  if (!read) return null;
  const { chat, from, date } = read;
  const [was, is] = [isIn(read.old_chat_member), isIn(read.new_chat_member)];
  const change = was === is ? 'none' : is ? 'entered' : 'left';
  return { chatId: chat.id, chatType: chat.type, userId: from.id, date, change };
}

/** Bot API, ChatMember. */
function isIn({ status, is_member: isMember }: z.infer<typeof member>): boolean {
  return ['creator', 'administrator', 'member'].includes(status) || isMember === true;
}

export interface MembershipOptions {
  access: Pick<AccessPort, 'isAllowed'>;
  botUsername: string;
  /** Owes a word to the chat, once for each date; resolves when that is durable. */
  sayOnce: (chatId: number, date: number, text: RichText) => Promise<void>;
  /** Leaves the chat. Does not wait. */
  leave: (chatId: number) => void;
  /** The chat takes nothing any more. */
  refuse: (chatId: number, reason: string) => void;
  /** The chat takes messages (again). */
  welcome: (chatId: number) => void;
}

/** Resolves when what follows from it is durable. */
export async function handleMembership(
  { chatId, chatType, userId, date, change }: Membership,
  { access, botUsername, sayOnce, leave, refuse, welcome }: MembershipOptions,
): Promise<void> {
  if (change === 'left') {
    // The words of Telegram's refusals, which would come with the next message.
    const how =
      chatType === 'private' ? 'bot was blocked by the user' : `bot was kicked from the ${chatType} chat`;
    return refuse(chatId, `Forbidden: ${how}`);
  }
  if (change === 'none') return;
  if (chatType === 'private') {
    if (access.isAllowed(userId)) welcome(chatId);
    return;
  }
  // In a channel nobody can be heard: its posts name no author.
  if (!access.isAllowed(userId) || chatType === 'channel') return leave(chatId);
  welcome(chatId);
  await sayOnce(chatId, date, joinedGroupText(botUsername));
}
