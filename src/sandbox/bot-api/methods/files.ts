/** Files: documents and photos up, any of them down. */
import { type Message, type PhotoSize } from 'grammy/types';
import { badRequest, unmodelled } from '../api-error.ts';
import { type StoredFile } from '../files.ts';
import { imageSize } from '../image-size.ts';
import { isObject, optionalString } from '../json-fields.ts';
import { type MethodCall, type Methods } from '../method.ts';
import { SEND_PARAMETERS, sendMessage, sendMessages } from '../sending.ts';
import { captionOf } from './messages.ts';

type Kind = 'document' | 'photo';

const CAPTION_PARAMETERS = ['caption', 'caption_entities'] as const;
/** Bot API, Sending files. */
const MAX_UPLOAD_BYTES: Record<Kind, number> = { document: 50 * 2 ** 20, photo: 10 * 2 ** 20 };
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
      if (media.length < ALBUM_SIZE.min || media.length > ALBUM_SIZE.max) {
        throw badRequest('Wrong number of messages to send in the album specified');
      }
      const albumId = String(Date.now());
      const contents = media.map((item) => albumItem(call, item));
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
  const photo: PhotoSize = {
    file_id: fileId,
    file_unique_id: uniqueId,
    file_size: bytes.length,
    ...size,
  };
  return { photo: [photo] };
}
