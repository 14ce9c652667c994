/** Brings a file from Telegram into the session's workspace: tries again while that may help, else says why not. */
import { codeOf } from '../../../error-code.ts';
import type { ArrivingFile, FileFailure } from '../../../store/ports.ts';
import type { Download, DownloadPort } from '../../../telegram/arrival.ts';
import type { DaemonLog } from '../../log.ts';
import { fileNameFor } from './file-names.ts';
import { createReceived, UnsafeFolderError } from './received-folder.ts';

/** Before each further try: network troubles of a few minutes are outlasted. */
const RETRY_MS = [1_000, 2_000, 5_000, 15_000, 30_000, 60_000, 120_000];

export interface FetchingOptions {
  telegram: DownloadPort;
  log: DaemonLog;
  /** Resolves after so many ms; rejects when the daemon ends. */
  pause: (delayMs: number) => Promise<void>;
  /** Given when the daemon ends. */
  signal: AbortSignal;
}

export type Fetched = { path: string; bytes: number } | { failed: FileFailure };

/** @throws the signal's reason */
export async function fetchFile(
  file: Pick<ArrivingFile, 'fileId' | 'messageId' | 'kind' | 'name'>,
  session: { id: string; workspace: string },
  options: FetchingOptions,
): Promise<Fetched> {
  const { log, pause, signal } = options;
  for (const delayMs of [...RETRY_MS, null]) {
    try {
      const result = await tryOnce(file, session, options);
      if (result.outcome === 'complete') return result;
      const { outcome, description } = result;
      log.warn({ sessionId: session.id, outcome, description }, 'file.notFetched');
      if (outcome === 'refused') return { failed: result.why };
      if (delayMs === null) return { failed: 'unreachable' };
      await pause(Math.max(delayMs, result.retryAfterMs ?? 0));
    } catch (error) {
      signal.throwIfAborted();
      // Its message may hold the name of the file, which is somebody's words.
      const why = whyNotKept(error);
      log.warn({ sessionId: session.id, why, code: codeOf(error) ?? null }, 'file.notKept');
      return { failed: why };
    }
  }
  return { failed: 'unreachable' };
}

type Tried =
  Exclude<Download, { outcome: 'complete' }> | { outcome: 'complete'; path: string; bytes: number };

async function tryOnce(
  file: Pick<ArrivingFile, 'fileId' | 'messageId' | 'kind' | 'name'>,
  { id, workspace }: { id: string; workspace: string },
  { telegram, signal }: FetchingOptions,
): Promise<Tried> {
  await using received = await createReceived(workspace, id, fileNameFor(file));
  const result = await telegram.download(file.fileId, (piece) => received.write(piece), signal);
  return result.outcome === 'complete' ? { ...result, path: await received.keep() } : result;
}

function whyNotKept(error: unknown): FileFailure {
  if (error instanceof UnsafeFolderError) return 'unsafeFolder';
  const code = codeOf(error);
  if (code === undefined) throw error;
  return code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP' ? 'noWorkspace' : 'diskRefused';
}
