/** Nothing that people or Claude said, and no key, is written anywhere but into the records and the chat. Invariant 7. */
import { readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { isAsking } from '../helpers/asking.ts';
import { openedSchema } from '../../src/cli/daemon/inspect-methods.ts';
import { streamControl } from '../../src/control/call.ts';
import { framesUrl, watch } from '../helpers/inspector-viewer.ts';
import { childrenOf, commandLineOf } from '../helpers/processes.ts';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';
import { until } from '../helpers/until.ts';

const BIN = new URL('../../bin/hibernaut.js', import.meta.url).pathname;

/** Each is looked for by this word, wherever it was put. */
const MARK = 'gardensecret';
/** What a person calls a session: `hibernaut status` shows it, and nothing else does. */
const NAME = 'orchardname';
const KEY = `sk-ant-${MARK}-0123456789`;

/** Where what was said is meant to be: records, and the files of messages on their way. */
const RECORDS = /^(sessions|chats|access\.json)(\/|$)/;

/** Everything that is written outside of records and chats, with where it was found. */
class Sinks {
  readonly #written: [where: string, text: string][] = [];

  add(where: string, text: string): void {
    this.#written.push([where, text]);
  }

  /** The lines that hold the word, each after its place. */
  holding(word: string): string[] {
    return this.#written.flatMap(([where, text]) =>
      text.split('\n').flatMap((line) => (line.includes(word) ? [`${where}: ${line}`] : [])),
    );
  }

  get places(): Set<string> {
    return new Set(this.#written.map(([where]) => where));
  }
}

function logged(program: Program, event: string): string {
  const line = program
    .log()
    .split('\n')
    .findLast((candidate) => candidate.includes(`"msg":"${event}"`));
  if (line === undefined) throw new Error(`${event} was not logged.`);
  return (JSON.parse(line) as { url: string }).url;
}

/** What anybody on the machine can see of it now. */
async function look(program: Program, sinks: Sinks): Promise<void> {
  const tree = [program.pid, ...childrenOf(program.pid), ...program.claudeProcesses()];
  for (const pid of tree) sinks.add('arguments', commandLineOf(pid));
  const url = logged(program, 'http.listening');
  for (const path of ['/metrics', '/healthz', '/readyz', '/nothing']) {
    sinks.add(path, await (await fetch(`${url}${path}`)).text());
  }
}

/** Runs a command beside the daemon, whatever comes of it. */
async function command(program: Program, sinks: Sinks, args: string[]): Promise<void> {
  const { all } = await execa(process.execPath, [BIN, ...args], {
    env: program.environment,
    extendEnv: false,
    reject: false,
    all: true,
  });
  sinks.add(`hibernaut ${args.join(' ')}`, all);
}

/** The names of all files of the data folder, and what those hold that are no records. */
/** The log does not tell the token; the control socket does. */
async function inspectorOf({ dataDir }: Program): Promise<string> {
  const answers = streamControl(
    dataDir,
    'inspect',
    { session: null, again: null },
    AbortSignal.timeout(30_000),
  );
  for await (const answer of answers) return openedSchema.parse(answer).url;
  throw new Error('The inspector told no address.');
}

function lookAtFiles({ dataDir }: Program, sinks: Sinks): void {
  for (const name of readdirSync(dataDir, { recursive: true, encoding: 'utf8' })) {
    sinks.add('file names', name);
    const path = join(dataDir, name);
    if (!RECORDS.test(name) && statSync(path).isFile()) sinks.add(`file ${name}`, readFileSync(path, 'utf8'));
  }
}

it('keeps them through answers, tools, approvals, faults, crashes and unreadable records, at log level trace', async () => {
  const program = await startProgram({
    HIBERNAUT_LOG_LEVEL: 'trace',
    HIBERNAUT_HTTP: '127.0.0.1:0',
    HIBERNAUT_INSPECT: '1',
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_CUSTOM_HEADERS: `x-test: ${MARK}`,
    MY_OWN_SECRET: MARK,
    AWS_SECRET_ACCESS_KEY: MARK,
  });
  const sinks = new Sinks();
  try {
    const { telegram } = program;
    const says = (text: string) => telegram.sendText({ chatId: ANNA, text });
    const isAnswered = (pattern: RegExp) =>
      telegram.waitForMessage(ANNA, ({ text }) => pattern.test(text ?? ''), 30_000);
    const isIdle = () => program.sessionIs('idle');
    const viewer = await watch(framesUrl(await inspectorOf(program)));

    await program.ask(`remember ${MARK}`, new RegExp(MARK));
    await isIdle();
    await look(program, sinks);
    // A file whose name, caption and content are, and whose first download fails.
    telegram.fault({ method: 'download', times: 1, cutAfterBytes: 2 });
    const file = { fileName: `${MARK}.txt`, bytes: Buffer.from(MARK), caption: `look at ${MARK}` };
    telegram.sendFile({ chatId: ANNA, ...file });
    await isAnswered(/^You said: <telegram>/);
    await isIdle();
    await look(program, sinks);
    // A tool whose input is secret and one whose output is; both are asked for, and one is denied for a secret reason.
    says(`write ${MARK}.txt: ${MARK}`);
    const asked = await telegram.waitForMessage(ANNA, isAsking, 30_000);
    await look(program, sinks);
    await telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await isIdle();
    writeFileSync(join(program.workspace, 'plain.txt'), MARK);
    says('edit plain.txt: garden => orchard');
    const again = await telegram.waitForMessage(
      ANNA,
      (message) => isAsking(message) && message.message_id > asked.message_id,
      30_000,
    );
    await telegram.press({ chatId: ANNA, messageId: again.message_id, button: 'Deny and say why' });
    says(`because of ${MARK}`);
    await isIdle();
    says(`/rename ${NAME}`);
    await until(
      'the session to have its name',
      () => program.session(),
      ({ name }) => name === NAME,
    );

    // Telegram refuses (it quotes what it refuses), fails and hangs up, in the midst of answers.
    const fails = (method: string, code: number, description: string) =>
      telegram.fault({ method, times: 1, error: { code, description, retryAfter: 1 } });
    fails('sendMessage', 429, 'Slow');
    fails('sendMessage', 500, `Wrong text "${MARK}"`);
    fails('setMessageReaction', 401, `Unauthorized "${MARK}"`);
    fails('sendChatAction', 403, `Forbidden: "${MARK}"`);
    telegram.fault({ method: '*', times: 2, drop: 'after' });
    telegram.fault({ method: 'getUpdates', times: 2, drop: 'before' });
    await program.ask(`remember ${MARK} again`, new RegExp(`${MARK} again`));
    await isIdle();
    // The model fails, and Claude is killed.
    await program.ask('fail 400', /error/i);
    says('slow 200');
    const { pid } = await until(
      'Claude to work',
      () => program.session(),
      ({ phase }) => phase.endsWith('working'),
    );
    if (pid !== null) process.kill(pid, 'SIGKILL');
    // The disk refuses.
    const [temporary, away] = [join(program.dataDir, 'tmp'), join(program.dataDir, 'tmp-away')];
    renameSync(temporary, away);
    says(`remember ${MARK} without a disk`);
    await isAnswered(/can't be saved|can't be handled/);
    renameSync(away, temporary);
    await isAnswered(new RegExp(`I will remember ${MARK} without a disk`));
    await isIdle();
    await look(program, sinks);

    // What is no command, no folder, no button and no update.
    says(`/new ../${MARK}`);
    says(`/timeout ${MARK}`);
    says(`/${MARK}`);
    telegram.pushCallback({ chatId: ANNA, userId: ANNA, messageId: 1, data: `ay:${MARK}` });
    telegram.pushUpdate({ message: { chat: { id: ANNA }, text: MARK, from: MARK } });
    telegram.pushUpdate({ [MARK]: { text: MARK } });
    await isAnswered(/is not a duration/);
    await command(program, sinks, ['status']);
    await command(program, sinks, ['status', '--json']);
    await command(program, sinks, ['session', (await program.session()).id, '--timeline']);
    await look(program, sinks);
    sinks.add('inspector', viewer.text);
    viewer.socket.close();
    await program.kill();

    // What can't be read, or is no record, holds them too.
    const broken = (id: string, text: string) =>
      writeFileSync(join(program.dataDir, 'sessions', `00000000-0000-4000-8000-00000000${id}.json`), text);
    broken('dead', `{"version":2,"name":"${MARK}"`);
    broken('beef', `{"version":2,"state":"${MARK}"}`);
    await program.start();
    await look(program, sinks);
    for (const args of [['status'], ['sessions'], ['start'], ['nonsense', MARK.slice(0, 3)]]) {
      await command(program, sinks, args);
    }
    await program.stop();
    sinks.add('log', program.log());
    lookAtFiles(program, sinks);

    expect(sinks.holding(MARK)).toEqual([]);
    const named = sinks.holding(NAME).filter((line) => !line.startsWith('hibernaut s'));
    expect(named).toEqual([]);
    expect(sinks.holding(telegram.token.split(':')[1] ?? telegram.token)).toEqual([]);
    // They were there to be searched.
    expect(program.log()).toContain('"level":"warn"');
    expect(viewer.text).toContain('claude.approvalRequested');
    expect(sinks.holding('claude').some((line) => line.startsWith('arguments'))).toBe(true);
    expect([...sinks.places].filter((place) => place.startsWith('file history'))).not.toEqual([]);
  } finally {
    await program.close();
  }
}, 240_000);
