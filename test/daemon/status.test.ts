/** What the daemon says of itself and its sessions to programs on the machine. */
import { expect, it } from 'vitest';
import { viewAll } from '../../src/daemon/status.ts';
import { aView } from '../helpers/steerable-sessions.ts';

it("names a session that its conversation named after its folder: people's words stay in the chat", async () => {
  const views = [
    aView({ id: 'a', name: 'my secret plans', namedBy: 'conversation', workspace: '/home/me/garden' }),
    aView({ id: 'b', name: 'release', namedBy: 'person', workspace: '/home/me/garden' }),
  ];
  const sessions = { view: (id: string) => Promise.resolve(views.find((view) => view.id === id) ?? null) };
  const shown = await viewAll({ sessionIds: () => Promise.resolve(['a', 'b', 'gone']) }, sessions);
  expect(shown.map(({ name }) => name)).toEqual(['garden', 'release']);
});
