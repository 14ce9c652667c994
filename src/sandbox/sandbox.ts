/** The sandbox: the real daemon on an emulated Telegram, with a chat page and, without credentials, a scripted model. */
import { CleanUp } from '../clean-up.ts';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEmulator } from './bot-api/emulator.ts';
import { type DaemonProcess, keepRunning } from './keep-running.ts';
import { startModel } from './model/model.ts';
import { startPage } from './page-server.ts';
import { settle } from './people.ts';
import {
  createFolders,
  daemonEnvironment,
  hasCredentials,
  modelFile,
  sandboxFolder,
} from './sandbox-environment.ts';

export interface SandboxOptions {
  /** The user's; the daemon gets it with the sandbox's own settings. */
  environment: NodeJS.ProcessEnv;
  /** Prints a line in the terminal. */
  log: (line: string) => void;
  /** @param environment the daemon's whole environment */
  runDaemon: (environment: NodeJS.ProcessEnv) => DaemonProcess;
  /** Default: any free ones. */
  ports?: { page?: number; telegram?: number; model?: number };
}

export interface Sandbox {
  /** Of the chat page, with its token. */
  readonly address: string;
  /**
   * Resolves when the daemon ended for good while nobody asked for it: with its exit code, or null when it died too
   * often. The chat page is still there; `stop` ends it.
   */
  readonly ended: Promise<number | null>;
  /** Ends the daemon, waits for it, then ends the rest. */
  stop(): Promise<void>;
}

/** Rejects when something of it cannot start; then nothing of it runs. */
export async function startSandbox({
  environment,
  log,
  runDaemon,
  ports = {},
}: SandboxOptions): Promise<Sandbox> {
  const folder = sandboxFolder(environment);
  const folders = await createFolders(folder);
  const isScripted = !hasCredentials(environment);
  await using started = new CleanUp();

  const telegram = await startEmulator({
    ...portOf(ports.telegram),
    stateFile: join(folders.own, 'telegram.json'),
  });
  started.defer(() => telegram.close());
  if (telegram.stateSetAside !== null) {
    log(`The chats of last time cannot be read; they are kept in ${telegram.stateSetAside}.`);
  }
  settle(telegram);
  const model = isScripted ? await startModel(portOf(ports.model)) : null;
  if (model) {
    started.defer(() => model.close());
    await writeFile(modelFile(folders.own), model.url, { mode: 0o600 });
  }
  started.defer(() => rm(modelFile(folders.own), { force: true }));
  const page = await startPage({ telegram, isScripted, ...portOf(ports.page) });
  started.defer(() => page.close());

  const settings = { telegram, modelUrl: model?.url ?? null, folders };
  const daemonEnv = daemonEnvironment(environment, settings);
  const daemon = keepRunning({ run: () => runDaemon(daemonEnv), log });
  started.defer(() => daemon.stop());
  greeting(page.address, folder, isScripted).forEach(log);

  const everything = started.move();
  return { address: page.address, ended: daemon.ended, stop: () => everything[Symbol.asyncDispose]() };
}

function greeting(address: string, folder: string, isScripted: boolean): string[] {
  return [
    'Hibernaut sandbox: TELEGRAM_BOT_TOKEN is not set, so this Telegram is emulated. "hibernaut init" sets up a bot of yours.',
    isScripted
      ? 'The model is a scripted stand-in; nothing leaves this machine.'
      : 'The model is the real one: what you write goes to Claude, with your credentials.',
    '',
    `  Open  ${address}`,
    `  Data  ${folder}`,
    '  Stop  Ctrl+C',
    '',
  ];
}

function portOf(port: number | undefined): { port?: number } {
  return port === undefined ? {} : { port };
}
