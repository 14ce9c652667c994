/** Keeps chats, pending updates and commands over a restart: one JSON file, written whole or not at all. */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type BotCommand, type Message, type Update, type User } from 'grammy/types';
import { TextFile } from 'lowdb/node';
import { z } from 'zod';
import { parsedJson } from '../../parsed-json.ts';
import { codeOf } from '../../error-code.ts';
import { type ChatsState } from './chats.ts';
import { type QueueState } from './update-queue.ts';

export interface SavedState {
  version: 1;
  chats: ChatsState;
  queue: QueueState;
  menus: Record<string, BotCommand[]>;
  webhookUrl: string;
}

/** What Telegram's own objects must have here; the rest of them is taken as it is. */
const has = <T>(shape: z.ZodType) => z.custom<T>((value) => shape.safeParse(value).success);

const message = has<Message>(
  z.looseObject({
    message_id: z.int(),
    date: z.int(),
    chat: z.looseObject({ id: z.int() }),
    from: z.looseObject({ id: z.int() }),
  }),
);
const topic = z.object({
  threadId: z.int(),
  name: z.string(),
  iconColor: z.int(),
  isClosed: z.boolean(),
  isBots: z.boolean().optional(),
});

const savedState: z.ZodType<SavedState> = z.object({
  version: z.literal(1),
  chats: z.object({
    users: z.array(has<User>(z.looseObject({ id: z.int(), first_name: z.string() }))),
    chats: z.array(
      z.object({
        id: z.int(),
        type: z.enum(['private', 'group', 'supergroup']),
        title: z.string(),
        hasTopics: z.boolean(),
        nextMessageId: z.int(),
        messages: z.array(message),
        topics: z.array(topic),
        pinned: z.array(z.int()),
        reactions: z.record(z.string(), z.string()),
        memberIds: z.array(z.int()),
        botStatus: z.enum(['present', 'left', 'kicked']),
        botManagesTopics: z.boolean().optional(),
        migratedTo: z.int().optional(),
      }),
    ),
  }),
  queue: z.object({
    nextId: z.int(),
    lastPushedAt: z.number(),
    pending: z.array(
      z.object({ update: has<Update>(z.looseObject({ update_id: z.int() })), createdAt: z.number() }),
    ),
    allowedUpdates: z.array(z.string()).nullable(),
  }),
  menus: z.record(z.string(), z.array(z.object({ command: z.string(), description: z.string() }))),
  webhookUrl: z.string(),
});

export interface LoadedState {
  /** Null on a first start. */
  state: SavedState | null;
  /** Where a file that could not be read was put; null if it was fine. */
  setAside: string | null;
}

/** A file that is no state of ours is renamed, never overwritten. */
export async function loadState(path: string, now: () => number): Promise<LoadedState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return { state: null, setAside: null };
    throw error;
  }
  const parsed = savedState.safeParse(parsedJson(text));
  if (parsed.success) return { state: parsed.data, setAside: null };
  const setAside = `${path}.unreadable-${new Date(now()).toISOString().replaceAll(':', '-')}`;
  await rename(path, setAside);
  return { state: null, setAside };
}

/** Writes the newest state, once for all changes of one turn of the event loop. */
export class StateSaver {
  readonly #file: TextFile;
  readonly #ready: Promise<unknown>;
  readonly #snapshot: () => SavedState;
  #isPlanned = false;
  #lastWrite: Promise<void> = Promise.resolve();

  constructor(path: string, snapshot: () => SavedState) {
    this.#file = new TextFile(path);
    this.#ready = mkdir(dirname(path), { recursive: true });
    this.#snapshot = snapshot;
  }

  plan(): void {
    if (this.#isPlanned) return;
    this.#isPlanned = true;
    const { promise, resolve } = Promise.withResolvers<void>();
    setImmediate(resolve);
    this.#lastWrite = promise.then(() => this.#write());
    // Whoever closes hears of it; until then the chats go on in memory.
    this.#lastWrite.catch(() => undefined);
  }

  /** Resolves when everything planned is on disk. */
  async flush(): Promise<void> {
    await this.#lastWrite;
  }

  async #write(): Promise<void> {
    await this.#ready;
    this.#isPlanned = false;
    await this.#file.write(JSON.stringify(this.#snapshot()));
  }
}
