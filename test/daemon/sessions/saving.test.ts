/** One session's record on its way to a disk that may refuse. */
import { SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { Saving } from '../../../src/daemon/sessions/saving.ts';
import { StaleEpochError } from '../../../src/store/ports.ts';
import { aRecord } from '../../helpers/records.ts';

/** Each attempt waits for the test to end it. */
function startSaving() {
  const clock = new SimulatedClock();
  const attempts: (PromiseWithResolvers<void> & { record: SessionRecord })[] = [];
  const saved: string[] = [];
  const refused: unknown[] = [];
  const takenOver: unknown[] = [];
  const invalid: unknown[] = [];
  const saving = new Saving({
    store: {
      saveSession: (record) => {
        const attempt = { ...Promise.withResolvers<void>(), record };
        attempts.push(attempt);
        return attempt.promise;
      },
    },
    clock,
    onSaved: ({ name }) => saved.push(name),
    onRefused: (error) => refused.push(error),
    onInvalid: (error) => invalid.push(error),
    onTakenOver: (error) => takenOver.push(error),
  });
  return {
    saving,
    attempts,
    saved,
    refused,
    takenOver,
    invalid,
    save: (name: string) => saving.save(aRecord({ name })),
    pass: (ms: number) => clock.increment(ms),
    tried: () => attempts.map(({ record }) => record.name),
    succeeds: async (index: number) => {
      attempts[index]?.resolve();
      await settled();
    },
    refuses: async (index: number, error = new Error('The disk is full.')) => {
      attempts[index]?.reject(error);
      await settled();
    },
  };
}

async function settled(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
}

describe('a save', () => {
  it('has nothing to do for a record that came from disk', async () => {
    const { saving } = startSaving();
    expect(saving.isSaved).toBe(true);
    await saving.saved();
    await saving.savedAtLast();
  });

  it('is over when the disk took the newest record', async () => {
    const test = startSaving();
    test.save('a');
    let isOver = false;
    void test.saving.saved().then(() => (isOver = true));
    await settled();
    expect([isOver, test.saving.isSaved]).toEqual([false, false]);
    await test.succeeds(0);
    expect([isOver, test.saving.isSaved]).toEqual([true, true]);
    expect(test.saved).toEqual(['a']);
  });

  it('never tells of an older record after a newer one', async () => {
    const test = startSaving();
    test.save('a');
    test.save('b');
    await test.succeeds(1);
    await test.succeeds(0);
    expect(test.saved).toEqual(['b']);
    expect(test.saving.isSaved).toBe(true);
  });
});

describe('a refused save', () => {
  it('rejects, is told once, and is tried again after 1 s, 2 s, 4 s … 30 s', async () => {
    const test = startSaving();
    test.save('a');
    const saved = test.saving.saved();
    await Promise.all([expect(saved).rejects.toThrow('The disk is full.'), test.refuses(0)]);
    for (const [index, waitMs] of [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000].entries()) {
      test.pass(waitMs - 1);
      expect(test.attempts).toHaveLength(index + 1);
      test.pass(1);
      expect(test.attempts).toHaveLength(index + 2);
      await test.refuses(index + 1);
    }
    expect(test.refused).toHaveLength(1);
  });

  it('is told again if the disk took one in between', async () => {
    const test = startSaving();
    test.save('a');
    await test.refuses(0);
    test.pass(1_000);
    await test.succeeds(1);
    expect(test.saved).toEqual(['a']);
    test.save('b');
    await test.refuses(2);
    expect(test.refused).toHaveLength(2);
    test.pass(1_000);
    expect(test.tried()).toEqual(['a', 'a', 'b', 'b']);
  });

  it('is tried at once for whoever asks', async () => {
    const test = startSaving();
    test.save('a');
    await test.refuses(0);
    const saved = test.saving.saved();
    expect(test.attempts).toHaveLength(2);
    await test.succeeds(1);
    await saved;
    test.pass(60_000);
    expect(test.attempts).toHaveLength(2);
  });

  it('of an older record does not count while a newer one is under way', async () => {
    const test = startSaving();
    test.save('a');
    test.save('b');
    await test.refuses(0);
    expect(test.refused).toEqual([]);
    await test.succeeds(1);
    test.pass(60_000);
    expect(test.attempts).toHaveLength(2);
  });

  it('is outlasted by whoever must have it on disk', async () => {
    const test = startSaving();
    test.save('a');
    let isOver = false;
    void test.saving.savedAtLast().then(() => (isOver = true));
    await test.refuses(0);
    expect(isOver).toBe(false);
    test.pass(1_000);
    test.save('b');
    await test.succeeds(2);
    expect(isOver).toBe(true);
  });

  it('is not tried again after the end', async () => {
    const test = startSaving();
    test.save('a');
    await test.refuses(0);
    test.saving.end();
    test.pass(60_000);
    test.save('b');
    expect(test.attempts).toHaveLength(1);
  });

  it('of a record that no disk will ever take is given up; the next record is saved', async () => {
    const test = startSaving();
    test.save('wrong');
    await test.refuses(0, new TypeError('The record is invalid.'));
    expect(test.invalid).toHaveLength(1);
    test.pass(60_000);
    expect([test.attempts.length, test.refused.length, test.saving.isSaved]).toEqual([1, 0, true]);
    test.save('right');
    await test.succeeds(1);
    expect(test.saved).toEqual(['right']);
  });

  it('for another daemon ends the saving', async () => {
    const test = startSaving();
    test.save('a');
    await test.refuses(0, new StaleEpochError('A later daemon has it.'));
    expect(test.takenOver).toHaveLength(1);
    test.pass(60_000);
    expect(test.attempts).toHaveLength(1);
    expect(test.refused).toEqual([]);
  });
});
