/** Claude Code's conversations on disk, read through the Agent SDK in a thread of their own: they may be long. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import { moduleBeside } from '../../module-beside.ts';
import { configFolder } from './config-folder.ts';
import type { LibraryRequest } from './library-thread.ts';
import type { ConversationsPort, KnownConversation } from '../ports.ts';
import type { ProcessTable } from '../process/process-table.ts';

/** More than anyone looks through. */
const LISTED_AT_MOST = 200;

const info = z.object({
  sessionId: z.string(),
  summary: z.string(),
  lastModified: z.number(),
  customTitle: z.string().optional(),
  cwd: z.string().optional(),
});

/** What a running Claude Code process writes about itself (`sessions/<pid>.json`; seen in 2.1.330). */
const running = z.object({
  pid: z.int().positive(),
  sessionId: z.string(),
  procStart: z.string().optional(),
});

/** @param environment the one that Claude's processes get: it says where they keep conversations */
export function createConversations(
  environment: Readonly<Record<string, string>>,
  table: ProcessTable,
): ConversationsPort {
  const folder = configFolder(environment);
  const ask = (request: LibraryRequest): Promise<unknown> => askThread(folder, request);
  return {
    list: async (dir) => {
      const found = z.array(info).parse(await ask({ type: 'list', dir, limit: LISTED_AT_MOST }));
      return found.map((each) => ({ ...toConversation(each), folder: dir }));
    },
    find: async (claudeSessionId) => {
      const found = info.optional().parse(await ask({ type: 'find', claudeSessionId }));
      const conversation = found && toConversation(found);
      return conversation && conversation.folder !== '' ? conversation : null;
    },
    fork: async (claudeSessionId, title) =>
      z.string().parse(await ask({ type: 'fork', claudeSessionId, title })),
    openIn: (claudeSessionId) => openIn(join(folder, 'sessions'), claudeSessionId, table),
    openBy: async (pid) =>
      (await readRunning(join(folder, 'sessions', `${String(pid)}.json`)))?.sessionId ?? null,
  };
}

function toConversation({ sessionId, summary, customTitle, lastModified, cwd }: z.infer<typeof info>) {
  return {
    claudeSessionId: sessionId,
    title: customTitle ?? summary,
    folder: cwd ?? '',
    lastUsedAt: lastModified,
  } satisfies KnownConversation;
}

/** Runs in the thread. */
const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
import(${JSON.stringify(moduleBeside('./library-thread', import.meta.url).href)})
  .then(({ answerTo }) => answerTo(workerData))
  .then((answer) => parentPort.postMessage(answer));
`;

/** The SDK looks for the folder in its thread's environment. */
function askThread(folder: string, request: LibraryRequest): Promise<unknown> {
  const thread = new Worker(PROGRAM, {
    eval: true,
    workerData: request,
    env: { CLAUDE_CONFIG_DIR: folder },
    stdout: true,
    stderr: true,
  });
  return new Promise((resolve, reject) => {
    thread.once('message', resolve);
    thread.once('error', reject);
    // After a message or an error this is too late to matter.
    thread.once('exit', (code) =>
      reject(new Error(`The thread for conversations ended with ${String(code)}.`)),
    );
  });
}

async function openIn(folder: string, claudeSessionId: string, table: ProcessTable): Promise<number | null> {
  const files = await readdir(folder).catch((): string[] => []);
  for (const file of files.filter((name) => /^\d+\.json$/.test(name))) {
    const found = await readRunning(join(folder, file));
    if (found?.sessionId !== claudeSessionId) continue;
    const startTime = table.startTimeOf(found.pid);
    // A file that a killed process left behind may name a pid that is another program's now.
    const ticks = /:(\d+)$/.exec(startTime ?? '')?.[1];
    const isSame = ticks === undefined || found.procStart === undefined || ticks === found.procStart;
    if (startTime !== null && isSame) return found.pid;
  }
  return null;
}

async function readRunning(path: string): Promise<z.infer<typeof running> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => '{}');
  return running.safeParse(parsed(text)).data;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
