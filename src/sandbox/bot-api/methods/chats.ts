/** What the bot may ask about itself and about chats. */
import {
  type ChatFullInfo,
  type ChatMember,
  type ChatMemberAdministrator,
  type ChatMemberMember,
} from 'grammy/types';
import { badRequest } from '../api-error.ts';
import { type ChatData } from '../chats.ts';
import { leave } from '../membership.ts';
import { type Methods } from '../method.ts';
import { chatOf } from '../targets.ts';
import { type World } from '../world.ts';

export const chatMethods: Methods = {
  getMe: { takes: [], run: ({ world }) => world.bot },
  getChat: {
    takes: ['chat_id'],
    run: ({ world, parameters }) => fullInfo(world, chatOf(world, parameters, 'read')),
  },
  getChatMember: {
    takes: ['chat_id', 'user_id'],
    run: ({ world, parameters }) => {
      const userId = parameters.integer('user_id', 0, -Infinity, Infinity);
      if (userId <= 0) throw badRequest('invalid user_id specified');
      return memberOf(world, chatOf(world, parameters, 'read'), userId);
    },
  },
  getChatMemberCount: {
    takes: ['chat_id'],
    run: ({ world, parameters }) => chatOf(world, parameters, 'read').memberIds.length + 1,
  },
  leaveChat: {
    takes: ['chat_id'],
    run: ({ world, parameters }) => {
      const chat = chatOf(world, parameters, 'read');
      if (chat.type === 'private') {
        throw badRequest("chat member status can't be changed in private chats");
      }
      leave(world, chat);
      return true;
    },
  },
};

function fullInfo(world: World, chat: ChatData): ChatFullInfo {
  const pinned = world.chats.find(chat, chat.pinned[0] ?? 0);
  return {
    ...world.chats.describe(chat),
    accent_color_id: 0,
    max_reaction_count: 11,
    accepted_gift_types: {
      unlimited_gifts: false,
      limited_gifts: false,
      unique_gifts: false,
      premium_subscription: false,
      gifts_from_channels: false,
    },
    ...(pinned && { pinned_message: pinned }),
  };
}

function memberOf(world: World, chat: ChatData, userId: number): ChatMember {
  if (userId === world.bot.id)
    return chat.type === 'private' ? asMember(world, userId) : asAdmin(world, chat);
  if (!world.chats.knows(userId)) throw badRequest('user not found');
  if (chat.memberIds.includes(userId)) return asMember(world, userId);
  return { status: 'left', user: world.chats.person(userId) };
}

function asMember(world: World, userId: number): ChatMemberMember {
  return { status: 'member', user: userId === world.bot.id ? world.bot : world.chats.person(userId) };
}

/** In groups the bot is an administrator: it reads everything and manages topics. */
function asAdmin({ bot }: World, chat: ChatData): ChatMemberAdministrator {
  return {
    status: 'administrator',
    user: bot,
    can_be_edited: false,
    is_anonymous: false,
    can_manage_chat: true,
    can_delete_messages: true,
    can_manage_video_chats: false,
    can_restrict_members: false,
    can_promote_members: false,
    can_change_info: false,
    can_invite_users: true,
    can_post_stories: false,
    can_edit_stories: false,
    can_delete_stories: false,
    can_pin_messages: true,
    can_manage_topics: chat.botManagesTopics !== false,
    can_send_welcome_messages: false,
  };
}
