/** People's messages: text goes to the session's inbox, a command is done, the rest is answered with a sentence. */
import { uuidOf } from '../../uuid.ts';
import { addressedBy } from './addressed.ts';
import type { BotIdentity } from '../api.ts';
import type { RecentSet } from '../bounded.ts';
import type { Reply } from './commands/command.ts';
import { runCommand } from './commands/commands.ts';
import type { ChatAddress, SessionsPort, TelegramHealth } from '../ports.ts';
import { plain } from '../render/rich-text.ts';
import { nothingSaidText, onlyTextText } from '../texts/messages.ts';
import { renamedBy, renameReply } from './rename-by-reply.ts';
import { threadOf, type UpdateMessage } from './update.ts';

export interface MessageOptions {
  bot: BotIdentity;
  sessions: SessionsPort;
  now: () => number;
  /** Owes the message this answer; resolves when that is durable. Does not wait for Telegram. */
  say: (address: ChatAddress, messageId: number, reply: Reply) => Promise<void>;
  /** The albums that were answered. */
  albums: RecentSet<string>;
  /** Another program that takes updates over. */
  conflict: () => TelegramHealth['conflict'];
}

/** What a person can send that is no text; every other message is Telegram's own (a title changed, a message pinned …). */
const OTHER_KINDS = [
  'animation',
  'audio',
  'checklist',
  'contact',
  'dice',
  'document',
  'game',
  'location',
  'paid_media',
  'photo',
  'poll',
  'rich_message',
  'sticker',
  'story',
  'venue',
  'video',
  'video_note',
  'voice',
];

/** Resolves when the message's effect is durable. Never waits for an answer of Claude's, nor for Telegram. */
export async function handleMessage(message: UpdateMessage, options: MessageOptions): Promise<void> {
  const { bot, sessions, now, say } = options;
  const said = addressedBy(message, bot);
  if (!said) return;
  const address = { chatId: message.chat.id, threadId: threadOf(message) };
  const { message_id: messageId } = message;
  // It comes again, and was done and answered before.
  if (await sessions.replies.wasAnswered(address.chatId, messageId)) return;
  const renamed = renamedBy(message, bot);
  const handOver = async (text: string): Promise<void> => {
    const uuid = uuidOf(bot.id, address.chatId, messageId);
    const refusal = await sessions.accept(address, { uuid, messageId, text, at: now() });
    if (refusal) await say(address, messageId, { text: plain(refusal.refused) });
  };
  if (said.command) {
    const call = { address, messageId, at: now(), conflict: options.conflict() };
    const outcome = await runCommand(said.command, call, sessions);
    if ('forClaude' in outcome) await handOver(outcome.forClaude);
    else await say(address, messageId, outcome);
  } else if (renamed !== null && said.text !== null) {
    await say(address, messageId, await renameReply(renamed, said.text, address.chatId, options));
  } else if (said.text === null) {
    if (isToBeAnswered(message, options.albums)) await say(address, messageId, { text: onlyTextText() });
  } else if (said.text.trim() === '') {
    await say(address, messageId, { text: nothingSaidText() });
  } else {
    await handOver(said.text);
  }
}

/** An album comes as one message for each picture; it is answered once. */
function isToBeAnswered({ kinds, media_group_id: album }: UpdateMessage, albums: RecentSet<string>): boolean {
  if (!kinds.some((kind) => OTHER_KINDS.includes(kind))) return false;
  return album === undefined || albums.add(album);
}
