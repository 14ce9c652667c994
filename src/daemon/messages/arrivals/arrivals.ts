/**
 * Messages on their way to their sessions. A message that brings files, or may be a piece of something longer, is put
 * into the chat's record, which confirms it; from there it goes on as a prompt once it is whole. What comes after it in
 * the same chat or topic queues behind it. A daemon that dies at any point finds it in the record, or in the session.
 */
import type { ChatRecord } from '../../../store/ports.ts';
import type { Arrival } from '../../../telegram/arrival.ts';
import type { ChatAddress, IntakePort, Refusal } from '../../../telegram/ports.ts';
import { idWithin, type ChatSessions } from '../../chats/chat-sessions.ts';
import type { Chats } from '../../chats/chats.ts';
import type { Take } from '../intake.ts';
import type { SessionMaking } from '../../sessions/session-making.ts';
import type { Sessions } from '../../sessions/sessions.ts';
import { append, arrivingAt, hasArrived, promptWaitingFor, toArriving } from './arriving.ts';
import type { Lanes } from './lanes.ts';
import { promptOf } from './prompt.ts';
import { tooManyFilesText } from '../../../telegram/texts/refusals.ts';

/** As many as wait in an inbox. */
const ARRIVING_LIMIT = 100;

export interface ArrivalsOptions {
  sessions: Pick<Sessions, 'record'>;
  chats: Chats;
  ofChat: ChatSessions;
  making: SessionMaking;
  take: Take;
  lanes: Lanes;
}

export function createArrivals({
  sessions,
  chats,
  ofChat,
  making,
  take,
  lanes,
}: ArrivalsOptions): IntakePort {
  /** Chats whose sender was told that too much arrives: a flood is not answered with another one. */
  const full = new Set<number>();

  /** It has its place; what is left to do is that the disk knows. */
  async function again(address: ChatAddress, { arriving }: ChatRecord, messageId: number): Promise<void> {
    await chats.saved(address.chatId);
    lanes.start(address, arriving.find((message) => message.messageId === messageId)?.prompt);
  }

  /** Where Claude asked and waits for words, a reply to its question is the answer and nothing more. */
  async function textOf(address: ChatAddress, message: Arrival): Promise<string> {
    const id = await ofChat.currentId(address);
    const session = id === null ? null : await sessions.record(id);
    const isAnswer = message.text !== '' && session?.approvals.some(({ awaits }) => awaits === 'words');
    return isAnswer ? message.text : promptOf([{ ...message, files: [] }]);
  }

  async function queue(
    address: ChatAddress,
    message: Arrival,
    prompt: string | null,
  ): Promise<void | Refusal> {
    const { chatId } = address;
    const { arriving } = await chats.record(chatId);
    if (arriving.length >= ARRIVING_LIMIT) return refuse(chatId);
    full.delete(chatId);
    const sessionId =
      (await ofChat.currentId(address)) ??
      (await making.addByDefault(address, message.messageId, message.at));
    const place = toArriving(address, message, { sessionId, prompt });
    await chats.update(chatId, (chat) => append(chat, place));
    lanes.start(address, place.prompt);
  }

  function refuse(chatId: number): Refusal | undefined {
    if (full.has(chatId)) return undefined;
    full.add(chatId);
    return { refused: tooManyFilesText(ARRIVING_LIMIT) };
  }

  const arrive = (there: ChatAddress, message: Arrival): Promise<void | Refusal> =>
    ofChat.inTurn(there, (here) =>
      arriveAt(here, { ...message, messageId: idWithin(here, there, message.messageId) }),
    );

  async function arriveAt(address: ChatAddress, message: Arrival): Promise<void | Refusal> {
    const chat = await chats.record(address.chatId);
    if (hasArrived(chat, message.messageId)) return again(address, chat, message.messageId);
    const { pieceOf } = message;
    const prompt = pieceOf === null ? null : promptWaitingFor(chat, address, pieceOf);
    const isWhole = message.files.length === 0 && !message.mayGoOn;
    if (prompt === null && isWhole && arrivingAt(chat, address).length === 0) {
      const { uuid, messageId, at } = message;
      return take(address, { uuid, messageId, at, text: await textOf(address, message) });
    }
    return queue(address, message, prompt);
  }

  return {
    arrive,
    accept: (address, message) =>
      arrive(address, { ...message, context: [], files: [], pieceOf: null, mayGoOn: false }),
    isArriving: async (address, pieceOf) =>
      promptWaitingFor(await chats.record(address.chatId), address, pieceOf) !== null,
  };
}
