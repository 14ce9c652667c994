/** The table that people read. */
import { expect, it } from 'vitest';
import { viewSession } from '../../machines/session-view.ts';
import { describeStatus, shownStatusSchema } from '../../src/cli/status-text.ts';
import { aMessage, aRecord, NOON, PROCESS } from '../helpers/records.ts';

const AT = { dataDir: '/data', now: NOON + 90_000 };

const DAEMON = {
  pid: 77,
  version: '0.1.0',
  state: 'serving',
  startedAt: NOON,
  telegram: { state: 'polling', lastError: null, conflict: null },
  unreadable: [],
};

it('shows the daemon and each session with its state, process, time left, mail and folder', () => {
  const idle = aRecord({ state: 'idle', process: PROCESS, name: 'garden', workspace: '/home/anna/garden' });
  const active = aRecord({ state: 'active', process: PROCESS, name: 'house', inbox: [aMessage('u1')] });
  const sessions = [
    viewSession(idle, 'live.idle', AT.now),
    viewSession(active, 'live.active.working', AT.now),
    viewSession(aRecord({ name: 'asleep', idleTimeoutMs: null }), 'suspended', AT.now),
    viewSession({ ...idle, idleTimeoutMs: null, name: 'watch' }, 'live.idle', AT.now),
  ];
  expect(describeStatus(shownStatusSchema.parse({ daemon: DAEMON, sessions, undelivered: [] }), AT)).toBe(
    [
      'Hibernaut 0.1.0 (pid 77) is serving, up 1 min 30 s.',
      'Telegram: polling',
      '',
      'NAME    STATE      PHASE    PID   LAST ACTIVITY   TIME LEFT   WAITING  FOLDER',
      'garden  idle       idle     4242  1 min 30 s ago  8 min 30 s  -        /home/anna/garden',
      'house   active     working  4242  1 min 30 s ago  -           1        /work',
      'asleep  suspended  -        -     1 min 30 s ago  -           -        /work',
      'watch   idle       idle     4242  1 min 30 s ago  off         -        /home/anna/garden',
      '',
    ].join('\n'),
  );
});

it('says which chats Telegram refuses, and what may not have arrived', () => {
  const session = viewSession(aRecord({ unconfirmed: { count: 1, at: NOON + 60_000 } }), 'suspended', AT.now);
  const undelivered = [
    { chatId: 8, since: NOON, reason: 'sendMessage: 403 Forbidden: bot was blocked by the user', items: 2 },
  ];
  const text = describeStatus({ daemon: null, sessions: [session], undelivered }, AT);
  expect(text).toContain(
    'Chat 8 is refused: 2 messages wait for 1 min 30 s (sendMessage: 403 Forbidden: bot was blocked by the user).',
  );
  expect(text).toContain('In chat 7, 1 message may not have arrived, of work, 30 s ago.');
});

it('warns of sessions in which Claude asks for nothing, as long as they are', () => {
  const free = aRecord({ permissionMode: 'bypassPermissions', name: 'free' });
  const sessions = [
    viewSession(free, 'suspended', AT.now),
    viewSession({ ...free, name: 'over', state: 'terminated' }, 'terminated', AT.now),
    viewSession(aRecord(), 'suspended', AT.now),
  ];
  const text = describeStatus({ daemon: null, sessions, undelivered: [] }, AT);
  expect(text).toContain('In chat 7, free bypasses permissions: Claude asks for nothing there.');
  expect(text.match(/bypasses permissions/g)).toHaveLength(1);
});

it('says what is wrong with Telegram and which files could not be read', () => {
  const daemon = {
    ...DAEMON,
    telegram: {
      state: 'backingOff',
      lastError: 'connect ECONNREFUSED',
      conflict: { count: 3, lastAt: NOON + 60_000 },
    },
    unreadable: [{ path: '/data/sessions/s1.json.unreadable-1', why: 'not JSON' }],
  };
  const text = describeStatus({ daemon, sessions: [], undelivered: [] }, AT);
  expect(text).toContain('Telegram: backingOff (connect ECONNREFUSED)');
  expect(text).toContain('Another program took updates over with the same token, 3 times, last 30 s ago.');
  expect(text).toContain('Unreadable, kept as /data/sessions/s1.json.unreadable-1: not JSON');
  expect(text).toContain('No sessions yet.');
});

it('says where no daemon runs and how to start one', () => {
  expect(describeStatus({ daemon: null, sessions: [], undelivered: [] }, AT)).toContain(
    'No daemon runs on /data. Start it with "hibernaut start".',
  );
});

it('does not let the name of a folder command the terminal', () => {
  const session = viewSession(aRecord({ name: 'a\u001b]0;b\u0007\nc' }), 'suspended', AT.now);
  const text = describeStatus(
    shownStatusSchema.parse({ daemon: null, sessions: [session], undelivered: [] }),
    AT,
  );
  expect(text).toContain('a?]0;b??c');
  expect(text.split('\n')).toHaveLength(5);
});
