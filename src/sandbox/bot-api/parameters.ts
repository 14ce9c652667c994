/** The parameters of one call, read as leniently as Telegram's server does (telegram-bot-api: `Query`, `Client::get_*_arg`). */
import { badRequest } from './api-error.ts';

export interface UploadedFile {
  fileName: string;
  mimeType: string;
  bytes: Buffer;
}

const MAX_INT32 = 2 ** 31 - 1;

export class Parameters {
  readonly #values: ReadonlyMap<string, unknown>;
  readonly #files: ReadonlyMap<string, UploadedFile>;

  constructor(values: ReadonlyMap<string, unknown>, files: ReadonlyMap<string, UploadedFile> = new Map()) {
    this.#values = values;
    this.#files = files;
  }

  /** Those with a value; `null` is none. Files aside, whose names a call chooses. */
  get names(): string[] {
    return [...this.#values.keys()].filter((name) => this.has(name));
  }

  has(name: string): boolean {
    return this.#files.has(name) || (this.#values.get(name) ?? null) !== null;
  }

  /** Empty if absent. Numbers, booleans and objects as JSON writes them. */
  text(name: string): string {
    const value = this.#values.get(name) ?? '';
    return typeof value === 'string' ? value : JSON.stringify(value);
  }

  /** Brought into the range, as Telegram does; what is no number counts as 0, what is absent as `fallback`. */
  integer(name: string, fallback: number, min = -MAX_INT32, max = MAX_INT32): number {
    const text = this.text(name).trim();
    if (text === '') return fallback;
    const value = /^-?\d+/.exec(text)?.[0] ?? '0';
    return Math.min(max, Math.max(min, Number(value)));
  }

  flag(name: string): boolean {
    return ['true', 'yes', '1'].includes(this.text(name).trim().toLowerCase());
  }

  /**
   * The value of a parameter that is JSON, whether it came as JSON or as a string of it; undefined if absent.
   * @param what names it in the error: `reply keyboard markup`
   */
  json(name: string, what: string): unknown {
    const value: unknown = this.#values.get(name) ?? '';
    if (value === '') return undefined;
    if (typeof value !== 'string') return value;
    try {
      return JSON.parse(value) as unknown;
    } catch {
      throw badRequest(`Can't parse ${what} JSON object`);
    }
  }

  file(name: string): UploadedFile | undefined {
    return this.#files.get(name);
  }

  /** Other values with the files of this call: an item of an album. */
  withValues(values: ReadonlyMap<string, unknown>): Parameters {
    return new Parameters(values, this.#files);
  }

  /** For the log of calls: what was sent, files by their name and size. */
  toPayload(): Record<string, unknown> {
    const files = [...this.#files].map(([name, { fileName, bytes }]): [string, unknown] => [
      name,
      { fileName, size: bytes.length },
    ]);
    return { ...Object.fromEntries(this.#values), ...Object.fromEntries(files) };
  }
}
