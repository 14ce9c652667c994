/** A session whose actor has bugs that the real machine must not have. */
import { NO_HISTORY } from '../../../src/daemon/sessions/session-history.ts';
import { SimulatedClock } from 'xstate';
import { describe, expect, it } from 'vitest';
import type { SessionEvent } from '../../../machines/session-events.ts';
import { KeptSession, type SessionLogic } from '../../../src/daemon/sessions/kept-session.ts';
import { Processes } from '../../../src/daemon/sessions/processes.ts';
import type { Room } from '../../../src/daemon/sessions/room.ts';
import { wireSession } from '../../../src/daemon/sessions/wiring.ts';
import { createLog } from '../../../src/log/log.ts';
import { FakeTelegram } from '../../helpers/fake-telegram.ts';
import { aRecord, NOON } from '../../helpers/records.ts';
import { NO_TRUST } from '../../helpers/no-trust.ts';
import { SteerableClaude } from '../../helpers/steerable-claude.ts';
import { SteerableStore } from '../../helpers/steerable-store.ts';
import { watchActors } from '../../helpers/watch-actors.ts';

const roomForAll: Pick<Room, 'ask'> = {
  ask: (_, answer) => {
    answer({ type: 'room.granted', at: NOON });
    return () => undefined;
  },
};

function keep(spoil: (logic: SessionLogic) => SessionLogic, obedient = true) {
  const claude = new SteerableClaude({ obedient, now: () => NOON });
  const store = new SteerableStore();
  const actors = watchActors();
  const lines: string[] = [];
  const log = createLog({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const processes = new Processes(claude, log, () => undefined);
  const logic = wireSession({
    claude,
    processes,
    room: roomForAll,
    trust: NO_TRUST,
    log,
    savedAtLast: () => session.savedAtLast(),
    onProgress: (_, progress) => session.progress(progress),
    onOffers: () => undefined,
    onTurn: () => undefined,
    settleVisit: (_, visit) => Promise.resolve(visit),
    sendFiles: () => Promise.resolve({ refused: 'No.' }),
  });
  // No chat asks anything here.
  const telegram = new FakeTelegram(
    undefined as never,
    (_, event) => session.report(event),
    () => NOON,
  );
  const session: KeptSession = new KeptSession(aRecord({ epoch: store.epoch }), {
    store,
    telegram,
    copies: { drop: () => Promise.resolve() },
    processes,
    logic: spoil(logic),
    limits: {},
    history: NO_HISTORY,
    log,
    clock: new SimulatedClock(),
    now: () => NOON,
    mayStart: () => true,
    roomPlaceOf: () => null,
    inspect: actors.inspect,
    onChange: () => undefined,
    onTakenOver: () => undefined,
  });
  return { session, claude, store, telegram, actors, lines };
}

const message = (uuid: string): SessionEvent => ({
  type: 'user.message',
  uuid,
  messageId: 1,
  text: uuid,
  at: NOON,
});

describe('a bug in the machine', () => {
  const throwing = () => {
    throw new Error('A bug.');
  };

  it('that a message sets off loses neither that message nor the next one', async () => {
    const { session, store, telegram, claude } = keep((logic) =>
      logic.provide({ actions: { acceptMessage: throwing } }),
    );
    session.start();
    await session.tell(message('m1'));
    await session.saved();
    await expect.poll(() => telegram.told()).toEqual(['internalError']);
    expect(claude.started).toEqual([]);
    await session.tell(message('m2'));
    await session.saved();
    await expect.poll(() => claude.latest.prompts.map(({ uuid }) => uuid)).toEqual(['m1']);
    expect(store.saved.at(-1)?.inbox.map(({ uuid }) => uuid)).toEqual(['m1', 'm2']);
  });

  it('that strikes at the start is no end of the daemon', async () => {
    const { session, telegram } = keep((logic) => logic.provide({ guards: { isTerminated: throwing } }));
    session.start();
    expect(session.phase).toBe('failed');
    await expect.poll(() => telegram.told()).toEqual(['internalError']);
  });

  it('that makes a record which no disk takes goes back to the last one on disk', async () => {
    let isSpoilt = false;
    const { session, store, telegram, claude, actors } = keep((logic) =>
      logic.provide({
        actions: {
          changeTimeout: ({ context }) => {
            isSpoilt = true;
            // The machine's context is changed in place here, as no action of it ever should.
            Object.assign(context, { record: { ...context.record, idleTimeoutMs: 'soon' } });
          },
        },
      }),
    );
    session.start();
    await session.tell(message('m1'));
    await session.saved();
    await expect.poll(() => claude.latest.prompts.length).toBe(1);
    await session.tell({ type: 'user.timeoutChanged', idleTimeoutMs: 5_000, at: NOON });
    await expect(session.saved()).rejects.toThrow(TypeError);
    expect(isSpoilt).toBe(true);
    await expect.poll(() => telegram.told()).toEqual(['internalError']);
    expect(claude.latest.kills).toBe(1);
    expect(actors.running('s1')).toBe(0);
    expect(store.saved.at(-1)).toMatchObject({
      idleTimeoutMs: 600_000,
      inbox: [{ uuid: 'm1', state: 'delivered' }],
    });
  });
});

it('an observer that throws is logged, and the session goes on', async () => {
  const { session, telegram, claude, lines } = keep((logic) => logic);
  telegram.typing = () => {
    throw new Error('A bug of the typing.');
  };
  session.start();
  await session.tell(message('m1'));
  await expect.poll(() => claude.latest.prompts.length).toBe(1);
  expect(lines.join('')).toContain('session.observerFailed');
  claude.latest.answers('Hello.');
  await expect.poll(() => telegram.told()).toEqual(['Hello.']);
});

it('a prompt that asks at once whether it is on disk waits for the record that knows it is under way', async () => {
  const { session, store, claude } = keep((logic) => logic, false);
  const onDisk: (string | undefined)[] = [];
  const start = claude.start.bind(claude);
  claude.start = (input, listener, beforePrompt) => {
    const process = start(input, listener, beforePrompt);
    process.send = (command) => {
      if (command.type !== 'claude.prompt') return;
      void beforePrompt().then(() => onDisk.push(store.saved.at(-1)?.inbox[0]?.state));
    };
    return process;
  };
  session.start();
  await session.tell(message('m1'));
  claude.latest.spawns();
  await session.saved();
  claude.latest.getsReady();
  await expect.poll(() => onDisk).toEqual(['delivered']);
});
