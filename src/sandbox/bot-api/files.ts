/** Uploaded files: each gets an id and a path to download it from. Only in memory, the newest ones. */
import { randomBytes } from 'node:crypto';
import { extname } from 'node:path';
import { type File } from 'grammy/types';
import { badRequest } from './api-error.ts';
import { type UploadedFile } from './parameters.ts';

export interface StoredFile extends UploadedFile {
  fileId: string;
  /** The same for all ids of one file. */
  uniqueId: string;
  path: string;
}

const MAX_TOTAL_BYTES = 128 * 2 ** 20;
/** Bot API, getFile. */
const MAX_DOWNLOAD_BYTES = 20 * 2 ** 20;

export class Files {
  readonly #files = new Map<string, StoredFile>();
  #totalBytes = 0;

  /** @param folder as Telegram sorts them: `documents`, `photos` */
  store(file: UploadedFile, folder: string): StoredFile {
    const stored: StoredFile = {
      ...file,
      fileId: `BQACAgI${randomBytes(36).toString('base64url')}`,
      uniqueId: `AgAD${randomBytes(8).toString('base64url')}`,
      path: `${folder}/file_${this.#files.size}${extname(file.fileName)}`,
    };
    this.#files.set(stored.fileId, stored);
    this.#totalBytes += file.bytes.length;
    this.#forgetOld();
    return stored;
  }

  find(fileId: string): StoredFile | undefined {
    return this.#files.get(fileId);
  }

  /** The bytes under a path that `getFile` gave. */
  download(path: string): Buffer | null {
    return [...this.#files.values()].find((file) => file.path === path)?.bytes ?? null;
  }

  /** @throws ApiError if it is unknown or too big to download */
  describe(fileId: string): File {
    if (fileId === '') throw badRequest('file_id not specified');
    const file = this.#files.get(fileId);
    if (!file) throw badRequest('invalid file_id');
    if (file.bytes.length > MAX_DOWNLOAD_BYTES) throw badRequest('file is too big');
    return {
      file_id: file.fileId,
      file_unique_id: file.uniqueId,
      file_size: file.bytes.length,
      file_path: file.path,
    };
  }

  #forgetOld(): void {
    for (const [fileId, { bytes }] of this.#files) {
      if (this.#totalBytes <= MAX_TOTAL_BYTES) return;
      this.#files.delete(fileId);
      this.#totalBytes -= bytes.length;
    }
  }
}
