/** Sends files as one message, or as one album. */
import { InputFile, type Api } from 'grammy';
import type { InputMediaDocument, InputMediaPhoto } from 'grammy/types';
import { apiSignal } from '../api.ts';
import type { RichText } from '../render/rich-text.ts';

/** One to ten files: all of them pictures, or none (Bot API, sendMediaGroup). */
export interface Album {
  as: 'photo' | 'document';
  files: readonly AlbumFile[];
}

export interface AlbumFile {
  fileName: string;
  /** Read when its turn has come. Null: it can't be read any more. */
  read: () => Promise<Uint8Array | null>;
}

/** A file can't be read that was to be sent: no other shape of the message can help. */
export class FileGoneError extends Error {
  override name = 'FileGoneError';
  readonly fileName: string;

  constructor(fileName: string) {
    super('A file that was to be sent is gone.');
    this.fileName = fileName;
  }
}

type Options = Pick<
  NonNullable<Parameters<Api['sendPhoto']>[2]>,
  'message_thread_id' | 'reply_parameters' | 'disable_notification'
>;

/**
 * @returns the first message
 * @throws FileGoneError, and what grammY throws
 */
export async function sendAlbum(
  api: Api,
  { chatId, album, caption, options }: { chatId: number; album: Album; caption: RichText; options: Options },
  signal: AbortSignal,
): Promise<{ message_id: number }> {
  const captioned = { caption: caption.text, caption_entities: caption.entities };
  const isPhoto = album.as === 'photo';
  const uploads = await Promise.all(album.files.map(toUpload));
  const [only, ...others] = uploads;
  if (!only) throw new Error('An album has one file at least.');
  if (others.length > 0) {
    // Where people read it: above the documents it would be taken for the first one's.
    const captionAt = isPhoto ? 0 : uploads.length - 1;
    const media = uploads.map(({ file, asIs }, index): InputMediaPhoto | InputMediaDocument => ({
      ...(isPhoto ? { type: 'photo' } : { type: 'document', ...asIs }),
      media: file,
      ...(index === captionAt && captioned),
    }));
    const sent = await api.sendMediaGroup(chatId, media as InputMediaPhoto[], options, apiSignal(signal));
    const [first] = sent;
    if (!first) throw new Error('Telegram made no message of an album.');
    return first;
  }
  return isPhoto
    ? api.sendPhoto(chatId, only.file, { ...options, ...captioned }, apiSignal(signal))
    : api.sendDocument(chatId, only.file, { ...options, ...captioned, ...only.asIs }, apiSignal(signal));
}

async function toUpload({ fileName, read }: AlbumFile) {
  const bytes = await read();
  if (!bytes) throw new FileGoneError(fileName);
  // Telegram makes a sticker of a document of this kind.
  const asIs = /\.webp$/i.test(fileName) ? { disable_content_type_detection: true } : {};
  return { file: uploadOf(fileName, bytes), asIs };
}

/** grammY writes the name as it is, up to where a `;` would end it; Telegram percent-decodes it (td: `HttpReader`). */
export function uploadOf(fileName: string, bytes: Uint8Array): InputFile {
  return new InputFile(bytes, encodeURIComponent(fileName.toWellFormed()));
}
