/** Alarms in the order in which they are due, however they are added, moved and taken back. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { AlarmQueue } from '../src/alarm-queue.ts';

interface Alarm {
  due: number;
}

function queueOf(dues: readonly number[]) {
  const queue = new AlarmQueue<Alarm>(({ due }) => due);
  const alarms = dues.map((due) => ({ due }));
  for (const alarm of alarms) queue.add(alarm);
  return { queue, alarms };
}

function takeAll(queue: AlarmQueue<Alarm>, until = Number.MAX_VALUE): number[] {
  const taken: number[] = [];
  for (let alarm = queue.takeDue(until); alarm; alarm = queue.takeDue(until)) taken.push(alarm.due);
  return taken;
}

const inOrder = (dues: number[]) => dues.toSorted((a, b) => a - b);

it('gives what is due by a time, in order, and keeps the rest', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50)), fc.nat(50), (dues, until) => {
      const { queue } = queueOf(dues);
      expect(takeAll(queue, until)).toEqual(inOrder(dues.filter((due) => due <= until)));
      expect(queue.next).toBe(Math.min(Infinity, ...dues.filter((due) => due > until)));
      expect(takeAll(queue)).toEqual(inOrder(dues.filter((due) => due > until)));
    }),
  );
});

it('lets by what was taken back, and has what was moved at its new time, trimmed or not', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(50), fc.nat(2)), { maxLength: 300 }),
      fc.boolean(),
      (plan, trims) => {
        const { queue, alarms } = queueOf(plan.map(([due]) => due));
        for (const [index, [, fate]] of plan.entries()) {
          const alarm = alarms[index];
          if (!alarm || fate === 0) continue;
          alarm.due = fate === 1 ? Infinity : alarm.due + 60;
          if (fate === 2) queue.add(alarm);
        }
        const expected = inOrder(alarms.map(({ due }) => due).filter(Number.isFinite));
        if (trims) queue.trim(expected.length);
        expect(takeAll(queue)).toEqual(expected);
      },
    ),
  );
});
