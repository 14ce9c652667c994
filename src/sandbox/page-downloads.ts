/** The files of messages, as the chat page shows and downloads them. */
import { type ServerResponse } from 'node:http';
import { type Message } from 'grammy/types';
import { type EmulatedTelegram } from './ports.ts';

export interface PageDownload {
  /** On the page's server. */
  path: string;
  /** Known of pictures, which are shown. */
  picture: { width: number; height: number } | null;
}

const FOLDER = '/files/';

/** Null if the message has none. */
export function downloadOf({ document, photo, voice }: Message): PageDownload | null {
  const picture = photo?.at(-1);
  const fileId = (picture ?? document ?? voice)?.file_id;
  if (fileId === undefined) return null;
  const size = picture && { width: picture.width, height: picture.height };
  return { path: `${FOLDER}${fileId}`, picture: size ?? null };
}

/** Whether the path is one of a file; then it is answered. */
export function sendDownload(
  res: ServerResponse,
  path: string,
  telegram: Pick<EmulatedTelegram, 'fileBytes'>,
): boolean {
  if (!path.startsWith(FOLDER)) return false;
  const bytes = telegram.fileBytes(path.slice(FOLDER.length));
  if (!bytes) {
    res.writeHead(404).end();
    return true;
  }
  const picture = pictureType(bytes);
  // What is no picture is never shown in the page's place: it may be a page itself.
  res.writeHead(200, {
    'content-type': picture ?? 'application/octet-stream',
    ...(picture === null && { 'content-disposition': 'attachment' }),
  });
  res.end(bytes);
  return true;
}

function pictureType(bytes: Buffer): string | null {
  const start = bytes.toString('latin1', 0, 12);
  if (start.startsWith('\x89PNG\r\n')) return 'image/png';
  if (start.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  return /^RIFF.{4}WEBP/s.test(start) ? 'image/webp' : null;
}
