/** Whatever a record's file holds: it is valid or not, and from what is valid a session can be started and gone on with. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewSession } from '../../machines/session-view.ts';
import { decode, encode, SESSION } from '../../src/store/document.ts';
import { statusText } from '../../src/telegram/texts/status.ts';
import { noticeText } from '../../src/telegram/texts/notices.ts';
import { damaged, hostileJson } from '../helpers/arbitraries/json.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../helpers/arbitraries/runs.ts';
import { walkStep } from '../helpers/arbitraries/session-events.ts';
import { startSession, type TestSession } from '../helpers/session-actor.ts';
import { anyRecord } from './record-arbitrary.ts';

const bytes = (document: unknown) => Buffer.from(JSON.stringify(document));

/** What everyone who has a record does with it. */
function expectUsable(session: TestSession): void {
  expect(session.errors).toEqual([]);
  const record = session.record();
  const saved = decode(Buffer.from(encode(record, SESSION)), SESSION, record.id);
  expect(saved).toHaveProperty('record');
  const now = session.now();
  // Their own words may be anything.
  const plain = { ...record, name: 'work', workspace: '/work', model: null };
  expect(statusText(viewSession(plain, session.phase(), now), now).text).not.toMatch(/NaN|undefined/);
  for (const { body } of record.outbox) if (body.kind === 'notice') noticeText(body.notice);
  // By them Telegram's side and the machine tell them apart.
  const ids = record.outbox.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
}

describe('a session document', () => {
  it(
    'is valid or not, and never a surprise, whatever its file holds',
    { timeout: HOSTILE_TIMEOUT_MS },
    () => {
      const document = fc.oneof(hostileJson, damaged(anyRecord('s1')));
      fc.assert(
        fc.property(document, (value) => {
          const [kind = ''] = Object.keys(decode(bytes(value), SESSION, 's1'));
          expect(['record', 'unreadable', 'newer']).toContain(kind);
        }),
        { numRuns: HOSTILE_RUNS },
      );
    },
  );

  it(
    'that is valid is one that a session can be started from and go on with, whatever happens',
    { timeout: HOSTILE_TIMEOUT_MS },
    () => {
      const document = fc.oneof(anyRecord('s1'), damaged(anyRecord('s1')));
      let started = 0;
      fc.assert(
        fc.property(document, fc.array(walkStep, { maxLength: 12 }), (value, steps) => {
          const decoded = decode(bytes(value), SESSION, 's1');
          if (!('record' in decoded)) return;
          started += 1;
          const session = startSession(decoded.record);
          for (const step of steps) step(session);
          expectUsable(session);
          session.actor.stop();
        }),
        { numRuns: HOSTILE_RUNS },
      );
      expect(started).toBeGreaterThan(HOSTILE_RUNS / 3);
    },
  );
});
