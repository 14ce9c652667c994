/** From an HTTP request to the parameters of a call: query, JSON, form or multipart; the later ones win. */
import { type IncomingMessage } from 'node:http';
import { parsedJson } from '../../../parsed-json.ts';
import { ApiError } from '../api-error.ts';
import { isObject } from '../json-fields.ts';
import { Parameters } from '../parameters.ts';
import { readMultipart, type Multipart } from './multipart.ts';

/** Telegram takes files of 50 MB, and there is some wrapping around them. */
const MAX_BODY_BYTES = 55 * 2 ** 20;

/** @throws ApiError 400 or 413 with Telegram's description */
export async function readParameters(request: IncomingMessage, query: URLSearchParams): Promise<Parameters> {
  const body = await readBody(request);
  const { values, files } = readForm(body, request.headers['content-type'] ?? '');
  return new Parameters(new Map([...query, ...values]), files);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    // A request without `setEncoding` yields buffers.
    const bytes = chunk as Buffer;
    size += bytes.length;
    // What comes beyond is read and thrown away, or the client would never read the answer.
    if (size <= MAX_BODY_BYTES) chunks.push(bytes);
  }
  if (size > MAX_BODY_BYTES) throw new ApiError(413, 'Request Entity Too Large');
  return Buffer.concat(chunks);
}

function readForm(body: Buffer, contentType: string): Multipart {
  const type = contentType.split(';')[0]?.trim().toLowerCase() ?? '';
  if (body.length === 0 || type === '') return { values: new Map(), files: new Map() };
  if (type === 'application/json') return { values: readJson(body), files: new Map() };
  if (type === 'application/x-www-form-urlencoded') {
    return { values: new Map(new URLSearchParams(body.toString())), files: new Map() };
  }
  const form = type === 'multipart/form-data' ? readMultipart(body, contentType) : null;
  if (!form) throw new ApiError(400, "Bad Request: can't parse multipart form data");
  return form;
}

function readJson(body: Buffer): Map<string, unknown> {
  const value = parsedJson(body.toString());
  if (!isObject(value)) throw new ApiError(400, "Bad Request: can't parse request body as JSON object");
  return new Map(Object.entries(value));
}
