/** The pace of one viewer, without a socket. */
import { expect, it } from 'vitest';
import { START_FRAME, Viewer } from '../../../src/watch/inspector/viewer.ts';

/** A viewer that reads a frame only when it is told to. */
function slowViewer(liveActors: () => string[]) {
  const got: string[] = [];
  let release: (() => void) | null = null;
  const viewer = new Viewer({
    send: (frame, sent) => {
      got.push(frame);
      release = sent;
    },
    liveActors,
    introduce: (id) => (id === 'gone' ? null : `actor ${id}`),
  });
  const read = (count = Infinity): void => {
    for (let i = 0; i < count && release; i++) {
      const sent = release;
      release = null;
      sent();
    }
  };
  return { viewer, got, read };
}

it('introduces the live actors first, then shows what came meanwhile in order', () => {
  const { viewer, got, read } = slowViewer(() => ['a', 'gone', 'b']);
  viewer.show('one');
  viewer.show('two');
  read();
  expect(got).toEqual([START_FRAME, 'actor a', 'actor b', 'one', 'two']);
  viewer.show('three');
  expect(got.at(-1)).toBe('three');
});

it('sends one frame at a time', () => {
  const { viewer, got } = slowViewer(() => ['a']);
  for (let i = 0; i < 100; i++) viewer.show('frame');
  expect(got).toHaveLength(1);
});

it('holds a megabyte at most for a viewer that reads nothing, then starts anew', () => {
  let actors = ['old'];
  const { viewer, got, read } = slowViewer(() => actors);
  actors = ['new'];
  for (let i = 0; i < 10_000; i++) viewer.show(`${i}`.padEnd(1_000));
  viewer.show('last');
  read();

  expect(got.join('').length).toBeLessThan(1_010_000);
  expect(got.slice(0, 3)).toEqual([START_FRAME, START_FRAME, 'actor new']);
  expect(got).not.toContain('actor old');
  expect(got.at(-1)).toBe('last');
});
