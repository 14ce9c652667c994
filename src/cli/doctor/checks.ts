/** All checks, each given what it looks at, in the order in which they are shown: what must be right first comes first. */
import { stat } from 'node:fs/promises';
import packageJson from '../../../package.json' with { type: 'json' };
import { checkLogin } from '../../claude/login.ts';
import { endOrphans, findOrphans } from '../../claude/process/orphans.ts';
import { claudeVersion, expectedClaudeVersion } from '../../claude/version.ts';
import { examineConfig, type Config } from '../../config/config.ts';
import { envFilePath } from '../../config/env-file.ts';
import { callControl, NoDaemonError } from '../../control/call.ts';
import { findLockHolder } from '../../control/lock-holder.ts';
import { acquireLock } from '../../control/lock.ts';
import { findSocketPath } from '../../control/socket-path.ts';
import { readMemory } from '../../config/machine-memory.ts';
import { maxLiveByMemory } from '../../config/max-live.ts';
import { examineRecords } from '../../store/examination.ts';
import { lookAtBot, removeWebhook } from '../../telegram/diagnosis.ts';
import type { CliHost } from '../host.ts';
import { reasonOf, type Check } from './check.ts';
import { claudeCheck } from './claude-code.ts';
import { clockCheck } from './clock.ts';
import { configurationCheck } from './configuration.ts';
import { daemonCheck, mayRun, seenStatusSchema, type DaemonSeen } from './daemon.ts';
import { dataFolderCheck } from './data-folder.ts';
import { httpCheck } from './http.ts';
import { memoryCheck } from './memory.ts';
import { nodeCheck } from './node.ts';
import { orphansCheck } from './orphans.ts';
import { recordsCheck } from './records.ts';
import { lookAtService } from './service-look.ts';
import { serviceCheck } from './service.ts';
import { telegramCheck } from './telegram.ts';
import { workspaceCheck } from './workspace.ts';

/** A daemon that takes longer to answer has something else to tell than its status. */
const STATUS_MS = 5_000;
const TELEGRAM_MS = 10_000;
/** From SIGTERM to SIGKILL, for what was left behind. */
const GRACE_MS = 2_000;

/** Config and daemon are looked at first, as the others go by them. */
export async function makeChecks(host: CliHost): Promise<Check[]> {
  const { config, faults } = examineConfig(host.environment);
  const { dataDir, claudeCommand: command, claudeEnvironment } = config;
  const isConfigured = faults.length === 0;
  const daemon = await lookForDaemon(dataDir);
  const holder = once(() => findLockHolder(dataDir));
  const mayDaemonRun = async () => mayRun(daemon, await holder());
  const records = once(() => examineRecords(dataDir));
  const bot = botOf(config, host);
  // Whose folder can't be read is told by the check of that folder.
  const known = () => records().catch(() => null);
  const claude = { command, environment: claudeEnvironment, ...(isConfigured && { cwd: config.workspace }) };
  const orphans = { dataDir, daemonPid: daemon.state === 'answers' ? daemon.status.daemon.pid : null };
  const withRoots = async () => ({ ...orphans, roots: (await known())?.processes ?? [] });
  return [
    configurationCheck({
      ...{ config, faults, envFile: envFilePath(host.environment) },
      paired: async () => (await known())?.paired ?? 0,
    }),
    nodeCheck({
      version: process.versions.node,
      path: process.execPath,
      wanted: packageJson.engines.node,
    }),
    claudeCheck({
      version: () => claudeVersion(claude),
      login: () => checkLogin(claude),
      expected: expectedClaudeVersion(),
    }),
    telegramCheck({
      look: bot?.look ?? null,
      apiRoot: config.telegram?.apiRoot ?? '',
      removeWebhook: () => bot?.removeWebhook() ?? Promise.resolve(),
      hasGroups: async () => (await known())?.hasGroups ?? false,
      ...{ isConfigured, daemon },
    }),
    clockCheck(bot?.look ?? null),
    dataFolderCheck({ dataDir, uid: process.getuid?.() ?? null }),
    recordsCheck(records),
    daemonCheck({ ...{ daemon, holder, dataDir }, version: packageJson.version, now: host.now }),
    orphansCheck({
      find: async () => findOrphans(await withRoots()),
      mayDaemonRun,
      end: async () => {
        // As a daemon would: nobody starts on the folder meanwhile.
        const lock = await acquireLock(dataDir, host.now);
        try {
          await endOrphans({ ...(await withRoots()), graceMs: GRACE_MS });
        } finally {
          lock.release();
        }
      },
    }),
    workspaceCheck({
      ...{ workspace: config.workspace, roots: config.workspaceRoots, transcribe: config.transcribe },
      ...{ path: host.environment['PATH'] ?? '', isConfigured },
    }),
    memoryCheck({ maxLive: config.maxLive, byMemory: maxLiveByMemory(readMemory()) }),
    httpCheck({ address: config.http, mayDaemonRun }),
    serviceCheck({ look: () => lookAtService(host), dataDir }),
  ];
}

async function lookForDaemon(dataDir: string): Promise<DaemonSeen> {
  try {
    const status = seenStatusSchema.safeParse(await callControl(dataDir, 'status', undefined, STATUS_MS));
    if (status.success) return { state: 'answers', status: status.data };
    return {
      state: 'silent',
      why: 'it is of another version than this command, and says nothing that this one knows.',
    };
  } catch (error) {
    if (!(error instanceof NoDaemonError)) return { state: 'silent', why: reasonOf(error) };
    return { state: 'absent', hasSocket: await isThere(await findSocketPath(dataDir)) };
  }
}

/** Null without a token. Telegram is asked once, for all who want to know. */
function botOf({ telegram }: Config, { now }: CliHost) {
  if (!telegram) return null;
  const options = { ...telegram, now, timeoutMs: TELEGRAM_MS };
  return { look: once(() => lookAtBot(options)), removeWebhook: () => removeWebhook(options) };
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let begun: Promise<T> | null = null;
  return () => (begun ??= work());
}
