/** Which folders people have trusted in the chat, and with what. */
import { expect, it } from 'vitest';
import { TrustedFolders } from '../../../src/daemon/sessions/trusted-folders.ts';
import { createLog } from '../../../src/log/log.ts';
import { createMemoryStore } from '../../../src/store/memory-store.ts';
import { until } from '../../helpers/until.ts';

async function load(store = createMemoryStore()) {
  const lines: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const parts = { store, log, now: () => 5 };
  return { store, lines, parts, folders: await TrustedFolders.load(parts) };
}

it('are trusted with what was seen, more at a time, and over a restart', async () => {
  const { folders, parts } = await load();
  expect([...folders.seen('/work')]).toEqual([]);
  await Promise.all([folders.trust('/work', ['a', 'b']), folders.trust('/other', ['c'])]);
  await folders.trust('/work', ['b', 'd']);
  for (const known of [folders, await TrustedFolders.load(parts)]) {
    expect([...known.seen('/work')]).toEqual(['a', 'b', 'd']);
    expect([...known.seen('/other')]).toEqual(['c']);
    expect([...known.seen('__proto__')]).toEqual([]);
  }
});

it('are trusted by nobody if the disk refuses it', async () => {
  const { folders, store, lines } = await load();
  store.saveTrust = () => Promise.reject(new Error('full'));
  await expect(folders.trust('/work', ['a'])).rejects.toThrow('full');
  folders.noteSeen('/work', ['a']);
  await until(
    'the log to say so',
    () => lines.join(''),
    (log) => log.includes('trust.notSaved'),
  );
  expect([...folders.seen('/work')]).toEqual([]);
});
