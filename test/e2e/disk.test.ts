/** The whole program on a disk that is full, or read-only: nothing accepted is lost, and it is told. Invariant 1. */
import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import { ANNA, BEN, MAIN, startProgram, type Program } from '../helpers/program.ts';
import { asNobody } from '../helpers/nobody.ts';
import { canMount, smallDisk, type SmallDisk } from '../helpers/small-disk.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

/** It comes to no call with it. */
const A_TOKEN = {
  PATH: process.env['PATH'] ?? '',
  TELEGRAM_BOT_TOKEN: '1234567890:AAnobodyKnowsThisTokenAtAllxxxxxxxx',
  TELEGRAM_API_ROOT: 'http://127.0.0.1:9',
  HIBERNAUT_ALLOWED_USERS: String(ANNA),
};

async function startOnSmallDisk(): Promise<{ disk: SmallDisk; program: Program }> {
  const disk = await smallDisk();
  return { disk, program: await startProgram({ HIBERNAUT_DATA_DIR: join(disk.path, 'data') }) };
}

const answersIn = (program: Program, chatId: number, pattern: RegExp) =>
  program.telegram
    .messages(chatId)
    .filter(({ from, text }) => from?.is_bot && pattern.test(text ?? ''))
    .map(({ text }) => text);

const prompted = (program: Program, text: string) =>
  program.model.turns.filter((turn) => turn.text.includes(text)).length;

/** Every record is written here, before it is renamed into its place. */
const writtenIn = ({ path }: SmallDisk): string => join(path, 'data', 'tmp');

it.skipIf(!canMount).each([
  ['full', (disk: SmallDisk) => disk.fill(), (disk: SmallDisk) => disk.free()],
  [
    'read-only',
    (disk: SmallDisk) => disk.makeFolderReadOnly(writtenIn(disk)),
    (disk: SmallDisk) => disk.makeFolderWritable(writtenIn(disk)),
  ],
])(
  'a disk that is %s: the chats are told, and what they wrote is answered once it is not',
  async (_what, spoil, mend) => {
    const { disk, program } = await startOnSmallDisk();
    try {
      await program.ask('hello', /You said: hello/);
      await program.ask('hello', /You said: hello/, { chatId: BEN });
      await spoil(disk);
      for (const chatId of [ANNA, BEN]) program.telegram.sendText({ chatId, text: 'kept for later' });
      for (const chatId of [ANNA, BEN]) {
        await program.telegram.waitForMessage(
          chatId,
          ({ text }) => /can't be saved/.test(text ?? ''),
          30_000,
        );
      }
      expect(prompted(program, 'kept for later')).toBe(0);
      await mend(disk);
      for (const chatId of [ANNA, BEN]) {
        await program.telegram.waitForMessage(
          chatId,
          ({ text }) => /You said: kept for later/.test(text ?? ''),
          60_000,
        );
        await program.sessionIs('idle', chatId);
        expect(answersIn(program, chatId, /You said: kept for later/)).toHaveLength(1);
      }
      expect(prompted(program, 'kept for later')).toBe(2);
    } finally {
      await program.close();
    }
  },
);

it.skipIf(!canMount)(
  'a daemon that is killed on a full disk says so when it starts, and loses nothing',
  async () => {
    const { disk, program } = await startOnSmallDisk();
    try {
      await program.ask('remember the old mill', /I will remember/);
      await disk.fill();
      program.telegram.sendText({ chatId: ANNA, text: 'what did I say?' });
      await program.telegram.waitForMessage(ANNA, ({ text }) => /can't be saved/.test(text ?? ''), 30_000);
      await program.kill();
      const again = await execa(process.execPath, [MAIN, 'start'], {
        env: program.environment,
        extendEnv: false,
        reject: false,
      });
      expect(again.stderr).toContain('The disk is full. Free some space.');
      expect(again.exitCode).toBe(1);
      await disk.free();
      await program.start();
      await program.telegram.waitForMessage(ANNA, ({ text }) => /1\..*old mill/s.test(text ?? ''), 30_000);
      await program.sessionIs('idle');
      expect(answersIn(program, ANNA, /1\..*old mill/s)).toHaveLength(1);
      expect((await program.status()).daemon.unreadable).toEqual([]);
    } finally {
      await program.close();
    }
  },
);

it.skipIf(!asNobody)(
  'a data folder of another user is told with the repair, and the exit code says that it needs one',
  async () => {
    const folder = temporaryFolder();
    await chmod(folder, 0o755);
    const dataDir = join(folder, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    const { command = '', before = [] } = asNobody ?? {};
    const { exitCode, stderr } = await execa(command, [...before, process.execPath, MAIN, 'start'], {
      env: { ...A_TOKEN, HIBERNAUT_DATA_DIR: dataDir, HIBERNAUT_WORKSPACE: folder, HOME: folder },
      extendEnv: false,
      reject: false,
    });
    expect(stderr).toContain(`Cannot use the data folder ${dataDir}`);
    expect(stderr).toContain('HIBERNAUT_DATA_DIR');
    expect(exitCode).toBe(78);
  },
);
