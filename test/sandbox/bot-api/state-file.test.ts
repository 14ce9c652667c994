/** What survives a restart of the emulator. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startEmulator } from '../../../src/sandbox/bot-api/emulator.ts';
import { CHAT, startTelegram } from './emulated.ts';

async function stateFileInFolder(): Promise<{ folder: string; stateFile: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-emulator-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return { folder, stateFile: join(folder, 'deep', 'telegram.json') };
}

describe('a restart', () => {
  it('keeps chats, messages, topics, commands, and what the bot has not confirmed', async () => {
    const { stateFile } = await stateFileInFolder();
    const before = await startTelegram({ stateFile });
    before.telegram.introduce({ userId: CHAT, firstName: 'Anna' });
    before.telegram.sendText({ chatId: CHAT, text: 'confirmed' });
    const [confirmed] = await before.api.getUpdates();
    const next = (confirmed?.update_id ?? 0) + 1;
    await before.api.getUpdates({ offset: next, allowed_updates: ['message'] });
    before.telegram.sendText({ chatId: -5, userId: CHAT, threadId: 4, text: 'waiting' });
    await before.api.setMyCommands([{ command: 'new', description: 'New session' }]);
    await before.api.sendMessage(CHAT, 'answer');
    const chats = before.telegram.chats();
    const messages = before.telegram.messages(CHAT);
    await before.telegram.close();

    const after = await startTelegram({ stateFile });
    expect(after.telegram.stateSetAside).toBeNull();
    expect(after.telegram.chats()).toEqual(chats);
    expect(after.telegram.messages(CHAT)).toEqual(messages);
    expect(after.telegram.commands).toEqual([{ command: 'new', description: 'New session' }]);
    expect(await after.api.getUpdates()).toMatchObject([{ update_id: next, message: { text: 'waiting' } }]);
    expect(after.telegram.sendText({ chatId: CHAT, text: 'x' }).message_id).toBe(3);
    expect(after.telegram.pushUpdate({})).toBe(next + 2);
  });

  it('has everything on disk without being closed, soon after the last change', async () => {
    const { stateFile } = await stateFileInFolder();
    const { telegram } = await startTelegram({ stateFile });
    for (const text of ['a', 'b', 'c']) telegram.sendText({ chatId: CHAT, text });
    await expect.poll(() => readFile(stateFile, 'utf8').catch(() => '')).toContain('"text":"c"');
  });

  it.each([
    ['no JSON', '{"version": 1'],
    ['another version', '{"version": 2}'],
    ['a message without an id', '{"version":1,"chats":{"users":[],"chats":[{"messages":[{}]}]}}'],
  ])('puts a file aside that holds %s, and begins anew', async (_what, content) => {
    const { folder } = await stateFileInFolder();
    const stateFile = join(folder, 'telegram.json');
    await writeFile(stateFile, content);
    const { telegram } = await startTelegram({ stateFile, now: () => 0 });
    expect(telegram.stateSetAside).toBe(`${stateFile}.unreadable-1970-01-01T00-00-00.000Z`);
    expect(await readFile(`${telegram.stateSetAside}`, 'utf8')).toBe(content);
    expect(telegram.chats()).toEqual([]);
    expect(await readdir(folder)).toHaveLength(1);
  });

  it('says which address it could not have', async () => {
    const { telegram } = await startTelegram();
    const port = Number(new URL(telegram.url).port);
    await expect(startEmulator({ port })).rejects.toThrow(`Cannot listen on 127.0.0.1:${port}`);
  });
});
