/** Fetching files from the emulated Bot API, whole and broken. */
import { describe, expect, it, onTestFinished } from 'vitest';
import { listenOnLoopback } from '../../../src/loopback/server.ts';
import { makeBot, ME, startBot } from '../../helpers/bot.ts';

const never = new AbortController().signal;

async function withFile(bytes = Buffer.from('the content of the file')) {
  const bot = await startBot();
  const { document } = bot.emulator.sendFile({ chatId: ME, fileName: 'a b.txt', bytes });
  const pieces: Uint8Array[] = [];
  const fetchIt = (fileId = document?.file_id ?? '') => {
    pieces.length = 0;
    return bot.telegram.download(fileId, (piece) => Promise.resolve(void pieces.push(piece)), never);
  };
  return { ...bot, fetchIt, taken: () => Buffer.concat(pieces).toString() };
}

describe('a file', () => {
  it('is taken in whole', async () => {
    const { fetchIt, taken } = await withFile();
    expect(await fetchIt()).toEqual({ outcome: 'complete', bytes: 23 });
    expect(taken()).toBe('the content of the file');
  });

  it('of more than 20 MB is refused by Telegram, and that is final', async () => {
    const { fetchIt } = await withFile(Buffer.alloc(20 * 2 ** 20 + 1));
    expect(await fetchIt()).toMatchObject({ outcome: 'refused', why: 'tooBig' });
  });

  it('that Telegram does not know is gone', async () => {
    const { fetchIt } = await withFile();
    expect(await fetchIt('unknown')).toMatchObject({ outcome: 'refused', why: 'gone' });
  });

  it.each([
    ['is cut off', { cutAfterBytes: 5 }],
    ['is not found', { error: { code: 404, description: 'Not Found' } }],
    ['stalls', { delayMs: 60_000 }],
  ])('whose download %s may come later, and does', async (_, fault) => {
    const { emulator, fetchIt, taken } = await withFile();
    emulator.fault({ method: 'download', times: 1, ...fault });
    expect(await fetchIt()).toMatchObject({ outcome: 'failed' });
    expect(await fetchIt()).toMatchObject({ outcome: 'complete' });
    expect(taken()).toBe('the content of the file');
  });

  it('waits as long as Telegram says', async () => {
    const { emulator, fetchIt } = await withFile();
    emulator.fault({
      method: 'getFile',
      times: 1,
      error: { code: 429, description: 'Too Many Requests: retry after 3', retryAfter: 3 },
    });
    expect(await fetchIt()).toMatchObject({ outcome: 'failed', retryAfterMs: 3_000 });
  });

  it('is not fetched from where the server points to on its own disk, or to elsewhere', async () => {
    const { emulator } = await startBot();
    const given = async (path: string) => {
      const emulated = { ...emulator, url: await serverThatGives(path) };
      return makeBot(emulated).telegram.download('x', () => Promise.resolve(), never);
    };
    expect(await given('/var/lib/telegram/documents/a.txt')).toMatchObject({ why: 'localServer' });
    expect(await given('documents/../../secret')).toMatchObject({ why: 'gone' });
  });

  it('is broken off when nobody wants it any more, and never shows the token', async () => {
    const { emulator, telegram, logged } = await withFile();
    const { document } = emulator.sendFile({ chatId: ME, fileName: 'b', bytes: Buffer.alloc(99) });
    emulator.fault({ method: 'download', times: 1, delayMs: 60_000 });
    const ending = new AbortController();
    const first = Promise.withResolvers<void>();
    const broken = telegram.download(
      document?.file_id ?? '',
      () => Promise.resolve(first.resolve()),
      ending.signal,
    );
    await first.promise;
    ending.abort(new Error('enough'));
    const error: unknown = await broken.catch((thrown: unknown) => thrown);
    expect(String(error)).toBe('Error: enough');
    expect(logged()).not.toContain(emulator.token.split(':')[1]);
  });
});

/** The address of a Bot API whose getFile answers with this path, whatever is asked. */
async function serverThatGives(path: string): Promise<string> {
  const result = { file_id: 'x', file_unique_id: 'x', file_path: path };
  const server = await listenOnLoopback('127.0.0.1', 0, (_, response) => {
    response.end(JSON.stringify({ ok: true, result }));
  });
  onTestFinished(() => server.close());
  return server.url;
}
