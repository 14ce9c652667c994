/** Everything around the tortured daemon: the emulated Telegram behind a cable, the scripted model, folders. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulator } from '../../src/sandbox/bot-api/emulator.ts';
import { startModel } from '../../src/sandbox/model/model.ts';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { claudeProcesses } from './claude-processes.ts';
import { Keeper } from './keeper.ts';
import { layCable, type Network } from './network.ts';
import { ALLOWED_USERS, STRANGER } from './places.ts';
import { COMPILE_CACHE } from '../helpers/compile-cache.ts';
import { programEnvironment } from '../helpers/program-environment.ts';

export interface World {
  readonly telegram: EmulatedTelegram;
  readonly network: Network;
  readonly keeper: Keeper;
  readonly dataDir: string;
  readonly workspace: string;
  /** Where Claude Code keeps its transcripts. */
  readonly projects: string;
  /** Stops it all and takes it away. Resolves with the pids of what the daemon left behind after its stop. */
  close(): Promise<number[]>;
}

export async function startWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-torture-'));
  const [dataDir, workspace, home] = [join(folder, 'data'), join(folder, 'work'), join(folder, 'home')];
  await Promise.all([workspace, home].map((path) => mkdir(path)));
  const telegram = await startEmulator({ callbackLifetimeMs: 3_000 });
  telegram.openChat(STRANGER);
  const network = await layCable(telegram.url);
  const model = await startModel({ wordPauseMs: 20 });
  const keeper = new Keeper(dataDir, {
    ...programEnvironment({
      ...{ home, dataDir, workspace },
      telegram: { token: telegram.token, url: network.url },
      modelUrl: model.url,
      allowedUsers: ALLOWED_USERS,
    }),
    HIBERNAUT_DRAIN: '1s',
    HIBERNAUT_IDLE_TIMEOUT: '3s',
    ...COMPILE_CACHE,
  });
  await keeper.start();
  return {
    telegram,
    network,
    keeper,
    dataDir,
    workspace,
    projects: join(home, '.claude', 'projects'),
    close: async () => {
      await keeper.close();
      const left = (await claudeProcesses(dataDir)).map(({ pid }) => pid);
      for (const pid of left) killIfThere(pid);
      await network.close();
      await telegram.close();
      await model.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
      return left;
    },
  };
}

function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself meanwhile.
  }
}
