/** The whole program for a test: emulated Telegram, the scripted model, and the daemon as a subprocess with the real Claude Code binary. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { execa } from 'execa';
import type { SessionView } from '../../machines/session-view.ts';
import type { DaemonStatus } from '../../src/daemon/status.ts';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { startModel } from '../../src/sandbox/model/model.ts';
import type { EmulatedTelegram, ScriptedModel } from '../../src/sandbox/ports.ts';
import { processesWhere } from './processes.ts';
import { until } from './until.ts';
import { callControl } from '../../src/control/call.ts';
import { COMPILE_CACHE } from './compile-cache.ts';
import { programEnvironment } from './program-environment.ts';

/** The owner, who is allowed; anyone else is a stranger. */
export const ANNA = 101;
export const BEN = 102;
export const STRANGER = 666;

/** The program's entry. */
export const MAIN = new URL('../../src/main.ts', import.meta.url).pathname;

export interface Program {
  readonly telegram: EmulatedTelegram;
  readonly model: ScriptedModel;
  readonly dataDir: string;
  readonly workspace: string;
  readonly environment: Record<string, string>;
  /** Of the running daemon. */
  readonly pid: number;
  start(): Promise<void>;
  /** SIGTERM, and waits. Resolves with the exit code. */
  stop(): Promise<number | null>;
  /** kill -9, and waits. */
  kill(): Promise<void>;
  status(): Promise<DaemonStatus>;
  /** The session of a chat that is not terminated; the newest if there are several. */
  session(chatId?: number): Promise<SessionView>;
  /** Waits until the chat's session is in the state. */
  sessionIs(state: SessionView['state'], chatId?: number): Promise<SessionView>;
  /** Writes as a person and resolves with the text of the bot's next message that matches. */
  ask(text: string, answer: string | RegExp, who?: { chatId?: number; threadId?: number }): Promise<string>;
  /** Runs `hibernaut <args>` beside the daemon, and resolves with what it printed. Rejects if it failed. */
  cli(...args: string[]): Promise<string>;
  /** What the daemon wrote to stderr. */
  log(): string;
  /** Pids of every process that carries this daemon's mark in its environment. */
  claudeProcesses(): number[];
  close(): Promise<void>;
}

export interface ProgramOptions {
  /** The entry of another version of the program. */
  main?: string;
  /** Another Node than that of the tests, as a path. */
  node?: string;
  /** For Node itself, before the entry; such as `--inspect=127.0.0.1:0`. */
  nodeOptions?: readonly string[];
  /**
   * A folder with data, work, home and telegram.json in it, as an earlier program may have left it. It is not removed
   * at the end.
   */
  folder?: string;
}

/** @param overrides more of the daemon's environment */
export async function startProgram(
  overrides: Record<string, string> = {},
  options: ProgramOptions = {},
): Promise<Program> {
  const { main = MAIN, node = process.execPath, nodeOptions = [] } = options;
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'hibernaut-e2e-')));
  const [workspace, home] = ['work', 'home'].map((name) => join(folder, name)) as [string, string];
  const dataDir = overrides['HIBERNAUT_DATA_DIR'] ?? join(folder, 'data');
  await Promise.all([workspace, home].map((path) => mkdir(path, { recursive: true })));
  const telegram = await startEmulator(
    options.folder === undefined ? {} : { stateFile: join(folder, 'telegram.json') },
  );
  const model = await startModel();
  const environment: Record<string, string> = {
    ...programEnvironment({
      ...{ home, dataDir, workspace, telegram },
      modelUrl: model.url,
      allowedUsers: [ANNA, BEN],
    }),
    ...COMPILE_CACHE,
    ...overrides,
  };
  let daemon: ChildProcess | null = null;
  let written = '';
  const endDaemon = async (signal: NodeJS.Signals): Promise<{ exitCode: number | null }> => {
    const ending = daemon;
    daemon = null;
    if (!ending) return { exitCode: null };
    if (ending.exitCode === null && ending.signalCode === null) {
      const exit = once(ending, 'exit');
      ending.kill(signal);
      await exit;
    }
    return { exitCode: ending.exitCode };
  };

  const program: Program = {
    telegram,
    model,
    dataDir,
    workspace,
    environment,
    get pid() {
      if (daemon?.pid === undefined) throw new Error('The daemon is not running.');
      return daemon.pid;
    },
    async start() {
      const subprocess = execa(node, [...nodeOptions, main, 'start'], {
        env: environment,
        extendEnv: false,
        reject: false,
        buffer: false,
        stdin: 'ignore',
        stdout: 'pipe',
        stderr: 'pipe',
      });
      daemon = subprocess.nodeChildProcess;
      const collect = (chunk: Buffer) => (written += chunk.toString());
      subprocess.stdout.on('data', collect);
      subprocess.stderr.on('data', collect);
      const ended = subprocess.then(({ exitCode, signal }) => {
        throw new Error(`The daemon ended with ${String(exitCode ?? signal)}:\n${written}`);
      });
      await Promise.race([
        until(
          'the daemon to serve',
          () => program.status(),
          ({ daemon }) => daemon.state === 'serving',
        ),
        ended,
      ]);
      ended.catch(() => undefined);
    },
    async stop() {
      const { exitCode } = await endDaemon('SIGTERM');
      return exitCode;
    },
    async kill() {
      await endDaemon('SIGKILL');
    },
    status: () => callControl(dataDir, 'status') as Promise<DaemonStatus>,
    async session(chatId = ANNA) {
      const { sessions } = await program.status();
      const own = sessions.filter((session) => session.chatId === chatId && session.state !== 'terminated');
      const newest = own.sort((a, b) => b.createdAt - a.createdAt)[0];
      if (!newest) throw new Error(`Chat ${String(chatId)} has no session.`);
      return newest;
    },
    sessionIs: (state, chatId = ANNA) =>
      until(
        `the session of chat ${String(chatId)} to be ${state}`,
        () => program.session(chatId),
        (session) => session.state === state,
      ),
    async ask(text, answer, who = {}) {
      const chatId = who.chatId ?? ANNA;
      const asked = telegram.sendText({
        chatId,
        text,
        ...(chatId < 0 && { userId: ANNA }),
        ...(who.threadId !== undefined && { threadId: who.threadId }),
      });
      const message = await telegram.waitForMessage(
        chatId,
        (candidate) =>
          candidate.message_id > asked.message_id &&
          (typeof answer === 'string' ? candidate.text === answer : answer.test(candidate.text ?? '')),
        30_000,
      );
      return message.text ?? '';
    },
    async cli(...args) {
      const { stdout } = await execa(node, [main, ...args], {
        env: environment,
        extendEnv: false,
      });
      return stdout;
    },
    log: () => written,
    claudeProcesses: () =>
      processesWhere(
        (variables) =>
          variables.includes(`HOME=${home}`) && !variables.includes(`HIBERNAUT_DATA_DIR=${dataDir}`),
      ),
    async close() {
      if (daemon) await program.stop();
      const left = program.claudeProcesses();
      for (const pid of left) process.kill(pid, 'SIGKILL');
      await telegram.close();
      await model.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
      if (left.length > 0) throw new Error(`Left behind after a normal stop: ${left.join(', ')}`);
    },
  };
  try {
    await program.start();
  } catch (error) {
    await program.close();
    throw error;
  }
  return program;
}
