/** The file that a message carries, if it does. */
import { z } from 'zod';
import { FILE_KINDS, type FileKind, type SentFile } from '../arrival.ts';

const fileId = z.string().min(1).max(500);
/** What its sender's program said of it: wrong or missing, it is no reason to refuse the file. */
const size = z.int().min(0).optional().catch(undefined);
const words = z.string().max(1_000).optional().catch(undefined);

const pictures = z
  .array(z.object({ file_id: fileId, file_size: size, width: z.number(), height: z.number() }))
  .min(1)
  .max(50);

const file = z.object({
  file_id: fileId,
  file_size: size,
  file_name: words,
  mime_type: words,
  duration: size,
});

/** A GIF is told as a document too, for programs that know no animations (Bot API, Message). */
const ORDER = [...FILE_KINDS].sort((a, b) => Number(a === 'document') - Number(b === 'document'));

/** @param message its other fields are not looked at */
export function sentFileOf(message: { message_id: number }, of: SentFile['of']): SentFile | null {
  for (const kind of ORDER) {
    const found = kind === 'photo' ? largestPicture(message) : fileOf(message, kind);
    if (found) return { messageId: message.message_id, of, ...found };
  }
  return null;
}

type File = Omit<SentFile, 'messageId' | 'of'>;

function fileOf(message: { message_id: number }, kind: FileKind): File | null {
  const read = file.safeParse(Reflect.get(message, kind)).data;
  if (!read) return null;
  return {
    fileId: read.file_id,
    kind,
    name: read.file_name ?? null,
    mimeType: read.mime_type ?? null,
    sizeBytes: read.file_size ?? null,
    durationSeconds: read.duration ?? null,
  };
}

/** Telegram keeps a picture in several sizes. A live photo is its picture. */
function largestPicture(message: { message_id: number }): File | null {
  const live = z.object({ photo: pictures }).safeParse(Reflect.get(message, 'live_photo')).data?.photo;
  const sizes = live ?? pictures.safeParse(Reflect.get(message, 'photo')).data;
  const [largest] = sizes?.toSorted((a, b) => b.width * b.height - a.width * a.height) ?? [];
  if (!largest) return null;
  return {
    fileId: largest.file_id,
    kind: 'photo',
    name: null,
    mimeType: 'image/jpeg',
    sizeBytes: largest.file_size ?? null,
    durationSeconds: null,
  };
}
