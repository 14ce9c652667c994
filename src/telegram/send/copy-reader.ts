/** Reads the copies of files that are owed, when they are to be sent. */
import type { OutgoingFile } from '../../../machines/session-record.ts';
import type { TelegramLog } from '../log.ts';
import type { FilesPort } from '../ports.ts';
import type { AlbumFile } from './album.ts';

export interface CopyReaderOptions {
  readCopy: FilesPort['readCopy'];
  log: TelegramLog;
}

/** What can't be read counts as gone: it is told of in its place. */
export function copyReader({ readCopy, log }: CopyReaderOptions) {
  return ({ key }: OutgoingFile): AlbumFile['read'] =>
    async () => {
      try {
        return await readCopy(key);
      } catch (error) {
        log.error({ err: error }, 'telegram.copy.unreadable');
        return null;
      }
    };
}
