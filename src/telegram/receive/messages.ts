/** People's messages: a command is done, what Claude can use goes on to a session, the rest is answered with a sentence. */
import { uuidOf } from '../../uuid.ts';
import { addressedBy, type Address } from './addressed.ts';
import type { BotIdentity } from '../api.ts';
import { FILE_KINDS, type Arrival } from '../arrival.ts';
import type { RecentSet } from '../bounded.ts';
import type { Reply } from './commands/command.ts';
import { runCommand } from './commands/commands.ts';
import type { ChatAddress, Refusal, SessionsPort, TelegramHealth } from '../ports.ts';
import { plain } from '../render/rich-text.ts';
import { nothingSaidText, notUnderstoodText } from '../texts/messages.ts';
import { pieceKey, readArrival } from './read-arrival.ts';
import { renamedBy, renameReply } from './rename-by-reply.ts';
import type { MakeTopic } from './own-topic.ts';
import { handleTopicChange } from './topic-changes.ts';
import { threadOf, type UpdateMessage } from './update.ts';

export interface MessageOptions {
  bot: BotIdentity;
  sessions: SessionsPort;
  now: () => number;
  /** Owes the message this answer; resolves when that is durable. Does not wait for Telegram. */
  say: (address: ChatAddress, messageId: number, reply: Reply) => Promise<void>;
  /** The albums that were answered. */
  albums: RecentSet<string>;
  /** Makes topics in the message's chat; null if that has none. */
  makeTopic: MakeTopic | null;
  /** Another program that takes updates over. */
  conflict: () => TelegramHealth['conflict'];
}

/** Understood, but in this message not as Telegram sends it. */
const DAMAGED: readonly string[] = [...FILE_KINDS, 'location', 'contact', 'poll'];

/**
 * What a person can send that Claude is not given; every other message without words is Telegram's own (a title
 * changed, a message pinned …).
 */
const NOT_UNDERSTOOD = ['sticker', 'game', 'story', 'paid_media', 'rich_message', ...DAMAGED];

/** Resolves when the message's effect is durable. Never waits for an answer of Claude's, a download, or Telegram. */
export async function handleMessage(message: UpdateMessage, options: MessageOptions): Promise<void> {
  const { bot, sessions, now, say } = options;
  const address = { chatId: message.chat.id, threadId: threadOf(message) };
  if (await handleTopicChange(message, address, options)) return;
  const { message_id: messageId } = message;
  const said = addressedBy(message, bot) ?? (await asNextPiece(message, address, sessions));
  if (!said) return;
  // It comes again, and was done and answered before.
  if (await sessions.replies.wasAnswered(address.chatId, messageId)) return;
  const handOver = async (handing: Promise<void | Refusal>): Promise<void> => {
    const refusal = await handing;
    if (refusal) await say(address, messageId, { text: plain(refusal.refused) });
  };
  if (said.command) {
    const { makeTopic } = options;
    const repliedTo = repliedToBy(message);
    const conflict = options.conflict();
    const call = { address, messageId, botId: bot.id, repliedTo, at: now(), makeTopic, conflict };
    const outcome = await runCommand(said.command, call, sessions);
    if ('forClaude' in outcome) {
      const uuid = uuidOf(bot.id, address.chatId, messageId);
      await handOver(sessions.accept(address, { uuid, messageId, text: outcome.forClaude, at: now() }));
    } else await say(address, messageId, outcome);
    return;
  }
  const renamed = message.text === undefined ? null : renamedBy(message, bot);
  if (renamed !== null) {
    await say(address, messageId, await renameReply(renamed, said.text, address.chatId, options));
    return;
  }
  const arrival = readArrival(message, said.text, bot, now());
  if (arrival && !isEmpty(arrival)) {
    await handOver(sessions.arrive(address, arrival));
  } else {
    const text = arrival ? nothingSaidText() : whyNotText(message, options.albums);
    if (text) await say(address, messageId, { text });
  }
}

function repliedToBy({ reply_to_message: original }: UpdateMessage): number | null {
  const id = original?.['message_id'];
  return typeof id === 'number' ? id : null;
}

/** In a group only the first piece names the bot; the others are meant for it all the same. */
async function asNextPiece(
  message: UpdateMessage,
  address: ChatAddress,
  sessions: SessionsPort,
): Promise<Address | null> {
  const pieceOf = pieceKey(message, message.forward_origin !== undefined);
  if (pieceOf === null || !(await sessions.isArriving(address, pieceOf))) return null;
  return { text: message.text ?? message.caption ?? '', command: null };
}

/** Our name and nothing else; in a reply even that says something: look at this. */
function isEmpty({ text, context, files }: Arrival): boolean {
  return text.trim() === '' && context.length === 0 && files.length === 0;
}

/** Null for what needs no answer. An album comes as one message for each picture; it is answered once. */
function whyNotText({ kinds, media_group_id: album }: UpdateMessage, albums: RecentSet<string>) {
  const kind = NOT_UNDERSTOOD.find((candidate) => kinds.includes(candidate));
  if (kind === undefined || (album !== undefined && !albums.add(album))) return null;
  return notUnderstoodText(kind);
}
