/** A chat's file that this Hibernaut may not write: the chat is answered all the same, and no other chat notices. Invariant 8. */
import { expect, it } from 'vitest';
import { ME } from '../helpers/bot.ts';
import { startEmulatedDaemon } from '../helpers/emulated-daemon.ts';

const ANOTHER = ME + 1;
const NEWER = '{"version":99}';

it('of a newer version: its session goes on, each command is answered once, and the file is left as it is', async () => {
  const before = await startEmulatedDaemon({ allowedUsers: [ME, ANOTHER] });
  before.write('one');
  await expect.poll(() => before.texts()).toEqual(['You said: one']);
  // Else the next daemon could not know that Telegram has it.
  await expect.poll(() => [...before.store.disk.sessions.values()].join()).toContain('"outbox":[]');
  before.store.disk.chats.set(String(ME), NEWER);
  const { write, texts, store, daemon } = await before.killAndRestart();

  for (const text of ['two', '/status', '/new', 'three']) write(text);
  write('four', ANOTHER);
  await expect.poll(() => texts(), { timeout: 30_000 }).toContain('You said: three');
  await expect.poll(() => texts(ANOTHER)).toEqual(['You said: four']);
  const times = (words: string) => texts().filter((text) => text.includes(words)).length;
  expect(['You said: one', 'You said: two', 'Last activity', 'Update Hibernaut.'].map(times)).toEqual([
    1, 1, 1, 1,
  ]);
  // Beside what the owner is told of the file itself.
  expect(texts().filter((text) => !text.startsWith('What I kept of one'))).toHaveLength(5);
  expect(store.disk.chats.get(String(ME))).toBe(NEWER);
  expect((await daemon.status()).daemon.unreadable).toMatchObject([{ name: String(ME) }]);
});
