/** Names under which received files are kept: a part of them is the uploader's, so anything may be in it. */
import type { FileKind } from '../../../telegram/arrival.ts';

const DEFAULT_NAMES: Record<FileKind, string> = {
  photo: 'photo.jpg',
  document: 'file',
  voice: 'voice.ogg',
  audio: 'audio.mp3',
  video: 'video.mp4',
  video_note: 'video-message.mp4',
  animation: 'animation.mp4',
};

/** A file name has 255 bytes at most; whoever copies it somewhere adds to it. */
const MAX_BYTES = 120;
const LONGEST_EXTENSION = 12;

/**
 * Letters, digits and a few signs, beginning with the message's id: unique within the session, never hidden, never an
 * option, never a device of Windows (`CON`), and no line of a prompt ends in it.
 */
export function fileNameFor(file: { messageId: number; kind: FileKind; name: string | null }): string {
  const given = clean(file.name ?? '');
  const name = given === '' ? DEFAULT_NAMES[file.kind] : given;
  return `${file.messageId}-${shorten(name)}`;
}

function clean(name: string): string {
  return name
    .normalize('NFC')
    .replace(/[\p{C}]/gu, '')
    .replace(/[^\p{L}\p{M}\p{N}._()+@=-]+/gu, '_')
    .replace(/^[._-]+/, '')
    .replace(/[._-]+$/, '');
}

/** The extension stays: it says what the file is. */
function shorten(name: string): string {
  const dot = name.lastIndexOf('.');
  const hasExtension = dot > 0 && name.length - dot <= LONGEST_EXTENSION;
  const extension = hasExtension ? name.slice(dot) : '';
  const stem = hasExtension ? name.slice(0, dot) : name;
  return withinBytes(stem, MAX_BYTES - Buffer.byteLength(extension)) + extension;
}

function withinBytes(text: string, maxBytes: number): string {
  let length = 0;
  let kept = '';
  for (const character of text) {
    length += Buffer.byteLength(character);
    if (length > maxBytes) break;
    kept += character;
  }
  return kept;
}
