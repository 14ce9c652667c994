/** What people send besides text: files, places and the like, and what others wrote. */
import { type Message } from 'grammy/types';
import { imageSize } from '../../image-size.ts';
import { MAX_CAPTION_LENGTH } from './message-text.ts';
import { post, typed } from './people.ts';
import { type ForwardedMessage, type PersonFile, type PersonMessage, type SharedThing } from '../ports.ts';
import { type StoredFile } from './files.ts';
import { type World } from './world.ts';

export function sendFile(world: World, { fileName, bytes: given, ...file }: PersonFile): Message {
  const { kind = 'document', caption = '', albumId, ...place } = file;
  const bytes = Buffer.from(given);
  const mimeType = file.mimeType ?? 'application/octet-stream';
  const stored = world.files.store({ fileName, mimeType, bytes }, FOLDERS[kind]);
  const { text, entities } = typed(caption, MAX_CAPTION_LENGTH);
  return post(world, place, {
    ...fileContent(kind, stored, { ...file, mimeType }),
    ...(text !== '' && { caption: text }),
    ...(entities.length > 0 && { caption_entities: entities }),
    ...(albumId !== undefined && { media_group_id: albumId }),
  });
}

/** As Telegram sorts them. */
const FOLDERS: Record<NonNullable<PersonFile['kind']>, string> = {
  photo: 'photos',
  document: 'documents',
  voice: 'voice',
  audio: 'music',
  video: 'videos',
  video_note: 'video_notes',
  animation: 'animations',
};

function fileContent(
  kind: NonNullable<PersonFile['kind']>,
  { fileId, uniqueId, fileName, bytes }: StoredFile,
  { durationSeconds: duration = 1, mimeType }: Pick<PersonFile, 'durationSeconds'> & { mimeType: string },
): Partial<Message> {
  const described = { file_id: fileId, file_unique_id: uniqueId, file_size: bytes.length };
  const named = { ...described, file_name: fileName, mime_type: mimeType };
  const size = { width: 1, height: 1 };
  switch (kind) {
    case 'photo':
      return { photo: [{ ...described, ...(imageSize(bytes) ?? size) }] };
    case 'document':
      return { document: named };
    case 'voice':
      return { voice: { ...described, mime_type: mimeType, duration } };
    case 'audio':
      return { audio: { ...named, duration } };
    case 'video':
      return { video: { ...named, ...size, duration } };
    case 'video_note':
      return { video_note: { ...described, length: 1, duration } };
    case 'animation':
      return { animation: { ...named, ...size, duration }, document: named };
  }
}

export function share(
  world: World,
  { thing, ...place }: Omit<PersonMessage, 'text'> & { thing: SharedThing },
): Message {
  return post(world, place, thing);
}

export function forward(world: World, { origin, message, ...place }: ForwardedMessage): Message {
  return post(world, place, { ...message, forward_origin: origin });
}
