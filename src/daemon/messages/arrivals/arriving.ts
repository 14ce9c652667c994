/** The messages of a chat that are on their way to a session: pure, from record to record. */
import type { ArrivingFile, ArrivingMessage, ChatRecord } from '../../../store/ports.ts';
import type { Arrival } from '../../../telegram/arrival.ts';
import type { ChatAddress } from '../../../telegram/ports.ts';

/** How many messages are remembered. Telegram redelivers at most one batch of 100. */
const ARRIVED_KEPT = 200;
/** Of one prompt: 50,000 characters. An album has 10. */
const MAX_PIECES = 12;

/** Whether the message came in this way before, and so has its place. */
export function hasArrived(chat: ChatRecord, messageId: number): boolean {
  return chat.arrived.includes(messageId);
}

/** In one topic, or outside of topics. */
export function arrivingAt(chat: ChatRecord, { threadId }: ChatAddress): ArrivingMessage[] {
  return chat.arriving.filter((message) => message.threadId === threadId);
}

/** The prompt that waits for this piece; null if none does. */
export function promptWaitingFor(chat: ChatRecord, address: ChatAddress, pieceOf: string): string | null {
  const last = arrivingAt(chat, address).findLast(({ waitsFor }) => waitsFor === pieceOf);
  if (!last) return null;
  const pieces = piecesOf(chat, last.prompt);
  return pieces.at(-1) === last && pieces.length < MAX_PIECES ? last.prompt : null;
}

export function piecesOf(chat: ChatRecord, prompt: string): ArrivingMessage[] {
  return chat.arriving.filter((message) => message.prompt === prompt);
}

/** Puts a message behind its prompt's other pieces, or at the end. */
export function append(chat: ChatRecord, message: ArrivingMessage): ChatRecord {
  const behind = chat.arriving.findLastIndex(({ prompt }) => prompt === message.prompt);
  const at = behind === -1 ? chat.arriving.length : behind + 1;
  return {
    ...chat,
    arriving: chat.arriving.toSpliced(at, 0, message),
    arrived: [...chat.arrived, message.messageId].slice(-ARRIVED_KEPT),
    // Somebody wrote.
    unconfirmed: null,
  };
}

/** @param prompt null: it begins one */
export function toArriving(
  address: ChatAddress,
  { uuid, messageId, at, text, context, files, pieceOf, mayGoOn }: Arrival,
  { sessionId, prompt }: { sessionId: string; prompt: string | null },
): ArrivingMessage {
  return {
    messageId,
    uuid,
    threadId: address.threadId,
    sessionId,
    at,
    prompt: prompt ?? uuid,
    waitsFor: mayGoOn ? pieceOf : null,
    text,
    context,
    files: files.map(({ sizeBytes: _, ...file }): ArrivingFile => ({ ...file, state: { type: 'wanted' } })),
  };
}

export function withFile(
  chat: ChatRecord,
  of: ArrivingMessage,
  file: ArrivingFile,
  state: ArrivingFile['state'],
): ChatRecord {
  return {
    ...chat,
    arriving: chat.arriving.map((message) =>
      message.uuid !== of.uuid
        ? message
        : {
            ...message,
            files: message.files.map((other) => (other.fileId === file.fileId ? { ...other, state } : other)),
          },
    ),
  };
}

export function withoutPrompt(chat: ChatRecord, prompt: string): ChatRecord {
  return { ...chat, arriving: chat.arriving.filter((message) => message.prompt !== prompt) };
}
