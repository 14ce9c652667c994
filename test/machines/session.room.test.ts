/** A session that wants a process while all places are taken. */
import { describe, expect, it } from 'vitest';
import { aMessage, NOON } from '../helpers/records.ts';
import { SESSION_IN, startSession } from '../helpers/session-actor.ts';

const fullHouse = (...[over = {}, options = {}]: Parameters<typeof startSession>) =>
  startSession(over, { ...options, isFull: true });

describe('a message while there is no room', () => {
  it('waits as active, and starts the process once there is room', () => {
    const session = fullHouse();
    session.message('m1');
    expect(session.phase()).toBe('awaitingRoom.forMessage.untold');
    expect([session.record().state, session.spawned]).toEqual(['active', []]);
    session.asked[0]?.grants();
    expect(session.phase()).toBe('live.active.starting');
    expect(session.asked.map(({ isOver }) => isOver)).toEqual([true]);
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1']);
  });

  it('is told of it once, as a reply, and once more if that depends on people', () => {
    const session = fullHouse();
    session.message('m1');
    session.message('m2');
    expect(session.notices()).toEqual([]);
    session.asked[0]?.isFull({ ahead: 2 });
    session.asked[0]?.isFull({ ahead: 1 });
    const notice = { type: 'noRoom', places: 3, ahead: 2, waitingForPeople: 0 };
    expect(session.record().outbox).toMatchObject([{ replyTo: 1, body: { kind: 'notice', notice } }]);
    session.asked[0]?.isFull({ waitingForPeople: 3 });
    session.asked[0]?.isFull({ waitingForPeople: 3 });
    session.message('m3');
    session.asked[0]?.isFull({ ahead: 1 });
    expect(session.notices()).toHaveLength(2);
    expect(session.asked).toHaveLength(1);
  });

  it('asks for room by the time of the oldest message that waits, over restarts too', () => {
    const session = fullHouse();
    session.message('m1');
    session.pass(60_000);
    session.message('m2');
    const next = session.restarted(60_000, {}, true);
    next.recoveries[0]?.finds(next.recoveries[0].input.uuids.map((uuid) => ({ uuid, fate: 'absent' })));
    return expect
      .poll(() => next.asked.map(({ input }) => input))
      .toEqual([{ id: 's1', wantedFor: 'message', since: NOON }]);
  });

  it('can be changed and taken back; with nothing left to answer, nobody waits any more', () => {
    const session = fullHouse();
    session.message('m1');
    session.send({ type: 'user.edited', messageId: 1, newUuid: 'm1b', text: 'other words' });
    expect(session.record().inbox).toMatchObject([{ text: 'other words' }]);
    session.send({ type: 'user.withdrew', messageId: 1 });
    expect(session.phase()).toBe('suspended.resting');
    expect(session.asked.map(({ isOver }) => isOver)).toEqual([true]);
    expect(session.notices()).toEqual([{ type: 'withdrawn' }]);
  });

  it('goes with /stop, which says so', () => {
    const session = fullHouse();
    session.message('m1');
    session.send({ type: 'user.interrupt' });
    expect(session.phase()).toBe('suspended.resting');
    expect(session.notices()).toEqual([{ type: 'interrupted', dropped: 0 }]);
  });

  it('is held by /suspend until its sender writes again', () => {
    const session = fullHouse();
    session.message('m1');
    session.send({ type: 'user.suspend' });
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record().inbox).toMatchObject([{ state: 'held' }]);
    session.message('m2');
    session.asked.at(-1)?.grants();
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('goes with the session when that is ended', () => {
    const session = fullHouse();
    session.message('m1');
    session.send({ type: 'user.end' });
    expect(session.phase()).toBe('terminated');
    expect(session.notices()).toEqual([{ type: 'ended', dropped: 1 }]);
  });

  it('is left to the next daemon when this one stops, and gets room there', async () => {
    for (const type of ['daemon.drain', 'daemon.stop'] as const) {
      const session = fullHouse();
      session.message('m1');
      session.send({ type });
      expect(session.phase()).toBe('suspended.drained');
      session.asked[0]?.grants();
      expect(session.spawned).toEqual([]);
      const next = session.restarted(1_000);
      await expect.poll(() => next.phase()).toBe('live.active.starting');
    }
  });
});

describe('an eviction', () => {
  it('suspends an idle session with that reason', () => {
    const session = SESSION_IN['live.idle']();
    session.send({ type: 'daemon.evict' });
    expect(session.phase()).toBe('live.stopping.suspending');
    session.exits();
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record().lastEnd).toMatchObject({ reason: 'evicted' });
  });

  it('that the idle timeout or a person came before keeps their reason', () => {
    const timedOut = SESSION_IN['live.idle']();
    timedOut.pass(600_000);
    timedOut.send({ type: 'daemon.evict' });
    timedOut.exits();
    expect(timedOut.record().lastEnd).toMatchObject({ reason: 'idle' });
  });

  it('lets a message that comes meanwhile wait for room again, and loses nothing of it', () => {
    const session = SESSION_IN['live.idle']();
    session.house.isFull = true;
    session.send({ type: 'daemon.evict' });
    session.message('m2');
    session.exits();
    expect(session.phase()).toBe('awaitingRoom.forMessage.untold');
    expect(session.record().lastEnd).toMatchObject({ reason: 'evicted' });
    session.asked.at(-1)?.grants();
    session.becomesReady();
    expect(session.prompts()).toEqual(['m1', 'm2']);
  });

  it('while the daemon drains ends as the drain wants it', () => {
    const session = SESSION_IN['live.idle']();
    session.send({ type: 'daemon.evict' });
    session.message('m2');
    session.send({ type: 'daemon.drain' });
    session.exits();
    expect(session.phase()).toBe('suspended.drained');
    expect(session.record().inbox).toMatchObject([{ uuid: 'm2', state: 'waiting' }]);
  });
});

describe('a session that was live when the last daemon ended', () => {
  it('stays suspended if there is no room, and is not brought back by the next daemon either', () => {
    const session = SESSION_IN['awaitingRoom.forRestore']();
    expect(session.asked[0]?.input.wantedFor).toBe('restore');
    session.asked[0]?.refuses();
    expect(session.phase()).toBe('suspended.resting');
    expect(session.record().lastEnd).toMatchObject({ reason: 'evicted' });
    expect(session.restarted(1_000).phase()).toBe('suspended.resting');
  });

  it('waits its turn if it has an unanswered message', () => {
    const inbox = [aMessage('m1')];
    const session = fullHouse({ inbox });
    expect(session.phase()).toBe('awaitingRoom.forMessage.untold');
  });
});

describe('a wake', () => {
  it('waits for room, behind messages, and becomes one of them with a message', () => {
    const session = SESSION_IN['awaitingRoom.forWake']();
    expect(session.asked[0]?.input.wantedFor).toBe('wake');
    session.message('m1');
    expect(session.phase()).toBe('awaitingRoom.forMessage.untold');
    expect(session.asked.map(({ input, isOver }) => [input.wantedFor, isOver])).toEqual([
      ['wake', true],
      ['message', false],
    ]);
  });
});
