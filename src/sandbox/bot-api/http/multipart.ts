/** Reads `multipart/form-data` as Telegram does: libraries drop grammY's parts, whose file names are not quoted. */
import { type UploadedFile } from '../parameters.ts';

export interface Multipart {
  values: Map<string, unknown>;
  files: Map<string, UploadedFile>;
}

const LINE_END = '\r\n';
const HEADERS_END = '\r\n\r\n';

/** Null if the body is not of that form. */
export function readMultipart(body: Buffer, contentType: string): Multipart | null {
  const boundary = attributeOf(contentType, 'boundary');
  if (!boundary) return null;
  const values = new Map<string, unknown>();
  const files = new Map<string, UploadedFile>();
  for (const part of splitParts(body, `--${boundary}`)) {
    const headersEnd = part.indexOf(HEADERS_END);
    if (headersEnd < 0) return null;
    const headers = readHeaders(part.subarray(0, headersEnd).toString());
    const bytes = part.subarray(headersEnd + HEADERS_END.length);
    const disposition = headers.get('content-disposition') ?? '';
    const name = attributeOf(disposition, 'name');
    if (!name) return null;
    const fileName = attributeOf(disposition, 'filename');
    const mimeType = headers.get('content-type') ?? 'application/octet-stream';
    if (fileName === null) values.set(name, bytes.toString());
    else files.set(name, { fileName: percentDecoded(fileName), mimeType, bytes: Buffer.from(bytes) });
  }
  return { values, files };
}

function splitParts(body: Buffer, delimiter: string): Buffer[] {
  const parts: Buffer[] = [];
  let start = body.indexOf(delimiter);
  while (start >= 0) {
    const from = start + delimiter.length;
    const next = body.indexOf(LINE_END + delimiter, from);
    if (next < 0) break;
    parts.push(body.subarray(from + LINE_END.length, next));
    start = next + LINE_END.length;
  }
  return parts;
}

function readHeaders(text: string): Map<string, string> {
  const lines = text.split(LINE_END).map((line) => /^([^:]+):\s*(.*)$/.exec(line));
  return new Map(lines.flatMap((match) => (match ? [[(match[1] ?? '').toLowerCase(), match[2] ?? '']] : [])));
}

/** Quoted or, as grammY writes file names, up to the next semicolon. */
function attributeOf(header: string, name: string): string | null {
  const match = new RegExp(`;\\s*${name}=(?:"([^"]*)"|([^;]*))`, 'i').exec(header);
  return match ? (match[1] ?? match[2] ?? '').trim() : null;
}

/** Telegram percent-decodes file names (td: `HttpReader.cpp`). */
function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
