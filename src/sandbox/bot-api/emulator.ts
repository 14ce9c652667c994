/** The emulated Bot API: Telegram's server and the people in its chats, in this process, over real HTTP on loopback. */
import { type UserFromGetMe } from 'grammy/types';
import { type BotCall, type EmulatedTelegram } from '../ports.ts';
import { CallLog } from './call-log.ts';
import { type ChatData } from './chats.ts';
import { Faults } from './faults.ts';
import { startApiServer } from './http/api-server.ts';
import * as sharing from './people-share.ts';
import * as membership from './membership.ts';
import * as people from './people.ts';
import { loadState, StateSaver } from './state-file.ts';
import { checkTopicName, newTopic } from './topics.ts';
import { waitForMessage } from './wait-for-message.ts';
import { createWorld, pushIfAllowed, snapshotOf, type World } from './world.ts';

export interface EmulatorOptions {
  /** Default: any free port. */
  port?: number;
  /** Default: one that looks like Telegram's. The number before the colon is the bot's id. */
  token?: string;
  /** Where chats, updates and commands are kept over a restart. Default: nowhere. */
  stateFile?: string;
  /** Wall clock, ms: dates, and the 24 hours after which updates are forgotten. */
  now?: () => number;
  /** First name of the bot. Default: `Hibernaut`. */
  botName?: string;
  /** Without the @. Default: `hibernaut_sandbox_bot`. */
  botUsername?: string;
  /** BotFather's "Threaded Mode": topics in private chats. Default: off. */
  hasTopicsInPrivateChats?: boolean;
  /** How long a tap waits for the bot's word. Default: 15 s. */
  callbackLifetimeMs?: number;
}

const DEFAULT_TOKEN = '4242424242:AAEmulatedTelegramTokenForTheSandbox';
const DEFAULT_CALLBACK_LIFETIME_MS = 15_000;

/** @throws AddressError if the port is taken */
export async function startEmulator(options: EmulatorOptions = {}): Promise<EmulatedTelegram> {
  const { port = 0, token = DEFAULT_TOKEN, stateFile, now = Date.now } = options;
  const loaded = stateFile === undefined ? null : await loadState(stateFile, now);
  const world: World = createWorld({
    bot: botOf(token, options),
    now,
    monotonic: () => performance.now(),
    callbackLifetimeMs: options.callbackLifetimeMs ?? DEFAULT_CALLBACK_LIFETIME_MS,
    saved: loaded?.state ?? null,
    onChange: () => saver?.plan(),
  });
  const saver = stateFile === undefined ? null : new StateSaver(stateFile, () => snapshotOf(world));
  const faults = new Faults();
  const log = new CallLog();
  const server = await startApiServer({ port, token, world, faults, log, now });

  return {
    url: server.url,
    token,
    bot: world.bot,
    stateSetAside: loaded?.setAside ?? null,
    ...personsSide(world),
    ...observersSide(world, log.calls),
    get commands() {
      return world.menus.shown;
    },
    commandsIn: (chatId) => world.menus.shownIn(chatId),
    fault: (fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    close: async () => {
      world.callbacks.close();
      world.activities.close();
      await server.close();
      await saver?.flush();
    },
  };
}

type PersonsSide = Pick<
  EmulatedTelegram,
  | 'introduce'
  | 'openChat'
  | 'createGroup'
  | 'createTopic'
  | 'changeTopic'
  | 'deleteTopic'
  | 'setBotManagesTopics'
  | 'sendText'
  | 'sendFile'
  | 'share'
  | 'forward'
  | 'editText'
  | 'removeMessage'
  | 'press'
  | 'pushUpdate'
  | 'pushCallback'
  | 'setBotAllowed'
  | 'addBot'
  | 'migrate'
>;

function personsSide(world: World): PersonsSide {
  return {
    introduce: ({ userId, firstName, lastName, username }) => {
      const named = {
        id: userId,
        first_name: firstName,
        ...(lastName !== undefined && { last_name: lastName }),
        ...(username !== undefined && { username }),
      };
      world.chats.introduce(named);
    },
    openChat: (chatId) => world.chats.changed(world.chats.open(chatId)),
    createGroup: ({ chatId, title, isForum = false }) => {
      if (chatId >= 0) throw new Error(`A group's id is below 0, got ${chatId}.`);
      const chat = world.chats.open(chatId);
      chat.title = title;
      if (isForum) Object.assign(chat, { type: 'supergroup', hasTopics: true });
      world.chats.changed(chat);
    },
    createTopic: ({ chatId, userId, name }) => {
      const chat = world.chats.open(chatId);
      const topic = newTopic(chat.nextMessageId, checkTopicName(name));
      if (chat.type === 'group') chat.type = 'supergroup';
      chat.hasTopics = true;
      chat.topics.push(topic);
      const announced = world.chats.announceTopic(chat, topic, world.chats.person(userId ?? chatId));
      pushIfAllowed(world, 'message', announced);
      return topic.threadId;
    },
    changeTopic: (topic, change) => people.changeTopic(world, topic, change),
    deleteTopic: (chatId, threadId) => people.deleteTopic(world, chatId, threadId),
    setBotManagesTopics: (chatId, mayManage) => {
      world.chats.open(chatId).botManagesTopics = mayManage;
    },
    sendText: (message) => people.sendText(world, message),
    sendFile: (file) => sharing.sendFile(world, file),
    share: (thing) => sharing.share(world, thing),
    forward: (forwarded) => sharing.forward(world, forwarded),
    editText: (edit) => people.editText(world, edit),
    removeMessage: (chatId, messageId) => world.chats.remove(world.chats.open(chatId), messageId),
    press: (tap) => people.press(world, tap),
    pushUpdate: (update) => people.pushUpdate(world, update),
    pushCallback: (query) => people.pushCallback(world, query),
    setBotAllowed: (chatId, isAllowed, userId) => membership.setAllowed(world, chatId, isAllowed, userId),
    addBot: (addition) => membership.addBot(world, addition),
    migrate: (migration) => membership.migrate(world, migration),
  };
}

type ObserversSide = Pick<
  EmulatedTelegram,
  | 'messages'
  | 'fileBytes'
  | 'waitForMessage'
  | 'calls'
  | 'chats'
  | 'activity'
  | 'pinned'
  | 'reaction'
  | 'onChange'
  | 'pendingUpdates'
>;

function observersSide(world: World, calls: readonly BotCall[]): ObserversSide {
  return {
    calls,
    messages: (chatId) => [...(world.chats.get(chatId)?.messages ?? [])],
    fileBytes: (fileId) => world.files.find(fileId)?.bytes ?? null,
    waitForMessage: (chatId, predicate, timeoutMs) => waitForMessage(world, chatId, predicate, timeoutMs),
    chats: () => world.chats.all.map((chat) => describe(world, chat)),
    activity: (chatId) => world.activities.in(chatId),
    pinned: (chatId) => [...(world.chats.get(chatId)?.pinned ?? [])],
    reaction: (chatId, messageId) => world.chats.get(chatId)?.reactions[messageId] ?? null,
    onChange: (listener) => world.changes.on(listener),
    pendingUpdates: () => world.queue.length,
  };
}

function describe(world: World, chat: ChatData): ReturnType<EmulatedTelegram['chats']>[number] {
  const { first_name, last_name } = chat.type === 'private' ? world.chats.person(chat.id) : {};
  return {
    id: chat.id,
    type: chat.type,
    title: chat.type === 'private' ? [first_name, last_name].filter(Boolean).join(' ') : chat.title,
    topics: chat.topics.map(({ threadId, name, isClosed }) => ({ threadId, name, isClosed })),
  };
}

function botOf(token: string, options: EmulatorOptions): UserFromGetMe {
  const id = Number(token.split(':')[0]);
  if (!Number.isSafeInteger(id) || id <= 0) {
    throw new Error('The token must begin with the number of the bot and a colon, as in "4242:secret".');
  }
  return {
    id,
    is_bot: true,
    first_name: options.botName ?? 'Hibernaut',
    username: options.botUsername ?? 'hibernaut_sandbox_bot',
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: options.hasTopicsInPrivateChats ?? false,
    allows_users_to_create_topics: options.hasTopicsInPrivateChats ?? false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}
