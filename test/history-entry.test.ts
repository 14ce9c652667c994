/** What is kept of an event in a session's history: an allow-list, so nothing that people or Claude said can be in it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byOf, factsOf, historyEntrySchema, knownName } from '../src/history-entry.ts';

const SECRET = 'the-secret-of-the-garden';

const TYPES = [
  'user.message user.edited user.timeoutChanged user.whileWorkingChanged user.renamed user.settingsChanged user.end',
  'user.workspaceChanged user.approvalTapped claude.spawned claude.spent claude.answered claude.failed claude.exited',
  'claude.backgroundTasksChanged claude.approvalRequested claude.permissionModeChanged claude.filesSent',
  'telegram.delivered telegram.outcomeUnknown telegram.chatRefused daemon.titled xstate.init',
].flatMap((line) => line.split(' '));

/** Each field that any event has, at any depth. */
const FIELDS = [
  'text uuid name idleTimeoutMs whileWorking settings model effort permissionMode workspace process pid startTime total',
  'durationMs answers markdown problem detail count approval subject type toolName input suggestion code signal reason',
  'outboxId messageId files caption title id tap by at',
].flatMap((line) => line.split(' '));

/** Secrets wherever a value may be, in every shape. */
const planted = fc.letrec((tie) => ({
  value: fc.oneof(
    { weight: 3, arbitrary: fc.constantFrom<unknown>(SECRET, [SECRET], 1, null) },
    { weight: 1, arbitrary: tie('fields') },
  ),
  fields: fc.dictionary(fc.constantFrom(...FIELDS), tie('value'), { maxKeys: 12 }),
})).fields;

describe('the facts of an event', () => {
  it('are none of its texts, whatever the event', () => {
    fc.assert(
      fc.property(fc.constantFrom(...TYPES), planted, (type, fields) => {
        const event = { ...(fields as object), type };
        expect(JSON.stringify(factsOf(event) ?? {})).not.toContain(SECRET);
        expect(byOf(event)).not.toContain(SECRET);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    [
      { type: 'claude.exited', code: null, signal: 'SIGKILL' },
      { code: null, signal: 'SIGKILL' },
    ],
    [
      { type: 'claude.exited', code: 1, signal: SECRET },
      { code: 1, signal: null },
    ],
    [{ type: 'user.timeoutChanged', idleTimeoutMs: null }, { idleTimeoutMs: null }],
    [{ type: 'claude.answered', markdown: SECRET, answers: ['a', 'b'] }, { answers: 2 }],
    [{ type: 'claude.failed', problem: 'notLoggedIn', detail: SECRET }, { problem: 'notLoggedIn' }],
    [{ type: 'claude.spawned', process: { pid: 5, startTime: SECRET } }, { pid: 5 }],
    [{ type: 'user.settingsChanged', settings: { model: SECRET, effort: 'low' } }, { effort: 'low' }],
    [
      {
        type: 'claude.approvalRequested',
        approval: { toolName: SECRET, input: SECRET, subject: { type: 'plan' } },
      },
      { subject: 'plan' },
    ],
    [{ type: 'user.message', text: SECRET, uuid: 'u', messageId: 3 }, undefined],
    [{ type: 'toString' }, undefined],
  ])('%j', (event, facts) => {
    expect(factsOf(event)).toEqual(facts);
  });
});

it.each([
  [{ type: 'user.end' }, 'chat'],
  [{ type: 'user.end', by: 'commandLine' }, 'commandLine'],
  [{ type: 'xstate.after.idleTimeout.session.live.idle' }, 'timer'],
  [{ type: 'xstate.init' }, 'daemon'],
  [{ type: 'daemon.drain' }, 'daemon'],
  [{ type: 'claude.exited' }, 'claude'],
  [{ type: 'telegram.delivered' }, 'telegram'],
])('%j is by %s', (event, by) => {
  expect(byOf(event)).toBe(by);
});

it('has no name that was not written in the code', () => {
  expect(knownName('live.active.working')).toBe('live.active.working');
  expect(knownName('a name with words')).toBe('hidden');
  const entry = {
    v: 1,
    at: 0,
    event: 'user.end',
    by: 'chat',
    from: null,
    to: 'idle',
    inbox: 0,
    outbox: 0,
    approvals: 0,
  };
  expect(historyEntrySchema.safeParse(entry).success).toBe(true);
  expect(historyEntrySchema.safeParse({ ...entry, to: 'what people said' }).success).toBe(false);
});
