import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { Batches } from '../../../src/telegram/receive/batch.ts';
import { readUpdate, type KnownUpdate } from '../../../src/telegram/receive/update.ts';

const log = pino({ level: 'silent' });

function update(id: number, chatId = 7) {
  const message = { message_id: id, chat: { id: chatId, type: 'private' }, from: { id: chatId }, text: 'x' };
  return { update_id: id, message };
}

const idOf = (update: KnownUpdate) => (update.kind === 'message' ? update.message.message_id : 0);
const diskFull = () => Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });

/** @param fail what the handling of an update ends with, at its nth try; nothing: it succeeds */
function startBatches(fail: (id: number, tries: number) => Error | undefined = () => undefined) {
  const handled: number[] = [];
  const passedOver: number[] = [];
  const tries = new Map<number, number>();
  const batches = new Batches({
    read: readUpdate,
    handle: (update) => {
      const id = idOf(update);
      tries.set(id, (tries.get(id) ?? 0) + 1);
      const error = fail(id, tries.get(id) ?? 0);
      if (error) return Promise.reject(error);
      handled.push(id);
      return Promise.resolve();
    },
    passOver: (update) => Promise.resolve(void passedOver.push(idOf(update))),
    log,
  });
  return { batches, handled, passedOver };
}

describe('a batch of updates', () => {
  it('is handled in order within a chat, and not twice when it comes again', async () => {
    const { batches, handled } = startBatches();
    await batches.handle([update(1), update(2)]);
    await batches.handle([update(1), update(2), update(3)]);
    expect(handled).toEqual([1, 2, 3]);
  });

  it('handles an update that comes twice in one batch once', async () => {
    const { batches, handled } = startBatches();
    await batches.handle([update(1), update(1)]);
    expect(handled).toEqual([1]);
  });

  it('handles ids that are lower than those before', async () => {
    const { batches, handled } = startBatches();
    await batches.handle([update(900)]);
    await batches.handle([update(5)]);
    expect(handled).toEqual([900, 5]);
  });

  it('handles different chats at the same time', async () => {
    const started: number[] = [];
    const release: (() => void)[] = [];
    const batches = new Batches({
      read: readUpdate,
      handle: (update) => {
        started.push(idOf(update));
        return new Promise((resolve) => release.push(resolve));
      },
      passOver: () => Promise.resolve(),
      log,
    });
    const all = batches.handle([update(1, 7), update(2, 8), update(3, 7)]);
    expect(started).toEqual([1, 2]);
    release.forEach((resolve) => resolve());
    await expect.poll(() => started).toEqual([1, 2, 3]);
    release.forEach((resolve) => resolve());
    await all;
  });

  it('fails as a whole when one update fails, after the other chats were handled', async () => {
    const { batches, handled } = startBatches((id, tries) =>
      id === 1 && tries === 1 ? diskFull() : undefined,
    );
    await expect(batches.handle([update(1), update(2), update(3, 8)])).rejects.toThrow('no space left');
    // 2 must not overtake 1.
    expect(handled).toEqual([3]);
    await batches.handle([update(1), update(2), update(3, 8)]);
    expect(handled).toEqual([3, 1, 2]);
  });

  it('waits for a disk that refuses, however long', async () => {
    const { batches, handled, passedOver } = startBatches((_, tries) => {
      return tries <= 20 ? new Error('Session s1 is not saved.', { cause: diskFull() }) : undefined;
    });
    for (let round = 0; round < 20; round += 1) await expect(batches.handle([update(1)])).rejects.toThrow();
    await batches.handle([update(1)]);
    expect([handled, passedOver]).toEqual([[1], []]);
  });

  it('waits when another daemon has taken the session over', async () => {
    const stale = Object.assign(new Error('epoch 2 is newer'), { name: 'StaleEpochError' });
    const { batches, passedOver } = startBatches(() => stale);
    for (let round = 0; round < 5; round += 1) await expect(batches.handle([update(1)])).rejects.toThrow();
    expect(passedOver).toEqual([]);
  });

  it('passes over an update whose handling has a bug, at the third try, and goes on with the next', async () => {
    const { batches, handled, passedOver } = startBatches((id) =>
      id === 1 ? new TypeError('bug') : undefined,
    );
    await expect(batches.handle([update(1), update(2)])).rejects.toThrow('bug');
    await expect(batches.handle([update(1), update(2)])).rejects.toThrow('bug');
    expect(passedOver).toEqual([]);
    await batches.handle([update(1), update(2)]);
    expect([passedOver, handled]).toEqual([[1], [2]]);
  });

  it('begins one that hangs only once, and handles other chats that come meanwhile', async () => {
    const begun: number[] = [];
    const hanging = Promise.withResolvers<void>();
    const batches = new Batches({
      read: readUpdate,
      handle: (update) => {
        begun.push(idOf(update));
        return idOf(update) === 1 ? hanging.promise : Promise.resolve();
      },
      passOver: () => Promise.resolve(),
      log,
    });
    const first = batches.handle([update(1), update(2)]);
    const second = batches.handle([update(1), update(2), update(3, 8)]);
    await expect.poll(() => begun).toEqual([1, 3]);
    hanging.resolve();
    await Promise.all([first, second]);
    expect(begun).toEqual([1, 3, 2]);
  });

  it('passes over what is of no concern', async () => {
    const { batches, handled } = startBatches();
    await batches.handle([null, { update_id: 1 }, { message: update(2).message }, update(3)]);
    expect(handled).toEqual([3]);
  });
});
