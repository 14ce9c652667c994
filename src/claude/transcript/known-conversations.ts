/** Claude Code's conversations on disk, as the Agent SDK tells of them. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../parsed-json.ts';
import { configFolder } from './config-folder.ts';
import { Library } from './library.ts';
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
  const library = new Library(folder);
  return {
    list: async (dir) => {
      const found = z.array(info).parse(await library.ask({ type: 'list', dir, limit: LISTED_AT_MOST }));
      return found.map((each) => ({ ...toConversation(each), folder: dir }));
    },
    find: async (claudeSessionId) => {
      const found = info.optional().parse(await library.ask({ type: 'find', claudeSessionId }));
      const conversation = found && toConversation(found);
      return conversation && conversation.folder !== '' ? conversation : null;
    },
    fork: async (claudeSessionId, title) =>
      z.string().parse(await library.ask({ type: 'fork', claudeSessionId, title })),
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
  return running.safeParse(parsedJson(text)).data;
}
