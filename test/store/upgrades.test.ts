/** Folders that earlier versions of the program were killed on: the present one opens them, and what was owed is answered. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { isUnreadableName } from '../../src/disk/unreadable-path.ts';
import { isAsking } from '../helpers/asking.ts';
import { ANNA, BEN, startProgram, type Program } from '../helpers/program.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';
import { keptFolders, nameOfCurrentFixture, setUp } from './kept-folders.ts';
import { ALLOWED, CARL, DORA, EVE, FORUM } from './scripted-people.ts';

let program: Program;
afterEach(() => program.close());

const textsTo = (chatId: number) =>
  program.telegram.messages(chatId).flatMap(({ from, text }) => (from?.is_bot ? [text ?? ''] : []));

const times = (chatId: number, words: RegExp) => textsTo(chatId).filter((text) => words.test(text)).length;

const hears = (chatId: number, words: RegExp) =>
  expect.poll(() => textsTo(chatId).join('\n'), { timeout: 60_000 }).toMatch(words);

/** What the present version leaves behind is opened again by the tests of a restart. */
const earlier = keptFolders().filter((name) => name !== nameOfCurrentFixture());

it.each(earlier)('nothing of %s is lost', async (name) => {
  const folder = temporaryFolder();
  setUp(name, folder);
  const hasFilesAndCodes = existsSync(join(folder, 'data', 'access.json'));
  program = await startProgram({ HIBERNAUT_ALLOWED_USERS: ALLOWED.join(',') }, { folder });

  // Suspended: it wakes with its memory, and answers what was sent while nothing ran.
  await hears(ANNA, /1\. remember the tall tower/);
  // In the middle of a turn, and a message behind it.
  await hears(CARL, /You said: queued before the crash/);
  // An answer that Telegram had not taken.
  await hears(DORA, /You said: what is owed to me\?/);
  // An approval, whose process is gone: the turn is taken up, and Claude does not ask again.
  await hears(BEN, /No longer asked, because Claude went on without it/);
  await hears(BEN, /You said: Your last turn was cut off/);
  expect(program.telegram.messages(BEN).filter(isAsking)).toEqual([]);
  // A topic.
  const [topic] = program.telegram.chats().find(({ id }) => id === FORUM)?.topics ?? [];
  await program.ask('what did I say?', /1\. remember the old oak/, {
    chatId: FORUM,
    threadId: topic?.threadId ?? 0,
  });
  if (hasFilesAndCodes) await filesAndCodesAreKept();

  expect(times(DORA, /^You said: what is owed to me\?/)).toBe(1);
  expect(times(CARL, /^You said: queued before the crash/)).toBe(1);
  expect((await program.status()).daemon.unreadable).toEqual([]);
  const names = readdirSync(program.dataDir, { recursive: true, encoding: 'utf8' });
  expect(names.filter(isUnreadableName)).toEqual([]);
});

async function filesAndCodesAreKept(): Promise<void> {
  // A file for the chat, whose original may be gone.
  await expect
    .poll(() => program.telegram.messages(DORA).flatMap(({ document }) => document?.file_name ?? []))
    .toEqual(['report.txt']);
  // A file of the chat's, which Telegram did not give out.
  await expect
    .poll(() => program.model.turns.filter(({ text }) => text.includes('here are the notes')).length)
    .toBe(1);
  // Somebody who came in with a code, and was asked something by Claude.
  await hears(EVE, /No longer asked, because Claude went on without it/);
  await program.ask('what did I say?', /1\. ask/, { chatId: EVE });
  expect(await program.cli('access', 'list')).toMatch(/105 +Eve +paired/);
}
