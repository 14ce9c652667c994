/** The torture run can fail: bugs are planted in the daemon's ports, and each is found. */
import { describe, expect, it } from 'vitest';
import { runLife } from './run.ts';
import type { Round, Step } from './schedule.ts';

const round = (...steps: Step[]): Round => ({ number: 1, steps });
const say = (key: string, text = `note ${key}`): Step => ({
  afterMs: 0,
  do: 'say',
  place: 'anna',
  key,
  text,
});

describe('the torture run finds a daemon that', () => {
  it('loses a message', async () => {
    const { failure } = await runLife([round(say('1-0'))], { bug: 'loseMessage' });
    expect(failure?.problems).toEqual([expect.stringMatching(/Neither answered nor reported: "note 1-0"/)]);
  });

  it('takes a message twice', async () => {
    const { failure } = await runLife([round(say('1-0'))], { bug: 'repeatMessage' });
    expect(failure?.problems).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/was answered 2 times/),
        expect.stringMatching(/Claude got "note 1-0" more than once/),
      ]),
    );
  });

  it('confirms what is not on disk', async () => {
    const crash: Step = {
      afterMs: 0,
      do: 'crashAt',
      point: 'claude.turnStarted.after',
      hit: 1,
      victim: 'daemon',
      downMs: 0,
      again: null,
    };
    const { failure } = await runLife([round(crash, say('1-0'))], { bug: 'pretendToSave' });
    expect(failure?.problems).toEqual(
      expect.arrayContaining([expect.stringMatching(/Neither answered nor reported: "note 1-0"/)]),
    );
  });

  it('does none of this: the same messages, and the books balance', async () => {
    const { failure, tally } = await runLife([round(say('1-0'), say('1-1', 'slow 5'))]);
    expect(failure).toBeNull();
    expect(tally).toMatchObject({ rounds: 1, messages: 2 });
  });
});
