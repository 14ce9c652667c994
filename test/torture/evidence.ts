/** What the books are balanced over: everything that people, Telegram, Claude and the disk can tell after a round. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Message } from 'grammy/types';
import { z } from 'zod';
import type { SessionRecord } from '../../machines/session-record.ts';
import { layoutOf } from '../../src/store/layout.ts';
import type { ChatRecord } from '../../src/store/ports.ts';
import { chatRecordSchema, sessionRecordSchema } from '../../src/store/schema.ts';
import type { Death } from './keeper.ts';
import type { Commanded, Ordered, People, Said } from './people.ts';
import { CHATS, STRANGER } from './places.ts';
import type { World } from './world.ts';
import { isAsking } from '../helpers/asking.ts';

/** A message of the bot, as it stands in the chat now. */
export interface BotMessage {
  chatId: number;
  threadId: number | null;
  messageId: number;
  replyTo: number | null;
  text: string;
  /** Those that ask something; the Stop of a live message is none. */
  hasButtons: boolean;
}

/** A `sendMessage` that reached Telegram. */
export interface Send {
  chatId: number;
  replyTo: number | null;
  text: string;
  /** Wall clock at its arrival, ms since the epoch. */
  at: number;
  /** The daemon never heard what became of it. */
  isUnknown: boolean;
}

/** A prompt in a transcript. */
export interface Prompt {
  uuid: string;
  text: string;
  /** It was taken into a turn that was running, and answered with it. */
  isJoined: boolean;
}

export interface Evidence {
  said: readonly Said[];
  commanded: readonly Commanded[];
  ordered: readonly Ordered[];
  bot: readonly BotMessage[];
  sends: readonly Send[];
  deaths: readonly Death[];
  prompts: readonly Prompt[];
  sessions: readonly SessionRecord[];
  /** Files in the data folder that are no valid records, with the reason. */
  badFiles: readonly string[];
  /** How much the bot said to the stranger. */
  saidToStranger: number;
  /** What the approvals say that were denied. */
  denied: readonly string[];
  /** Keys of the messages whose tool has run. */
  did: readonly string[];
}

export async function gatherEvidence(world: World, people: People): Promise<Evidence> {
  const { telegram, network, keeper, dataDir, workspace, projects } = world;
  const { sessions, badFiles } = await readRecords(dataDir);
  const names = await readdir(workspace);
  return {
    said: people.said,
    commanded: people.commanded,
    ordered: people.ordered,
    bot: CHATS.flatMap((chatId) => botMessages(telegram, chatId)),
    sends: telegram.calls
      .filter(({ method }) => method === 'sendMessage')
      .map((call) => sendOf(call, network.cuts)),
    deaths: keeper.deaths,
    prompts: await readPrompts(projects),
    sessions,
    badFiles,
    saidToStranger: botMessages(telegram, STRANGER).length,
    denied: people.denied,
    did: names.filter((name) => name.startsWith('did-')).map((name) => name.slice('did-'.length)),
  };
}

function botMessages(telegram: World['telegram'], chatId: number): BotMessage[] {
  return telegram
    .messages(chatId)
    .filter(({ from }) => from?.is_bot)
    .map((message) => ({
      chatId,
      threadId: message.message_thread_id ?? null,
      messageId: message.message_id,
      replyTo: repliedTo(message),
      text: message.text ?? '',
      hasButtons: isAsking(message),
    }));
}

/** What is no reply in a topic looks like one to the message that began it (Bot API, Message). */
function repliedTo({ reply_to_message, message_thread_id }: Message): number | null {
  const id = reply_to_message?.message_id;
  return id === undefined || id === message_thread_id ? null : id;
}

const sendPayload = z.object({
  chat_id: z.coerce.number(),
  text: z.string(),
  reply_parameters: z.object({ message_id: z.number() }).optional(),
});

/** Longer than the emulated Telegram takes for a call. */
const CALL_MS = 500;

function sendOf({ payload, at, status }: World['telegram']['calls'][number], cuts: readonly number[]): Send {
  const isCut = cuts.some((cut) => cut >= at && cut <= at + CALL_MS);
  const { chat_id, text, reply_parameters } = sendPayload.parse(payload);
  return {
    chatId: chat_id,
    replyTo: reply_parameters?.message_id ?? null,
    text,
    at,
    isUnknown: isCut || status === 'dropped' || status === null,
  };
}

/** All records of a data folder, and what is none. */
export async function readRecords(
  dataDir: string,
): Promise<{ sessions: SessionRecord[]; chats: ChatRecord[]; badFiles: string[] }> {
  const layout = layoutOf(dataDir);
  const badFiles: string[] = [];
  const read = async <T>(folder: string, schema: z.ZodType<T>): Promise<T[]> => {
    const records: T[] = [];
    for (const name of await readdir(folder)) {
      const path = join(folder, name);
      const parsed = name.endsWith('.json')
        ? schema.safeParse(parseJson(await readFile(path, 'utf8')))
        : null;
      if (parsed?.success) records.push(parsed.data);
      else badFiles.push(`${path}: ${parsed?.error.message ?? 'set aside, or nothing that belongs there'}`);
    }
    return records;
  };
  const sessions = await read(layout.sessions, sessionRecordSchema);
  const chats = await read(layout.chats, chatRecordSchema);
  return { sessions, chats, badFiles };
}

const block = z.object({ type: z.string(), text: z.string().optional() });
const lineSchema = z.object({
  type: z.string(),
  uuid: z.string().optional(),
  isMeta: z.boolean().optional(),
  isSidechain: z.boolean().optional(),
  message: z.object({ content: z.union([z.string(), z.array(block)]) }).optional(),
  attachment: z
    .object({ type: z.string(), source_uuid: z.string().optional(), prompt: z.unknown().optional() })
    .optional(),
});

async function readPrompts(projects: string): Promise<Prompt[]> {
  const names = await readdir(projects, { recursive: true }).catch(() => []);
  const prompts: Prompt[] = [];
  for (const name of names.filter((candidate) => candidate.endsWith('.jsonl'))) {
    const lines = (await readFile(join(projects, name), 'utf8')).split('\n');
    prompts.push(...lines.flatMap(promptIn));
  }
  return prompts;
}

function promptIn(line: string): Prompt[] {
  const entry = lineSchema.safeParse(parseJson(line)).data;
  if (!entry || entry.isMeta || entry.isSidechain) return [];
  const { type, uuid, message, attachment } = entry;
  if (attachment?.type === 'queued_command' && attachment.source_uuid !== undefined) {
    return [{ uuid: attachment.source_uuid, text: String(attachment.prompt), isJoined: true }];
  }
  if (type !== 'user' || uuid === undefined || !message) return [];
  const { content } = message;
  const text = typeof content === 'string' ? content : content.map((part) => part.text ?? '').join('');
  return text === '' ? [] : [{ uuid, text, isJoined: false }];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // The last line of a transcript may be torn by a crash.
    return null;
  }
}
