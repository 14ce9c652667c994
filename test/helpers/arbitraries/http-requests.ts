/** HTTP requests as bytes: good ones, ones from elsewhere, and such that no client would send. */
import fc from 'fast-check';
import { connect } from 'node:net';
import { hostileText } from './text.ts';

export interface RawRequest {
  method: string;
  target: string;
  /** Null: no such header. */
  host: string | null;
  /** Further header lines, or anything else that is put there. */
  rest: string;
  body: string;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE', 'get', 'PRI', ''];
const RESTS = [
  ...['', 'Upgrade: websocket\r\nConnection: Upgrade\r\n', 'Expect: 100-continue\r\n', 'Expect: x\r\n'],
  ...['Content-Length: -1\r\n', 'Content-Length: 99999999999999\r\n', 'Transfer-Encoding: chunked\r\n'],
  ...[
    'Host: evil.example\r\n',
    'X: \0\r\n',
    ': \r\n',
    `X: ${'y'.repeat(20_000)}\r\n`,
    'Cookie: a=b; =; ;;\r\n',
  ],
];

/** @param paths what is served, and near misses */
export function rawRequest(paths: readonly string[], ownHost: string): fc.Arbitrary<RawRequest> {
  const hosts = [
    ownHost,
    ownHost,
    null,
    '',
    'evil.example',
    `evil.example@${ownHost}`,
    `${ownHost}.`,
    '127.0.0.1:1',
  ];
  return fc.record({
    method: fc.constantFrom(...METHODS),
    target: fc.oneof(
      fc.constantFrom(
        ...paths,
        '*',
        '//',
        '/\\',
        'http://[',
        'http://evil.example/',
        '/..%2f',
        `/${'a'.repeat(20_000)}`,
      ),
      hostileText.map((text) => `/${encodeURI(text.toWellFormed())}`),
      hostileText,
    ),
    host: fc.constantFrom(...hosts),
    rest: fc.constantFrom(...RESTS),
    body: fc.constantFrom('', '{}', 'x'.repeat(2_000), '0\r\n\r\n', 'GET / HTTP/1.1\r\n\r\n'),
  });
}

export function bytesOf({ method, target, host, rest, body }: RawRequest): Buffer {
  const hostLine = host === null ? '' : `Host: ${host}\r\n`;
  return Buffer.from(`${method} ${target} HTTP/1.1\r\n${hostLine}${rest}Connection: close\r\n\r\n${body}`);
}

/** The status that came back, or null if the connection was just cut. The caller hangs up its side after sending. */
export async function statusOf(port: number, bytes: Uint8Array): Promise<number | null> {
  const socket = connect({ port, host: '127.0.0.1' }).on('error', () => {});
  let answer = '';
  socket.setEncoding('latin1').on('data', (text: string) => {
    answer = (answer + text).replace(/^HTTP\/1\.1 100 Continue\r\n\r\n/, '');
    // An answer without an end: the changes that the chat page listens to.
    if (answer.includes('\r\n')) socket.destroy();
  });
  socket.end(bytes);
  await new Promise((resolve) => socket.once('close', resolve));
  const status = /^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1];
  return status === undefined ? null : Number(status);
}
