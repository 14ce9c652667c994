/** What counts as growth: how much more a daemon may weigh at the end than before, and in words what weighs more. */
import type { Weight } from './inside.ts';

/** How much more there may be; of heap and RSS as a share of what there was. */
export interface Tolerance {
  heap: number;
  resident: number;
  /** How many more open files, and of what keeps the event loop alive, each kind by itself: a number, not a share. */
  handles: number;
}

/** `[was, is]`, if it is more by a larger share. */
export function grown(what: string, [was, is]: [number, number], share: number): string[] {
  return is > was * (1 + share) ? [`${what}: ${String(was)} before, ${String(is)} after`] : [];
}

function moreThan(number: number, what: string, [was, is]: [number, number]): string[] {
  return is > was + number ? [`${what}: ${String(was)} before, ${String(is)} after`] : [];
}

/** What grew, in words; nothing if all is back where it was. */
export function weightGrown(before: Weight, after: Weight, tolerance: Tolerance): string[] {
  return [
    ...grown('heap, bytes', [before.heapBytes, after.heapBytes], tolerance.heap),
    ...grown('RSS, bytes', [before.residentBytes, after.residentBytes], tolerance.resident),
    ...moreThan(tolerance.handles, 'open files', [before.openFiles, after.openFiles]),
    ...Object.keys(after.resources).flatMap((kind) =>
      moreThan(tolerance.handles, kind, [before.resources[kind] ?? 0, after.resources[kind] ?? 0]),
    ),
  ];
}
