import { describe, expect, it } from 'vitest';
import { SimulatedClock } from 'xstate';
import { ChatPace, Gate } from '../../../src/telegram/send/chat-pace.ts';

describe('a gate', () => {
  function startGate() {
    const clock = new SimulatedClock();
    const opened: number[] = [];
    return { clock, opened, gate: new Gate(clock, () => opened.push(clock.now())) };
  }

  it('opens when the longest of its waits is over, and says so once', () => {
    const { gate, clock, opened } = startGate();
    gate.close(5_000);
    gate.close(1_000);
    clock.increment(4_999);
    expect(gate.isOpen).toBe(false);
    clock.increment(1);
    expect([gate.isOpen, opened]).toEqual([true, [5_000]]);
  });

  it('can be opened before its time', () => {
    const { gate, clock, opened } = startGate();
    gate.close(5_000);
    gate.open();
    clock.increment(10_000);
    expect([gate.isOpen, opened]).toEqual([true, [0]]);
  });

  it('says nothing any more once it is disposed of', () => {
    const { gate, clock, opened } = startGate();
    gate.close(5_000);
    gate.dispose();
    clock.increment(10_000);
    expect(opened).toEqual([]);
  });
});

describe("a chat's pace", () => {
  function startPace(chatId: number) {
    const clock = new SimulatedClock();
    const opened: string[] = [];
    const pace = new ChatPace(
      chatId,
      clock,
      () => opened.push('sends'),
      () => opened.push('frames'),
    );
    return { clock, opened, pace };
  }

  it.each([
    ['a private chat', 7, 1_100],
    ['a group', -7, 3_100],
  ])('lets frames rest after each message in %s, messages not', (_, chatId, gapMs) => {
    const { pace, clock, opened } = startPace(chatId);
    pace.noteSent();
    expect([pace.sends.isOpen, pace.mayShow, pace.mayShowMore]).toEqual([true, true, false]);
    clock.increment(gapMs - 1);
    expect(pace.mayShowMore).toBe(false);
    clock.increment(1);
    expect([pace.mayShowMore, opened]).toEqual([true, ['frames']]);
  });

  it('stops everything while Telegram wants a pause, and goes on with messages first', () => {
    const { pace, clock, opened } = startPace(7);
    pace.sends.close(30_000);
    expect([pace.sends.isOpen, pace.mayShow, pace.mayShowMore]).toEqual([false, false, false]);
    clock.increment(30_000);
    expect(opened).toEqual(['sends', 'frames']);
  });
});
