/** Files that a person chose on the chat page, as Telegram's programs would send them. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { type EmulatedTelegram, type PersonFile } from './ports.ts';

/** Of all files of one message together. Twenty of Telegram's twenty megabytes are enough to play with. */
export const MAX_ATTACHED_BYTES = 21 * 2 ** 20;

export const attachedFiles = z.object({
  /** Telegram's limit (Bot API, sendDocument). */
  caption: z.string().max(1_024),
  files: z
    .array(z.object({ name: z.string().min(1).max(255), type: z.string().max(255), content: z.base64() }))
    .min(1)
    .max(10),
});

/** Several pictures are an album. Returns the last message's id. */
export function attach(
  telegram: Pick<EmulatedTelegram, 'sendFile'>,
  place: Pick<PersonFile, 'chatId' | 'userId' | 'threadId'>,
  { caption, files }: z.infer<typeof attachedFiles>,
): number {
  const album = files.length > 1 ? { albumId: randomUUID() } : {};
  const ids = files.map(({ name, type, content }, index) => {
    const file = { fileName: name, mimeType: type || 'application/octet-stream', kind: kindOf(type) };
    const words = index === 0 && caption.trim() !== '' ? { caption } : {};
    const bytes = Buffer.from(content, 'base64');
    return telegram.sendFile({ ...place, ...file, ...words, ...album, bytes }).message_id;
  });
  return ids.at(-1) ?? 0;
}

function kindOf(type: string): NonNullable<PersonFile['kind']> {
  if (/^image\/(png|jpeg|webp)$/.test(type)) return 'photo';
  if (/^audio\/(ogg|opus)$/.test(type)) return 'voice';
  if (type.startsWith('audio/')) return 'audio';
  return type.startsWith('video/') ? 'video' : 'document';
}
