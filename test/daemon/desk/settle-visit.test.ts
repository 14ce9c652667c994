/** A visit at the desk may end in any conversation: a session takes it over, unless another session has it. */
import { expect, it } from 'vitest';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { settleVisit } from '../../../src/daemon/desk/settle-visit.ts';
import { aRecord, PROCESS, spending } from '../../helpers/records.ts';

const VISIT = { claudeSessionId: 'c2', isStarted: true, prompts: 2, lastWords: 'Green.', spent: spending(1) };

function settle(other: Partial<SessionRecord>) {
  const records = [aRecord({ claudeSessionId: 'c1' }), aRecord({ id: 's2', ...other })];
  return settleVisit('s1', VISIT, {
    store: { sessionsWith: () => Promise.resolve(records.map(({ id }) => id)) },
    sessions: {
      open: [],
      record: (id) => Promise.resolve(records.find((record) => record.id === id) ?? null),
    },
  });
}

it.each([
  ['nobody has', { claudeSessionId: 'c3' }],
  ['a session had that has ended', { claudeSessionId: 'c2', state: 'terminated' }],
] as const)('a conversation that %s is the session’s', async (_, other) => {
  expect(await settle(other)).toEqual(VISIT);
});

it.each([
  ['has', { claudeSessionId: 'c2' }],
  ['is just ending with', { claudeSessionId: 'c2', state: 'terminated', process: PROCESS }],
] as const)(
  'one that another session %s stays there, and nobody knows what was spent in this one',
  async (_, other) => {
    expect(await settle(other)).toEqual({ ...VISIT, claudeSessionId: 'c1', isStarted: false, spent: null });
  },
);
