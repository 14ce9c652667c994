/** Turns a recording into words by the command that the user has configured. */
import { randomUUID } from 'node:crypto';
import { execa } from 'execa';
import { ownerOf, OWNER_VARIABLE } from '../../../claude/process/owner.ts';
import type { Config } from '../../../config/config.ts';
import type { ArrivingFile, Transcript } from '../../../store/ports.ts';

/** An hour of speech takes a small computer some minutes. */
const LIMIT_MS = 15 * 60_000;
/** More than anybody says in one message, in characters. */
const MAX_OUTPUT = 200_000;
/** From SIGTERM to SIGKILL. */
const GRACE_MS = 2_000;

const SPOKEN: readonly ArrivingFile['kind'][] = ['voice', 'audio', 'video', 'video_note'];

export type Transcribe = (
  file: Pick<ArrivingFile, 'kind'>,
  path: string,
  signal: AbortSignal,
) => Promise<Transcript>;

export interface TranscriberOptions extends Pick<Config, 'transcribe' | 'transcribeEnvironment' | 'dataDir'> {
  limitMs?: number;
}

/**
 * Never rejects. Its program gets the file's absolute path as its last argument, no input, and the text is what it
 * writes to standard output. It carries this data folder's mark, so that one which outlives a killed daemon is ended by
 * the next.
 */
export function createTranscriber(options: TranscriberOptions): Transcribe {
  const { transcribe, transcribeEnvironment, dataDir, limitMs = LIMIT_MS } = options;
  const mark = ownerOf(dataDir, 'transcriber', randomUUID());
  return async ({ kind }, path, signal) => {
    if (!SPOKEN.includes(kind)) return { type: 'none' };
    if (transcribe === null) return { type: 'notConfigured' };
    const [command = '', ...args] = transcribe;
    const result = await execa(command, [...args, path], {
      env: { ...transcribeEnvironment, [OWNER_VARIABLE]: mark },
      extendEnv: false,
      stdin: 'ignore',
      stderr: 'ignore',
      reject: false,
      timeout: limitMs,
      maxBuffer: MAX_OUTPUT,
      cancelSignal: signal,
      killDescendants: true,
      forceKillAfterDelay: GRACE_MS,
    });
    if (result.failed) return { type: 'failed', detail: howItEnded(result, limitMs) };
    const text = result.stdout.trim();
    return text === '' ? { type: 'failed', detail: 'it wrote nothing' } : { type: 'words', text };
  };
}

interface Ended {
  timedOut: boolean;
  isMaxBuffer: boolean;
  exitCode?: number | undefined;
  signal?: string | undefined;
  code?: string | undefined;
}

/** In words of ours: what the program writes may be what was said. */
function howItEnded({ timedOut, isMaxBuffer, exitCode, signal, code }: Ended, limitMs: number): string {
  if (timedOut) return `it was not done within ${limitMs / 60_000} minutes`;
  if (isMaxBuffer) return `it wrote more than ${MAX_OUTPUT} characters`;
  if (exitCode !== undefined) return `it ended with code ${exitCode}`;
  return signal === undefined
    ? `it could not be started (${code ?? 'no reason given'})`
    : `it was ended by ${signal}`;
}
