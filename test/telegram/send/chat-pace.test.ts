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
    expect([pace.mayCall, pace.mayShowMore]).toEqual([true, false]);
    clock.increment(gapMs - 1);
    expect(pace.mayShowMore).toBe(false);
    clock.increment(1);
    expect([pace.mayShowMore, opened]).toEqual([true, ['frames']]);
  });

  it('lets frames come quickly at first, and then about 20 calls a minute at most', () => {
    const { pace, clock } = startPace(7);
    let sent = 0;
    for (let seconds = 0; seconds < 600; seconds += 0.1) {
      if (pace.mayShowMore) {
        pace.begin();
        pace.noteSent();
        sent += 1;
      }
      clock.increment(100);
      if (Math.abs(seconds - 6) < 0.01) expect(sent).toBeGreaterThanOrEqual(5);
      if (Math.abs(seconds - 60) < 0.01) expect(sent).toBeLessThanOrEqual(20);
    }
    expect(sent / 10).toBeLessThanOrEqual(20);
    expect(sent / 10).toBeGreaterThan(14);
  });

  it('stops everything while Telegram wants a pause, and goes on with messages first', async () => {
    const { pace, clock, opened } = startPace(7);
    pace.holdOff(30_000);
    expect([pace.mayCall, pace.mayShowMore]).toEqual([false, false]);
    clock.increment(30_000);
    await Promise.resolve();
    expect(opened).toEqual(['sends', 'frames']);
  });

  it('lets one call try after such a pause, and the others when that one went well', () => {
    const { pace, clock, opened } = startPace(7);
    pace.holdOff(30_000);
    clock.increment(30_000);
    expect([pace.mayCall, pace.isCalm]).toEqual([true, false]);
    pace.begin();
    expect([pace.mayCall, pace.mayShowMore]).toEqual([false, false]);
    opened.length = 0;
    pace.noteSent();
    expect([pace.mayCall, pace.isCalm, opened[0]]).toEqual([true, true, 'sends']);
  });

  it('lets another call try when the first came to nothing', () => {
    const { pace, clock, opened } = startPace(7);
    pace.holdOff(30_000);
    clock.increment(30_000);
    pace.begin();
    opened.length = 0;
    pace.noteFailed();
    expect([pace.mayCall, pace.isCalm, opened[0]]).toEqual([true, false, 'sends']);
    pace.begin();
    expect(pace.mayCall).toBe(false);
  });

  it('is slower for a minute after Telegram wanted a pause, and slower still after the next', () => {
    const { pace, clock } = startPace(7);
    const gap = () => {
      pace.noteSent();
      let waitedMs = 0;
      for (; !pace.mayShowMore; waitedMs += 100) clock.increment(100);
      return waitedMs;
    };
    expect(gap()).toBe(1_100);
    pace.holdOff(1_000);
    clock.increment(1_000);
    expect(gap()).toBe(2_200);
    pace.holdOff(1_000);
    clock.increment(1_000);
    expect(gap()).toBe(4_400);
    clock.increment(60_000);
    expect(gap()).toBe(1_100);
  });
});
