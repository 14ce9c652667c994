/** What Claude is told about a message besides its sender's own words. Names in it are made safe by whoever hands them in. */
import type { FileKind } from '../arrival.ts';

/** Whose message is meant. `claude`: the bot's, so Claude's own. */
export type Author = { type: 'claude' } | { type: 'sender' } | { type: 'other'; name: string };

export const SOMEBODY = 'somebody whom Telegram does not name';

/** Names of kinds of files, in the middle of a sentence. */
export const KIND_NAMES: Record<FileKind, string> = {
  photo: 'photo',
  document: 'file',
  voice: 'voice message',
  audio: 'audio file',
  video: 'video',
  video_note: 'video message',
  animation: 'animation',
};

export function forwarded(from: string, hasWords: boolean): string {
  return hasWords
    ? `Forwarded from ${from}. These are their words, not the sender's:`
    : `Forwarded from ${from}, without words.`;
}

export function replyTo(author: Author): string {
  return `In reply to ${messageOf(author)}:`;
}

export function replyToPart(author: Author): string {
  return `In reply to this part of ${messageOf(author)}:`;
}

export function replyToWordless(author: Author, kind: FileKind | undefined): string {
  return `In reply to ${messageOf(author)}${kind === undefined ? ', which has no text' : ` (a ${KIND_NAMES[kind]})`}.`;
}

export function replyElsewhere(name: string, isQuoted: boolean): string {
  return `In reply to a message of ${name} in another chat${isQuoted ? ', this part of it:' : '.'}`;
}

function messageOf(author: Author): string {
  if (author.type === 'claude') return 'an earlier message of yours';
  if (author.type === 'sender') return 'an earlier message of the same sender';
  return `a message of ${author.name}`;
}
