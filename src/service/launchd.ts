/** The service with launchd: an agent of the person who is logged in at the Mac. Never run on one by its authors. */
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ServiceError } from './facts.ts';
import type { ServiceManager, ServiceState } from './manager.ts';
import { environmentIn, LABEL, launchdLog, plistText } from './plist-text.ts';
import type { RunProgram } from './programs.ts';

export interface LaunchdOptions {
  run: RunProgram;
  uid: number;
  /** Absolute. */
  home: string;
  /** Whether the daemon serves: launchd knows only that a process runs. */
  isServing: () => Promise<boolean>;
  /** How long it may take until it serves, and until a stopped one is gone, ms. */
  limits?: { serveMs: number; goneMs: number };
}

const LIMITS = { serveMs: 60_000, goneMs: 600_000 };
const PAUSE_MS = 250;
const SHOWN_ON_FAILURE = '15';

export function launchd({ run, uid, home, isServing, limits = LIMITS }: LaunchdOptions): ServiceManager {
  const domain = `gui/${String(uid)}`;
  const target = `${domain}/${LABEL}`;
  const file = join(home, 'Library', 'LaunchAgents', `${LABEL}.plist`);
  const log = launchdLog(home);
  const state = async (): Promise<ServiceState> => {
    const { code, stdout } = await run('launchctl', ['print', target]);
    return code === 0 ? stateOf(stdout) : NOT_LOADED;
  };
  const unload = async (): Promise<void> => {
    await run('launchctl', ['bootout', target]);
    // It answers at once, and the daemon may have turns to finish.
    if (await holdsWithin(async () => !(await state()).installed, limits.goneMs)) return;
    throw new ServiceError(`launchd has not let go of ${target}. Look with: launchctl print ${target}`);
  };

  return {
    name: 'launchd',
    file,
    text: plistText,
    read: (text) => ({ environment: environmentIn(text), user: null }),
    state,
    async activate({ restart }) {
      const before = await state();
      if (before.installed && before.active === 'active' && !restart) return;
      if (before.installed) await unload();
      await mkdir(dirname(log), { recursive: true });
      await run('launchctl', ['enable', target]);
      const { code, stderr } = await run('launchctl', ['bootstrap', domain, file]);
      if (code !== 0) {
        throw new ServiceError(
          `launchd does not take the service: ${stderr.trim()}. An agent needs a person who is logged in at the screen.`,
        );
      }
      if (await holdsWithin(isServing, limits.serveMs)) return;
      const { stdout } = await run('tail', ['-n', SHOWN_ON_FAILURE, log]);
      throw new ServiceError(
        [
          `The service does not serve within ${String(limits.serveMs / 1_000)} s. Its log ends with:`,
          stdout.trim(),
        ].join('\n'),
      );
    },
    async deactivate(removeFile) {
      await unload();
      await removeFile();
    },
    logs: ({ follow, lines }) => ['tail', ['-n', String(lines), ...(follow ? ['-F'] : []), log]],
  };
}

const NOT_LOADED: ServiceState = {
  installed: false,
  active: 'inactive',
  detail: 'not loaded',
  enabled: null,
  pid: null,
  says: null,
  result: null,
  exitCode: null,
  restarts: null,
  since: null,
};

/** Of `launchctl print`, which is for people and may change (launchctl(1)): what is not found is not known. */
function stateOf(printed: string): ServiceState {
  const value = (name: string): string | null =>
    new RegExp(`^\\s*${name} = (.+)$`, 'm').exec(printed)?.[1] ?? null;
  const number = (name: string): number | null => {
    const digits = /^\d+/.exec(value(name) ?? '')?.[0];
    return digits === undefined ? null : Number(digits);
  };
  const detail = value('state') ?? 'unknown';
  const runs = number('runs');
  return {
    ...NOT_LOADED,
    installed: true,
    active: detail === 'running' ? 'active' : 'inactive',
    detail,
    pid: number('pid'),
    exitCode: number('last exit code'),
    restarts: runs === null ? null : Math.max(0, runs - 1),
  };
}

async function holdsWithin(holds: () => Promise<boolean>, limitMs: number): Promise<boolean> {
  for (const endsAt = performance.now() + limitMs; performance.now() < endsAt; await wait(PAUSE_MS)) {
    if (await holds()) return true;
  }
  return false;
}
