/**
 * What a conversation's transcript says about prompts whose fate nobody saw: whether they arrived, and were answered.
 * Claude Code writes one JSON object per line as it goes, and a prompt's line carries the uuid that we gave it.
 */
import { open, readdir, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../../error-code.ts';
import type { DeliveryFate } from '../../../machines/session-events.ts';
import { boundedLines } from '../../bounded-lines.ts';
import { continuationUuidOf } from '../../uuid.ts';
import { configFolder } from './config-folder.ts';
import { LastPrompts, type SaidPrompt } from './transcript-prompts.ts';
import { TranscriptReader } from './transcript-reader.ts';

/** No prompt and no answer is that long; what is (a tool's output, a file of zeros after a power cut) is not read. */
const LONGEST_LINE_BYTES = 64 * 2 ** 20;

/**
 * Looks up each prompt, in the order given. No transcript at all means that none arrived.
 * @param environment the one that Claude's processes get: it says where they keep transcripts
 * @throws Error if a transcript is there and can't be read
 */
export async function lookUpFates(
  environment: Readonly<Record<string, string>>,
  claudeSessionId: string,
  uuids: readonly string[],
): Promise<DeliveryFate[]> {
  const reader = new TranscriptReader(uuids);
  for (const path of await findTranscripts(environment, claudeSessionId)) {
    for await (const line of linesOf(path)) reader.read(line);
    reader.endFile();
  }
  return uuids.map((uuid) => fateOf(uuid, reader));
}

/**
 * What a person said last in the conversation, the newest first.
 * @throws Error if a transcript is there and can't be read
 */
export async function lookUpPrompts(
  environment: Readonly<Record<string, string>>,
  claudeSessionId: string,
  most: number,
): Promise<SaidPrompt[]> {
  const prompts = new LastPrompts(most);
  for await (const line of transcriptLines(environment, claudeSessionId)) prompts.read(line);
  return prompts.newestFirst;
}

/** All that Claude Code has written of the conversation; nothing if it has written nothing. */
export async function* transcriptLines(
  environment: Readonly<Record<string, string>>,
  claudeSessionId: string,
): AsyncGenerator<string, void> {
  for (const path of await findTranscripts(environment, claudeSessionId)) yield* linesOf(path);
}

async function* linesOf(path: string): AsyncGenerator<string, void> {
  const file = await open(path);
  const leaveOut = (): void => undefined;
  yield* boundedLines(bytesOf(file), LONGEST_LINE_BYTES, leaveOut);
}

/** Whether Claude Code has written anything of the conversation: then its id can only be resumed, not be given anew. */
export async function hasTranscript(
  environment: Readonly<Record<string, string>>,
  claudeSessionId: string,
): Promise<boolean> {
  return (await findTranscripts(environment, claudeSessionId)).length > 0;
}

/** Closes the file at the end. */
function bytesOf(file: FileHandle): AsyncIterable<Buffer> {
  return file.createReadStream();
}

function fateOf(uuid: string, reader: TranscriptReader): DeliveryFate {
  if (!reader.hasArrived(uuid)) return { uuid, fate: 'absent' };
  const turnOf = reader.firstOfTurn(uuid);
  if (turnOf !== uuid) return { uuid, fate: 'joined', turnOf };
  const markdown = reader.answerTo(uuid);
  if (markdown !== null) return { uuid, fate: 'answered', markdown };
  return { uuid, fate: 'cutOff', continuationUuid: continuationUuidOf(uuid) };
}

/**
 * `$CLAUDE_CONFIG_DIR/projects/<folder, written with dashes>/<session id>.jsonl`. How the folder's name comes about is
 * Claude Code's affair; the id is unique.
 */
async function findTranscripts(
  environment: Readonly<Record<string, string>>,
  claudeSessionId: string,
): Promise<string[]> {
  const projects = join(configFolder(environment), 'projects');
  const folders = await readdir(projects).catch(nothingIfMissing);
  const paths = folders.map((folder) => join(projects, folder, `${claudeSessionId}.jsonl`));
  const found = await Promise.all(paths.map((path) => stat(path).catch(nothingIfMissing)));
  return paths.filter((_, index) => found[index] && 'size' in found[index]);
}

function nothingIfMissing(error: unknown): [] {
  const code = codeOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return [];
  throw error;
}
