/** What happens to an update that came in: the gate, then the handler for its kind, whose answers go to the chat's line. */
import type { Api } from 'grammy';
import { idOfMoment } from '../../made-up-ids.ts';
import { logFields } from '../api-failure.ts';
import { apiSignal, type BotIdentity } from '../api.ts';
import type { BatchOptions } from './batch.ts';
import { RecentSet } from '../bounded.ts';
import { handleCallback, type Edited } from './callbacks.ts';
import type { ChatLine } from '../send/chat-line.ts';
import type { Reply } from './commands/command.ts';
import { editDelivery } from '../send/delivery.ts';
import { createTopic } from '../send/topic-titles.ts';
import { hasTopics, type TopicsChat } from '../has-topics.ts';
import { owedReply } from '../send/replies.ts';
import { isAllowed } from './gate.ts';
import type { TelegramLog } from '../log.ts';
import { handleEdit } from './edits.ts';
import { handleMembership, readMembership } from './membership.ts';
import { handleMessage } from './messages.ts';
import { readMigration } from './migration.ts';
import { handlePairing, readPairedBefore, readStrangers } from './pairing.ts';
import type { ChatAddress, SessionsPort, StoppedTurn, TelegramHealth } from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import { PASSED_OVER_TOAST, passedOverText } from '../texts/messages.ts';
import type { MakeTopic } from './own-topic.ts';
import { readUpdate, threadOf, type KnownUpdate } from './update.ts';

export interface IncomingOptions {
  api: Api;
  lineOf: (chatId: number) => ChatLine;
  sessions: SessionsPort;
  /** Resolves when the group's sessions are the supergroup's, durably. */
  migrate: (from: number, to: number) => Promise<void>;
  /** The chat takes nothing any more, in Telegram's words. */
  refuse: (chatId: number, reason: string) => void;
  /** For whoever is no chat of ours: what goes out there passes no gate. */
  strangers: Api;
  /** Known by the time an update comes. */
  bot: () => Promise<BotIdentity>;
  now: () => number;
  log: TelegramLog;
  signal: AbortSignal;
  /** Another program that takes updates over. */
  conflict: () => TelegramHealth['conflict'];
  /** The turn that a draft in a chat shows, or null. */
  turnOfDraft: (chatId: number, draftId: number) => StoppedTurn | null;
}

/** The lane of a chat's line that no session owns. Session ids have no colon. */
const EDITS = ':edits';

const ALBUMS_KEPT = 200;

export function createIncoming(options: IncomingOptions): Pick<BatchOptions, 'read' | 'handle' | 'passOver'> {
  const { api, lineOf, sessions, now, log } = options;
  const { access } = sessions;
  const albums = new RecentSet<string>(ALBUMS_KEPT);

  const say = ({ chatId, threadId }: ChatAddress, messageId: number, reply: Reply): Promise<void> =>
    sessions.replies.owe(chatId, owedReply({ messageId, threadId }, reply));

  const edit = ({ chatId }: ChatAddress, messageId: number, to: Edited): void => {
    const edited = { chatId, messageId, text: to.text ?? null, keyboard: to.keyboard ?? null };
    lineOf(chatId).add(EDITS, editDelivery(api, edited));
  };

  const topicsOf = (chat: TopicsChat | undefined, bot: BotIdentity): MakeTopic | null =>
    chat && hasTopics(chat, bot) ? (name) => createTopic(api, chat.id, name, options.signal) : null;

  /** A query lives for seconds only, so a toast waits for nothing and is not repeated. */
  const toast = (callbackId: string, text: string): void => {
    api
      .answerCallbackQuery(callbackId, { text }, apiSignal(options.signal))
      .catch((error: unknown) => log.debug(logFields(error), 'telegram.toast.failed'));
  };

  /** Somebody is there: what Telegram, or the gate, refused in the chat is offered again. */
  const noteSignOfLife = (chatId: number): void => {
    lineOf(chatId).noteSignOfLife();
    sessions.heard(chatId);
  };

  /** A courtesy to somebody who may have mistyped a code: nothing is kept of it. */
  const tellStranger = (chatId: number, text: RichText): void => {
    options.strangers
      .sendMessage(chatId, text.text, { entities: text.entities }, apiSignal(options.signal))
      .catch((error: unknown) => log.debug(logFields(error), 'telegram.stranger.notTold'));
  };

  const sayOnce = async (chatId: number, messageId: number, text: RichText): Promise<void> => {
    if (await sessions.replies.wasAnswered(chatId, messageId)) return;
    await say({ chatId, threadId: null }, messageId, { text });
  };

  const leave = (chatId: number): void => {
    log.warn({ chat: chatId }, 'telegram.chat.left');
    api
      .leaveChat(chatId, apiSignal(options.signal))
      .catch((error: unknown) => log.warn({ chat: chatId, ...logFields(error) }, 'telegram.chat.notLeft'));
  };

  /** By whom, is in the update; what is no person's doing is read before the gate. */
  const read = (update: unknown): KnownUpdate | null => {
    const migration = readMigration(update);
    if (migration) return { chatId: migration.to, kind: 'migration', ...migration };
    const membership = readMembership(update);
    if (membership) return { chatId: membership.chatId, kind: 'membership', membership };
    return isAllowed(update, (userId) => access.isAllowed(userId))
      ? (readPairedBefore(update, access) ?? readUpdate(update))
      : readStrangers(update, access);
  };

  const handle = async (update: KnownUpdate): Promise<void> => {
    switch (update.kind) {
      case 'migration':
        return options.migrate(update.from, update.to);
      case 'membership': {
        const { username: botUsername } = await options.bot();
        return handleMembership(update.membership, {
          ...{ access, botUsername, leave, refuse: options.refuse, welcome: noteSignOfLife },
          // No message asked for it; the time makes it one of a kind.
          sayOnce: (chatId, date, text) => sayOnce(chatId, idOfMoment(date), text),
        });
      }
      case 'pairing':
        await handlePairing(update.attempt, { sessions, sayOnce, tellStranger });
        if (access.isAllowed(update.chatId)) noteSignOfLife(update.chatId);
        return;
      case 'draftStopped': {
        noteSignOfLife(update.chatId);
        const turn = options.turnOfDraft(update.chatId, update.draftId);
        if (turn) await sessions.stopTurn(update.chatId, turn, now());
        return;
      }
      case 'callback': {
        noteSignOfLife(update.chatId);
        const makeTopic = topicsOf(update.callback.message?.chat, await options.bot());
        return handleCallback(update.callback, { sessions, now, toast, edit, makeTopic });
      }
      case 'edit':
        noteSignOfLife(update.chatId);
        return handleEdit(update.message, { bot: await options.bot(), sessions, now, say });
      case 'message': {
        noteSignOfLife(update.chatId);
        const bot = await options.bot();
        return handleMessage(update.message, {
          bot,
          makeTopic: topicsOf(update.message.chat, bot),
          sessions,
          now,
          say,
          albums,
          conflict: options.conflict,
        });
      }
    }
  };

  return {
    read,
    handle,
    passOver: async (update) => {
      if (update.kind === 'callback') {
        toast(update.callback.id, PASSED_OVER_TOAST);
      } else if (update.kind === 'message') {
        const { message } = update;
        const address = { chatId: update.chatId, threadId: threadOf(message) };
        await say(address, message.message_id, { text: passedOverText() });
      }
    },
  };
}
