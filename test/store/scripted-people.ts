/** What people do before a program is killed, so that its data folder holds sessions in every state, and mail both ways. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isAsking } from '../helpers/asking.ts';
import { ANNA, BEN, type Program } from '../helpers/program.ts';
import { until } from '../helpers/until.ts';

export const CARL = 103;
export const DORA = 104;
/** Let in with a code, where the program knows codes. */
export const EVE = 105;
/** By the settings; Eve comes with a code. */
export const ALLOWED = [ANNA, BEN, CARL, DORA];
export const FORUM = -1_001_000_000_042;

/** What one version of the program can be asked to do beyond messages, approvals and topics. */
export interface Abilities {
  /** People come in with codes, files come and go, and Claude's questions have buttons. */
  hasFilesAndCodes: boolean;
}

/** Resolves when the daemon was killed and nothing of it runs any more. */
export async function actOut(program: Program, { hasFilesAndCodes }: Abilities): Promise<void> {
  await suspends(program);
  await leavesAnApprovalOpen(program);
  await hasATopic(program);
  if (hasFilesAndCodes) await lettingIn(program);
  await stopsInMidTurn(program);
  await isOwedAnAnswer(program, hasFilesAndCodes);
  await program.kill();
  await until(
    'no process of Claude to be left',
    () => program.claudeProcesses(),
    (pids) => pids.length === 0,
  );
  program.telegram.sendText({ chatId: ANNA, text: 'what did I say?' });
}

async function suspends(program: Program): Promise<void> {
  await program.ask('remember the tall tower', /I will remember/);
  await program.ask('/suspend', /suspended|Suspended/);
  await program.sessionIs('suspended');
}

async function leavesAnApprovalOpen({ telegram }: Program): Promise<void> {
  const { message_id } = telegram.sendText({ chatId: BEN, text: 'run: touch allowed.txt' });
  await telegram.waitForMessage(BEN, (message) => message.message_id > message_id && isAsking(message));
}

async function hasATopic(program: Program): Promise<void> {
  program.telegram.createGroup({ chatId: FORUM, title: 'Workshop', isForum: true });
  const threadId = program.telegram.createTopic({ chatId: FORUM, userId: ANNA, name: 'the oak' });
  await program.ask('remember the old oak', /I will remember/, { chatId: FORUM, threadId });
  await program.ask('/timeout off', /off|never/i, { chatId: FORUM, threadId });
}

async function lettingIn(program: Program): Promise<void> {
  program.telegram.introduce({ userId: EVE, firstName: 'Eve' });
  const { code } = JSON.parse(await program.cli('pair', '--json')) as { code: string };
  await program.ask(`/start ${code}`, /^You are in/, { chatId: EVE });
  // One that waits.
  await program.cli('pair');
  const { message_id } = program.telegram.sendText({ chatId: EVE, text: 'ask' });
  await program.telegram.waitForMessage(
    EVE,
    (message) => message.message_id > message_id && isAsking(message),
  );
}

async function stopsInMidTurn(program: Program): Promise<void> {
  const { telegram, model } = program;
  telegram.sendText({ chatId: CARL, text: 'slow 400' });
  await program.sessionIs('active', CARL);
  await until(
    'the turn to be under way',
    () => model.turns.some(({ text }) => text.includes('slow 400')),
    Boolean,
  );
}

/** Telegram takes nothing any more, so that all of it is owed. */
async function isOwedAnAnswer(program: Program, withFiles: boolean): Promise<void> {
  const { telegram } = program;
  const tooMany = { code: 429, description: 'Too Many Requests: retry after 60', retryAfter: 60 };
  await program.ask('hello', /You said: hello/, { chatId: DORA });
  telegram.fault({ method: 'sendMessage', times: 10_000, error: tooMany });
  telegram.fault({ method: 'sendDocument', times: 10_000, error: tooMany });
  telegram.sendText({ chatId: CARL, text: 'queued before the crash' });
  if (withFiles) {
    writeFileSync(join(program.workspace, 'report.txt'), 'the report');
    telegram.sendText({ chatId: DORA, text: 'send report.txt' });
    await isOnDisk(program, '"Sent."');
    telegram.fault({ method: 'download', times: 10_000, error: { code: 500, description: 'Internal' } });
    telegram.sendFile({
      chatId: ANNA,
      fileName: 'notes.txt',
      bytes: Buffer.from('the notes'),
      caption: 'here are the notes',
    });
  }
  telegram.sendText({ chatId: DORA, text: 'what is owed to me?' });
  await isOnDisk(program, 'You said: what is owed to me?');
  await isOnDisk(program, 'queued before the crash');
}

async function isOnDisk(program: Program, words: string): Promise<void> {
  await until(
    `${words} to be on disk`,
    () => recordsOf(program).filter((text) => text.includes(words)).length,
    (count) => count > 0,
  );
}

function recordsOf({ dataDir }: Program): string[] {
  const folder = join(dataDir, 'sessions');
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
}
