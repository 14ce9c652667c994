/** The end of what Claude wrote to standard error: for telling why it could not start, never for the log. */
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

const KEPT_CHARACTERS = 8_192;

export class StderrTail {
  #text = '';

  constructor(stderr: Readable | null) {
    stderr?.setEncoding('utf8');
    stderr?.on('data', (chunk: string) => {
      this.#text = (this.#text + chunk).slice(-KEPT_CHARACTERS);
    });
    // A broken pipe tells nothing that the exit does not.
    stderr?.on('error', () => undefined);
  }

  /** The last lines that say something, in plain text; empty if there are none. */
  get text(): string {
    return stripVTControlCharacters(this.#text).trim();
  }
}
