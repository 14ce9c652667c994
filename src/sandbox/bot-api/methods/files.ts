/** Files: documents and photos up, any of them down. */
import { type Message, type PhotoSize } from 'grammy/types';
import { ApiError, badRequest, unmodelled } from '../api-error.ts';
import { type StoredFile } from '../files.ts';
import { imageSize } from '../../../image-size.ts';
import { isObject, optionalString } from '../json-fields.ts';
import { type MethodCall, type Methods } from '../method.ts';
import { SEND_PARAMETERS, sendMessage, sendMessages } from '../sending.ts';
import { captionOf } from './messages.ts';

type Kind = 'document' | 'photo';

const CAPTION_PARAMETERS = ['caption', 'caption_entities'] as const;
/** Bot API, Sending files. */
const MAX_UPLOAD_BYTES: Record<Kind, number> = { document: 50 * 2 ** 20, photo: 10 * 2 ** 20 };
/** Bot API, sendPhoto. */
const PHOTO = { edgesSum: 10_000, ratio: 20 };
const ALBUM_SIZE = { min: 2, max: 10 };

export const fileMethods: Methods = {
  sendDocument: {
    takes: [...SEND_PARAMETERS, ...CAPTION_PARAMETERS, 'document', 'disable_content_type_detection'],
    run: (call) => sendMessage(call, mediaOf(call, 'document', call.parameters.text('document'))),
  },
  sendPhoto: {
    takes: [...SEND_PARAMETERS, ...CAPTION_PARAMETERS, 'photo'],
    run: (call) => sendMessage(call, mediaOf(call, 'photo', call.parameters.text('photo'))),
  },
  sendMediaGroup: {
    takes: [...SEND_PARAMETERS.filter((name) => name !== 'reply_markup'), 'media'],
    run: (call) => {
      const media = call.parameters.json('media', 'media');
      if (!Array.isArray(media)) throw badRequest('Expected an Array of InputMedia');
      if (media.length === 0) throw badRequest('there are no messages to send');
      if (media.length > ALBUM_SIZE.max) throw badRequest('too many messages to send as an album');
      // Telegram lets one pass; the Bot API's documentation does not.
      if (media.length < ALBUM_SIZE.min) throw unmodelled('an album of one');
      if (new Set(media.map(typeOf)).size > 1) {
        throw badRequest("document can't be mixed with other media types");
      }
      const albumId = String(Date.now());
      const contents = media.map((item, index) => numbered(index + 1, albumItem(call, item)));
      return sendMessages(
        call,
        contents.map((content) => () => ({ ...content(), media_group_id: albumId })),
      );
    },
  },
  getFile: {
    takes: ['file_id'],
    run: ({ world, parameters }) => world.files.describe(parameters.text('file_id')),
  },
};

function typeOf(item: unknown): string {
  return isObject(item) ? optionalString(item, 'type') : '';
}

/** Telegram says which one it did not take. */
function numbered(position: number, content: () => Partial<Message>): () => Partial<Message> {
  return () => {
    try {
      return content();
    } catch (error) {
      if (!(error instanceof ApiError) || !/^Bad Request: [A-Z_]+$/.test(error.message)) throw error;
      const refused = error.message.replace('Bad Request: ', '');
      throw badRequest(`failed to send message #${position} with the error message "${refused}"`);
    }
  };
}

function albumItem(call: MethodCall, item: unknown): () => Partial<Message> {
  if (!isObject(item)) throw badRequest("Can't parse InputMedia: expected an Object");
  const type = optionalString(item, 'type');
  if (type !== 'document' && type !== 'photo') throw unmodelled(`the album item "${type}"`);
  // Its caption is in the item; its file is a part of the request.
  const parameters = call.parameters.withValues(new Map(Object.entries(item)));
  return mediaOf({ ...call, parameters }, type, optionalString(item, 'media'));
}

/** @param reference `attach://part`, a file id, or empty when the file is the part named like its kind */
function mediaOf(call: MethodCall, kind: Kind, reference: string): () => Partial<Message> {
  const file = fileOf(call, kind, reference);
  const caption = captionOf(call);
  return () => ({ ...(kind === 'photo' ? photoOf(file()) : documentOf(file())), ...caption() });
}

function fileOf({ world, parameters }: MethodCall, kind: Kind, reference: string): () => StoredFile {
  const part = reference === '' ? kind : /^attach:\/\/(.+)$/.exec(reference)?.[1];
  if (part === undefined) return () => knownFile(world, reference);
  const upload = parameters.file(part);
  if (!upload) throw badRequest(`there is no ${kind} in the request`);
  if (upload.bytes.length === 0) throw badRequest('file must be non-empty');
  if (upload.bytes.length > MAX_UPLOAD_BYTES[kind]) throw badRequest('file is too big');
  return () => world.files.store(upload, `${kind}s`);
}

function knownFile(world: MethodCall['world'], reference: string): StoredFile {
  if (/^https?:/i.test(reference)) throw unmodelled('files by URL');
  const file = world.files.find(reference);
  if (!file) throw badRequest('wrong file identifier/HTTP URL specified');
  return file;
}

function documentOf({ fileId, uniqueId, fileName, mimeType, bytes }: StoredFile): Partial<Message> {
  return {
    document: {
      file_id: fileId,
      file_unique_id: uniqueId,
      file_name: fileName,
      mime_type: mimeType,
      file_size: bytes.length,
    },
  };
}

function photoOf({ fileId, uniqueId, bytes }: StoredFile): Partial<Message> {
  const size = imageSize(bytes);
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED');
  const [short, long] = [Math.min(size.width, size.height), Math.max(size.width, size.height)];
  if (short + long > PHOTO.edgesSum || long > short * PHOTO.ratio) {
    throw badRequest('PHOTO_INVALID_DIMENSIONS');
  }
  const photo: PhotoSize = {
    file_id: fileId,
    file_unique_id: uniqueId,
    file_size: bytes.length,
    ...size,
  };
  return { photo: [photo] };
}
