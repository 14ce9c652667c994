/** Files from the host into the chat: by Claude's tool, from the real binary to the emulated Telegram. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

/** One pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

let program: Program;
beforeEach(async () => {
  program = await startProgram();
});
afterEach(() => program.close());

const inWorkspace = (name: string) => join(program.workspace, name);
const copies = () => {
  const folder = join(program.dataDir, 'outgoing');
  return existsSync(folder) ? readdirSync(folder) : [];
};
const received = () =>
  program.telegram
    .messages(ANNA)
    .filter(({ document, photo }) => document ?? photo)
    .map(({ document, photo, caption }) => ({
      name: document?.file_name ?? 'photo',
      content: program.telegram.fileBytes((document ?? photo?.[0])?.file_id ?? '')?.toString('base64'),
      caption,
    }));

describe('what Claude sends', () => {
  it('arrives before the answer, without a question, and leaves no copy', async () => {
    writeFileSync(inWorkspace('notes 1.txt'), 'notes');
    writeFileSync(inWorkspace('a.png'), PNG);
    writeFileSync(inWorkspace('b.png'), PNG);
    await program.ask('send notes 1.txt, a.png, b.png: **Here**', 'Sent.');
    expect(received()).toEqual([
      { name: 'photo', content: PNG.toString('base64'), caption: 'Here' },
      { name: 'photo', content: PNG.toString('base64'), caption: undefined },
      { name: 'notes 1.txt', content: Buffer.from('notes').toString('base64'), caption: undefined },
    ]);
    await expect.poll(copies).toEqual([]);
  });

  it('is nothing of ours, and nothing outside of the roots, not even through a link', async () => {
    const record = join('sessions', `${(await asked()).id}.json`);
    symlinkSync('/etc/hostname', inWorkspace('link.txt'));
    symlinkSync(program.dataDir, inWorkspace('data'));
    for (const path of [
      'link.txt',
      `data/${record}`,
      join(program.dataDir, record),
      '../home/.claude.json',
    ]) {
      await program.ask(
        `send ${path}`,
        /It did not run: Nothing was sent\. .*(outside of|never sent|no file)/s,
      );
    }
    expect(received()).toEqual([]);
    expect(copies()).toEqual([]);
  });

  it('is sent once by the next daemon when this one is killed in between', async () => {
    await asked();
    writeFileSync(inWorkspace('report.txt'), 'the report');
    program.telegram.fault({
      method: 'sendDocument',
      times: 1_000,
      error: { code: 429, description: 'Too Many Requests: retry after 60', retryAfter: 60 },
    });
    program.telegram.sendText({ chatId: ANNA, text: 'send report.txt' });
    // Queued, and the turn is over: the answer waits behind the file.
    await expect
      .poll(async () => (await program.session()).outbox, { timeout: 30_000 })
      .toBeGreaterThanOrEqual(2);
    await program.sessionIs('idle');
    expect(copies()).toHaveLength(1);
    await program.kill();
    program.telegram.clearFaults();
    rmSync(inWorkspace('report.txt'));
    await program.start();
    await program.telegram.waitForMessage(ANNA, ({ text }) => text === 'Sent.', 30_000);
    expect(received()).toMatchObject([
      { name: 'report.txt', content: Buffer.from('the report').toString('base64') },
    ]);
    await expect.poll(copies).toEqual([]);
  });
});

describe('/get', () => {
  it('brings a file of the folder, and lists it', async () => {
    writeFileSync(inWorkspace('my notes – März.txt'), 'notes');
    program.telegram.sendText({ chatId: ANNA, text: '/get my notes – März.txt' });
    await program.telegram.waitForMessage(ANNA, ({ document }) => document !== undefined);
    expect(received()).toMatchObject([
      { name: 'my notes – März.txt', content: Buffer.from('notes').toString('base64') },
    ]);
    await program.ask('/get .', /my notes – März\.txt/);
    symlinkSync(program.dataDir, inWorkspace('data'));
    await program.ask('/get data/epoch.json', /outside of/);
    await expect.poll(copies).toEqual([]);
  });
});

describe('/diff', () => {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: program.workspace,
      env: {
        ...program.environment,
        GIT_AUTHOR_NAME: 'A',
        GIT_AUTHOR_EMAIL: 'a@example.com',
        GIT_COMMITTER_NAME: 'A',
        GIT_COMMITTER_EMAIL: 'a@example.com',
      },
    });

  /** What sessions' folders were like when their last turns began. */
  const putDown = () =>
    readdirSync(program.dataDir, { recursive: true, encoding: 'utf8' }).filter((name) =>
      /^snapshots\/.*turn\.json$/.test(name),
    );

  it('shows what Claude changed since the last prompt, also after a restart', async () => {
    await program.ask('hello', /You said: hello/);
    await program.ask('/diff', /is not in a git repository/);
    git('init', '-q');
    writeFileSync(inWorkspace('a.txt'), 'one\n');
    git('add', '-A');
    git('commit', '-qm', 'first');
    writeFileSync(inWorkspace('mine.txt'), 'mine\n');
    program.telegram.sendText({ chatId: ANNA, text: 'write b.txt: by Claude' });
    const asked = await program.telegram.waitForMessage(
      ANNA,
      ({ reply_markup: keys }) => keys?.inline_keyboard.flat().some(({ text }) => text === 'Allow') ?? false,
      30_000,
    );
    // The folder is put down beside the turn: until it has been, a change would be taken for one before it.
    await expect.poll(putDown).toHaveLength(1);
    await program.telegram.press({ chatId: ANNA, messageId: asked.message_id, button: 'Allow' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /Wrote b\.txt/.test(text ?? ''), 30_000);
    const shown = await program.ask('/diff', /^Since your message .* ago: 1 file changed/);
    expect(shown).toContain('+++ b/b.txt');
    expect(shown).not.toContain('mine');
    // A turn that the next daemon takes up again would be another one to compare with.
    await program.sessionIs('idle');
    await program.kill();
    await program.start();
    expect(await program.ask('/diff', /^Since your message/)).toContain('+++ b/b.txt');
    expect(await program.ask('/diff all', /^Since the last commit/)).toContain('+mine');
    writeFileSync(inWorkspace('long.txt'), 'line\n'.repeat(2_000));
    program.telegram.sendText({ chatId: ANNA, text: '/diff all' });
    await program.telegram.waitForMessage(ANNA, ({ document }) => document?.file_name === 'work.diff');
  });
});

async function asked() {
  await program.ask('hello', /You said: hello/);
  return program.session();
}
