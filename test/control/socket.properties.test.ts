/** Whatever bytes come over the control socket, in whatever pieces: an answer for each line, and the next caller is served. */
import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { callControl } from '../../src/control/call.ts';
import { answerSchema } from '../../src/control/protocol.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { damaged, hostileJson } from '../helpers/arbitraries/json.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';
import { hostileText } from '../helpers/arbitraries/text.ts';

let dataDir: string;
let socket: ControlSocket;
const errors: unknown[] = [];

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'hibernaut-socket-'));
  socket = await startControlSocket({
    dataDir,
    methods: {
      echo: (params) => Promise.resolve({ params }),
      stream: async function* (params) {
        yield await Promise.resolve({ params });
        yield 2;
      },
    },
    onError: (error) => errors.push(error),
  });
});
afterAll(async () => {
  await socket.close();
  await rm(dataDir, { recursive: true, force: true });
});

/** Sends the pieces, hangs up or not, and resolves with all that came back. */
async function send(pieces: readonly (string | Uint8Array)[], hangsUp: boolean): Promise<string> {
  const caller = connect({ path: socket.path, allowHalfOpen: true }).on('error', () => {});
  let answer = '';
  caller.setEncoding('utf8').on('data', (text: string) => (answer += text));
  for (const piece of pieces) caller.write(piece);
  if (hangsUp) caller.destroy();
  else caller.end();
  await new Promise((resolve) => caller.once('close', resolve));
  return answer;
}

const request = fc.record({
  v: fc.constant(1),
  method: fc.constantFrom('echo', 'stream', 'nope'),
  params: hostileJson,
});
const line = fc.oneof(
  request.map((asked) => JSON.stringify(asked)),
  damaged(request).map((asked) => JSON.stringify(asked)),
  hostileText,
);
const piece: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: line.map((text) => `${text}\n`) },
  { weight: 2, arbitrary: line },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 100 }) },
  { weight: 1, arbitrary: fc.constantFrom('\n'.repeat(50), 'x'.repeat(70_000), '{"v":1,') },
);

describe('the control socket', () => {
  it(
    'answers each line with yes or no, and an honest caller after each',
    { timeout: HOSTILE_TIMEOUT_MS },
    async () => {
      let count = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(piece, { maxLength: 4 }), fc.boolean(), async (pieces, hangsUp) => {
          const answers = await send(pieces, hangsUp);
          for (const answer of answers.split('\n').slice(0, -1)) answerSchema.parse(JSON.parse(answer));
          count += 1;
          if (count % 10 === 0) expect(await callControl(dataDir, 'echo', count)).toEqual({ params: count });
        }),
        { numRuns: HOSTILE_RUNS },
      );
      expect(errors).toEqual([]);
    },
  );
});
