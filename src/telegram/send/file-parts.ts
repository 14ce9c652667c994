/** Files as parts of a message: pictures in albums, then documents in albums, with the caption where it fits. Pure. */
import type { OutgoingFile } from '../../../machines/session-record.ts';
import type { RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import type { AlbumFile } from './album.ts';
import { CAPTION_LIMIT, type MessagePart } from './outgoing.ts';

/** Bot API, sendMediaGroup. */
const ALBUM_FILES = 10;
/** What one call may carry: as much as the largest file, since all of it goes through one upload. */
const ALBUM_BYTES = 50 * 2 ** 20;
const PART_LIMIT = 4_000;

/** @param caption empty for none */
export function fileParts(
  files: readonly OutgoingFile[],
  caption: RichText,
  read: (file: OutgoingFile) => AlbumFile['read'],
): MessagePart[] {
  const albums = (['photo', 'document'] as const).flatMap((as) =>
    albumsOf(files.filter((file) => file.as === as)).map((album) => ({
      as,
      files: album.map((file) => ({ fileName: file.name, read: read(file) })),
    })),
  );
  const none: RichText = { text: '', entities: [] };
  const isShort = caption.text.length <= CAPTION_LIMIT;
  const words = isShort ? [] : splitRichText(caption, PART_LIMIT);
  return [
    ...words,
    ...albums.map((album, index) => ({ ...(isShort && index === 0 ? caption : none), album })),
  ];
}

/** As many in each as it may hold. */
function albumsOf(files: readonly OutgoingFile[]): OutgoingFile[][] {
  const albums: OutgoingFile[][] = [];
  let bytes = 0;
  for (const file of files) {
    const album = albums.at(-1);
    if (album && album.length < ALBUM_FILES && bytes + file.sizeBytes <= ALBUM_BYTES) album.push(file);
    else albums.push([file]);
    bytes = (album === albums.at(-1) ? bytes : 0) + file.sizeBytes;
  }
  return albums;
}
