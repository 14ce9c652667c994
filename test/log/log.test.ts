/** What is in the log, and what is kept out of it. */
import { GrammyError, HttpError } from 'grammy';
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createLog } from '../../src/log/log.ts';

const TOKEN = '123456789:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw';
const PROMPT = 'the words of a person';

function capture() {
  const lines: string[] = [];
  const log = createLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } });
  return {
    log,
    text: () => lines.join(''),
    last: () => JSON.parse(lines.at(-1) ?? '') as Record<string, unknown>,
  };
}

describe('a line of the log', () => {
  it('is JSON: level, time, the facts as fields and the name of the event', () => {
    const { log, last } = capture();
    log.info({ sessionId: 's1', idleForMs: 7 }, 'session.suspended');
    expect(last()).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      pid: process.pid,
      sessionId: 's1',
      idleForMs: 7,
      msg: 'session.suspended',
    });
  });

  it('is not written below the level', () => {
    const { log, text } = capture();
    log.trace('too.fine');
    expect(text()).toBe('');
    log.debug('fine.enough');
    expect(text()).toContain('fine.enough');
  });

  it('goes to standard error, and is there even if the process dies right after', () => {
    const program = `
      import { createLog } from ${JSON.stringify(new URL('../../src/log/log.ts', import.meta.url).href)};
      createLog({ level: 'info' }).info('daemon.started');
      process.kill(process.pid, 'SIGKILL');`;
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', program], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toMatchObject({ msg: 'daemon.started' });
  });
});

describe('a token', () => {
  const url = `https://api.telegram.org/bot${TOKEN}/getMe`;

  it.each([
    ['a field', { token: TOKEN }],
    ['a URL', { url }],
    ['an encoded URL', { url: encodeURIComponent(url) }],
    ['a field deep down', { a: { b: { c: { d: { e: { url } } } } } }],
    ['the name of a field', { [TOKEN]: 1 }],
    ['the message of an error', { err: new Error(`request to ${url} failed`) }],
    ['the cause of an error', { err: new Error('x', { cause: new Error(`request to ${url} failed`) }) }],
    ['a value of another type', { url: new URL(url) }],
  ])('is never in the log: in %s', (_, fields) => {
    const { log, text } = capture();
    log.error(fields, `failed ${url}`);
    log.child(fields).error('again');
    expect(text()).not.toContain(TOKEN.slice(-30));
    expect(text()).toContain('[redacted]');
  });

  it('of Anthropic is never in the log either', () => {
    const { log, text } = capture();
    log.info({ key: 'sk-ant-api03-abcDEF123_456-789' }, 'x');
    expect(text()).not.toContain('abcDEF123');
  });
});

describe('an error', () => {
  it('is logged with its name, message, stack and code', () => {
    const { log, last } = capture();
    log.error({ err: Object.assign(new TypeError('no way'), { code: 'ENOENT' }) }, 'x.failed');
    expect(last().err).toEqual({
      name: 'TypeError',
      message: 'no way',
      code: 'ENOENT',
      stack: expect.stringContaining('log.test.ts') as string,
    });
  });

  it('of the Bot API is logged without the payload, which is what somebody wrote', () => {
    const { log, last, text } = capture();
    const answer = { ok: false as const, error_code: 400, description: "Bad Request: can't parse entities" };
    log.error({ err: new GrammyError('Call failed', answer, 'sendMessage', { text: PROMPT }) }, 'x');
    expect(text()).not.toContain(PROMPT);
    expect(last().err).toMatchObject({
      name: 'GrammyError',
      method: 'sendMessage',
      error_code: 400,
      description: "Bad Request: can't parse entities",
    });
  });

  it('of the network is logged without the error inside, which has the URL with the token', () => {
    const { log, last, text } = capture();
    const inner = Object.assign(new Error('inner'), { url: PROMPT });
    log.error({ err: new HttpError('Network request for getMe failed!', inner) }, 'x');
    expect(text()).not.toContain('inner');
    expect(text()).not.toContain(PROMPT);
    expect(last().err).toMatchObject({ name: 'HttpError', message: 'Network request for getMe failed!' });
  });

  it.each([
    ['under another name', (error: Error) => ({ reason: error })],
    ['in a list', (error: Error) => ({ errors: [error] })],
    ['in a field of a field', (error: Error) => ({ a: { b: error } })],
    ['deep down', (error: Error) => ({ a: { b: { c: { d: { e: error } } } } })],
    ['on its own', (error: Error) => error],
  ])('shows no other field of it: %s', (_, fieldsOf) => {
    const { log, text } = capture();
    log.error(fieldsOf(Object.assign(new Error('failed'), { payload: PROMPT, request: { body: PROMPT } })));
    expect(text()).not.toContain(PROMPT);
  });

  it('whose cause is itself ends all the same', () => {
    const { log, text } = capture();
    const error = new Error('round and round');
    error.cause = error;
    log.error({ err: error }, 'x');
    expect(text()).toContain('round and round');
  });
});
