/** The pace of one viewer, without a socket. */
import { expect, it } from 'vitest';
import { START_FRAME, Viewer } from '../../../src/watch/inspector/viewer.ts';

/** A viewer that reads what it is sent only when it is told to. */
function slowViewer(liveActors: () => string[]) {
  const batches: string[][] = [];
  let release: (() => void) | null = null;
  const viewer = new Viewer({
    send: (frames, sent) => {
      batches.push(frames);
      release = sent;
    },
    liveActors,
    introduce: (id) => (id === 'gone' ? null : `actor ${id}`),
  });
  /** Until there is nothing more to read. */
  const readAll = async (): Promise<void> => {
    for (let read = -1; read < batches.length;) {
      read = batches.length;
      release?.();
      release = null;
      await new Promise(setImmediate);
    }
  };
  return { viewer, batches, got: () => batches.flat(), readAll };
}

it('introduces the live actors first, then shows what came meanwhile in order', async () => {
  const { viewer, got, readAll } = slowViewer(() => ['a', 'gone', 'b']);
  viewer.show('one');
  viewer.show('two');
  await readAll();
  expect(got()).toEqual([START_FRAME, 'actor a', 'actor b', 'one', 'two']);
  viewer.show('three');
  await readAll();
  expect(got().at(-1)).toBe('three');
});

it('sends together what came together, and nothing more before that has left', async () => {
  const { viewer, batches, readAll } = slowViewer(() => ['a']);
  viewer.show('one');
  await new Promise(setImmediate);
  for (let i = 0; i < 100; i++) viewer.show('frame');
  await new Promise(setImmediate);
  expect(batches).toEqual([[START_FRAME, 'actor a', 'one']]);
  await readAll();
  expect(batches[1]).toHaveLength(100);
});

it('introduces very many a part at a time, so that nobody has to wait for all of them', async () => {
  const ids = Array.from({ length: 100 }, (_, index) => String(index).padEnd(10_000));
  const { batches, got, readAll } = slowViewer(() => ids);
  await readAll();
  expect(got()).toHaveLength(101);
  expect(batches.length).toBeGreaterThan(3);
  for (const frames of batches) expect(frames.join('').length).toBeLessThan(300_000);
});

it('holds a megabyte at most for a viewer that reads nothing, then starts anew', async () => {
  let actors = ['old'];
  const { viewer, got, readAll } = slowViewer(() => actors);
  await new Promise(setImmediate);
  actors = ['new'];
  for (let i = 0; i < 10_000; i++) viewer.show(`${String(i)}`.padEnd(1_000));
  viewer.show('last');
  await readAll();

  expect(got().join('').length).toBeLessThan(1_010_000);
  expect(got().slice(0, 4)).toEqual([START_FRAME, 'actor old', START_FRAME, 'actor new']);
  expect(got().at(-1)).toBe('last');
});
