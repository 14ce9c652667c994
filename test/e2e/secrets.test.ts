/** Nothing that people or Claude said, and no key, is written anywhere but into the records and the chat. Invariant 7. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ANNA, startProgram } from '../helpers/program.ts';
import { childrenOf, commandLineOf } from '../helpers/processes.ts';
import { until } from '../helpers/until.ts';
import { isAsking } from '../helpers/asking.ts';

const BIN = new URL('../../bin/hibernaut.js', import.meta.url).pathname;

/** Each is looked for by this word, wherever it was put. */
const MARK = 'gardensecret';
const KEY = `sk-ant-${MARK}-0123456789`;

it('keeps them through answers, tools, faults, crashes and unreadable records, at log level trace', async () => {
  const program = await startProgram({
    HIBERNAUT_LOG_LEVEL: 'trace',
    HIBERNAUT_HTTP: '127.0.0.1:0',
    ANTHROPIC_API_KEY: KEY,
  });
  try {
    const { telegram } = program;
    const written: string[] = [];
    const look = () => {
      const own = [program.pid, ...childrenOf(program.pid)];
      written.push(...own.map(commandLineOf));
    };

    await program.ask(`remember ${MARK}`, new RegExp(MARK));
    look();
    // A file whose name, caption and content are, and whose first download fails.
    telegram.fault({ method: 'download', times: 1, cutAfterBytes: 2 });
    const file = { fileName: `${MARK}.txt`, bytes: Buffer.from(MARK), caption: `look at ${MARK}` };
    telegram.sendFile({ chatId: ANNA, ...file });
    await telegram.waitForMessage(ANNA, ({ text }) => /^You said: <telegram>/.test(text ?? ''), 30_000);
    look();
    // A tool whose input is secret, and a file whose name and content are.
    telegram.sendText({ chatId: ANNA, text: `write ${MARK}.txt: ${MARK}` });
    const asked = await telegram.waitForMessage(ANNA, isAsking, 30_000);
    await telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await until(
      'the turn to end',
      () => program.session(),
      ({ state }) => state === 'idle',
    );

    // Telegram refuses (it quotes what it refuses), fails and hangs up, in the midst of answers.
    telegram.fault({
      method: 'sendMessage',
      times: 1,
      error: { code: 429, description: 'Slow', retryAfter: 1 },
    });
    telegram.fault({
      method: 'sendMessage',
      times: 1,
      error: { code: 500, description: `Wrong text "${MARK}"` },
    });
    telegram.fault({ method: '*', times: 2, drop: 'after' });
    telegram.fault({ method: 'getUpdates', times: 2, drop: 'before' });
    await program.ask(`remember ${MARK} again`, new RegExp(`${MARK} again`));
    // The model fails, and Claude is killed.
    await program.ask('fail 400', /error/i);
    telegram.sendText({ chatId: ANNA, text: 'slow 200' });
    const { pid } = await until(
      'Claude to work',
      () => program.session(),
      ({ state }) => state === 'active',
    );
    if (pid !== null) process.kill(pid, 'SIGKILL');
    telegram.sendText({ chatId: ANNA, text: `/new ../${MARK}` });
    telegram.sendText({ chatId: ANNA, text: `/timeout ${MARK}` });
    telegram.sendText({ chatId: ANNA, text: `/${MARK}` });
    telegram.pushCallback({ chatId: ANNA, userId: ANNA, messageId: 1, data: `ay:${MARK}` });
    await telegram.waitForMessage(ANNA, ({ text }) => text?.includes('is not a duration') === true, 30_000);
    await program.kill();

    // What can't be read, or is no record, holds them too.
    const sessions = join(program.dataDir, 'sessions');
    writeFileSync(
      join(sessions, '00000000-0000-4000-8000-00000000dead.json'),
      `{"version":2,"name":"${MARK}"`,
    );
    writeFileSync(
      join(sessions, '00000000-0000-4000-8000-00000000beef.json'),
      `{"version":2,"state":"${MARK}"}`,
    );
    await program.start();
    look();
    for (const args of [['status'], ['start'], ['nonsense', MARK.slice(0, 3)]]) {
      const { all } = await execa(process.execPath, [BIN, ...args], {
        env: program.environment,
        extendEnv: false,
        reject: false,
        all: true,
      });
      written.push(all);
    }
    await program.stop();

    written.push(program.log(), ...readdirSync(program.dataDir, { recursive: true, encoding: 'utf8' }));
    const found = written
      .join('\n')
      .split('\n')
      .filter((line) => line.includes(MARK));
    expect(found).toEqual([]);
    expect(written.join('\n')).not.toContain(telegram.token.split(':')[1]);
    // The log was there to be searched.
    expect(program.log()).toContain('"level":"warn"');
  } finally {
    await program.close();
  }
}, 240_000);
