/** Which actors count as alive. */
import { expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { LiveActors } from '../../../src/watch/inspector/live-actors.ts';

const machine = createMachine({
  on: {
    fail: {
      actions: () => {
        throw new Error('a bug');
      },
    },
  },
});

it('does not grow with actors that failed, which XState tells nobody about', () => {
  const live = new LiveActors();
  for (let i = 0; i < 1_000; i++) {
    const actor = createActor(machine);
    actor.subscribe({ error: () => {} });
    actor.start();
    live.add(actor, actor);
    actor.send({ type: 'fail' });
  }
  expect(live.size).toBeLessThan(100);
});
