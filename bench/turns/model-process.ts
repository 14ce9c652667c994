/** The scripted model in a process of its own. It can hold an answer back, and knows when its first word went out. */
import { once } from 'node:events';
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { startModel } from '../../src/sandbox/model/model.ts';
import { servePart } from './part.ts';

const model = await startModel();
let holdMs = 0;
let firstWordAt = Promise.withResolvers<number>();

/** Between Claude and the model, as a proxy is. */
async function handOn(from: IncomingMessage, to: ServerResponse): Promise<void> {
  const { method, headers, url = '/' } = from;
  const call = request(new URL(url, model.url), { method, headers });
  from.pipe(call);
  const [answer] = (await once(call, 'response')) as [IncomingMessage];
  to.writeHead(answer.statusCode ?? 500, answer.headers);
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    const isWords = chunk.includes('text_delta');
    if (isWords && holdMs > 0) await sleep(holdMs);
    if (isWords) holdMs = 0;
    to.write(chunk);
    // The first after `watch` counts.
    if (isWords) firstWordAt.resolve(performance.timeOrigin + performance.now());
  }
  to.end();
}

const server = createServer((from, to) => {
  handOn(from, to).catch(() => to.destroy());
});
await once(server.listen(0, '127.0.0.1'), 'listening');

const methods = {
  /** Where Claude finds the model. */
  url: () => Promise.resolve(model.url),
  /** Where it finds a model whose answers can be held back, and watched. */
  watchedUrl: () => {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy has no port.');
    return Promise.resolve(`http://127.0.0.1:${String(address.port)}`);
  },
  /** The next first words are held back for so long, and the time is noted when they go out. */
  watch: (given: { holdMs: number }) => {
    ({ holdMs } = given);
    firstWordAt = Promise.withResolvers();
    return Promise.resolve();
  },
  /** Wall clock, ms with fractions. */
  firstWordAt: () => firstWordAt.promise,
};

export type ModelProcess = typeof methods;

servePart(methods);
