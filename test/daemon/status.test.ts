/** What the daemon says of itself and its sessions to programs on the machine. */
import { expect, it } from 'vitest';
import { viewAll, viewsAsRead } from '../../src/daemon/status.ts';
import { aView } from '../helpers/steerable-sessions.ts';

it("names a session that its conversation named after its folder: people's words stay in the chat", async () => {
  const views = [
    aView({ id: 'a', name: 'my secret plans', namedBy: 'conversation', workspace: '/home/me/garden' }),
    aView({ id: 'b', name: 'release', namedBy: 'person', workspace: '/home/me/garden' }),
  ];
  const sessions = {
    open: [],
    view: (id: string) => Promise.resolve(views.find((view) => view.id === id) ?? null),
  };
  const shown = await viewAll({ sessionIds: () => Promise.resolve(['a', 'b', 'gone']) }, sessions);
  expect(shown.map(({ name }) => name)).toEqual(['garden', 'release']);
});

it('has those in memory at once, and reads the others as they are asked for, each once', async () => {
  const read: string[] = [];
  const sessions = {
    open: [{ view: () => aView({ id: 'awake' }) }],
    view: (id: string) => {
      read.push(id);
      return Promise.resolve(aView({ id }));
    },
  } as unknown as Parameters<typeof viewsAsRead>[1];
  const stored = ['awake', ...Array.from({ length: 40 }, (_, index) => `s${String(index)}`)];
  const { total, batches } = await viewsAsRead({ sessionIds: () => Promise.resolve(stored) }, sessions);
  expect(total).toBe(41);
  const seen: string[][] = [];
  const reads: number[] = [];
  for await (const batch of batches) {
    seen.push(batch.map(({ id }) => id));
    reads.push(read.length);
  }
  expect(seen[0]).toEqual(['awake']);
  expect(reads).toEqual([0, 32, 40]);
  expect(new Set(seen.flat())).toEqual(new Set(stored));
  expect(read).not.toContain('awake');
});
