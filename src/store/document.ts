/** From a file's bytes to a valid record of the current version, and back. Pure. */
import { z } from 'zod';
import type { SessionRecord } from '../../machines/session-record.ts';
import {
  ACCESS_LADDER,
  CHAT_LADDER,
  climb,
  EPOCH_LADDER,
  SESSION_LADDER,
  TRUST_LADDER,
  type Ladder,
} from './migrations.ts';
import type { AccessRecord, ChatRecord, TrustRecord } from './ports.ts';
import {
  accessRecordSchema,
  chatRecordSchema,
  epochRecordSchema,
  sessionRecordSchema,
  trustRecordSchema,
} from './schema.ts';

/** One kind of document that the store keeps. */
export interface DocumentKind<T> {
  readonly schema: z.ZodType<T>;
  readonly ladder: Ladder;
  /** Which one it is, as its file's name says. */
  nameOf(record: T): string;
}

export const SESSION: DocumentKind<SessionRecord> = {
  schema: sessionRecordSchema,
  ladder: SESSION_LADDER,
  nameOf: (record) => record.id,
};
export const CHAT: DocumentKind<ChatRecord> = {
  schema: chatRecordSchema,
  ladder: CHAT_LADDER,
  nameOf: (record) => String(record.chatId),
};
export const ACCESS: DocumentKind<AccessRecord> = {
  schema: accessRecordSchema,
  ladder: ACCESS_LADDER,
  nameOf: () => 'access',
};
export const TRUST: DocumentKind<TrustRecord> = {
  schema: trustRecordSchema,
  ladder: TRUST_LADDER,
  nameOf: () => 'trust',
};
export const EPOCH: DocumentKind<z.infer<typeof epochRecordSchema>> = {
  schema: epochRecordSchema,
  ladder: EPOCH_LADDER,
  nameOf: () => 'epoch',
};

/** The reasons name fields and types, never a value: a record holds people's words. */
export type Decoded<T> = { record: T } | { newer: string } | { unreadable: string };

/** @param name the one the file's name promises */
export function decode<T>(bytes: Uint8Array, kind: DocumentKind<T>, name: string): Decoded<T> {
  const json = parseJson(bytes);
  if ('unreadable' in json) return json;
  const climbed = climb(json.value, kind.ladder);
  if (!('document' in climbed)) return climbed;
  const checked = check(climbed.document, kind);
  if ('unreadable' in checked) return checked;
  if (kind.nameOf(checked.record) !== name) return { unreadable: 'it is of another name than its file' };
  return checked;
}

/**
 * @throws TypeError if the record is not one that `decode` would accept: a bug of ours, and written down it could not be
 * read again.
 */
export function encode<T>(record: T, kind: DocumentKind<T>): string {
  const checked = check(record, kind);
  if ('unreadable' in checked) {
    throw new TypeError(`Refused to save an invalid record: ${checked.unreadable}.`);
  }
  return `${JSON.stringify(record)}\n`;
}

function parseJson(bytes: Uint8Array): { value: unknown } | { unreadable: string } {
  if (bytes.length === 0) return { unreadable: 'empty' };
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return { value: JSON.parse(text) as unknown };
  } catch {
    // What the parser says quotes the text, which may be a person's.
    return { unreadable: 'not JSON in UTF-8' };
  }
}

function check<T>(value: unknown, kind: DocumentKind<T>): { record: T } | { unreadable: string } {
  const result = kind.schema.safeParse(value);
  if (!result.success) return { unreadable: describe(result.error) };
  // The value itself, not zod's copy: a copy lacks keys such as `__proto__`, which a tool's input may have. The schemas
  // change nothing, so the value has the type that was checked.
  return { record: value as T };
}

function describe(error: z.ZodError): string {
  const [first, ...others] = error.issues;
  if (!first) return 'not valid';
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return `${z.core.toDotPath(first.path) || 'the document'}: ${first.message}${more}`;
}
