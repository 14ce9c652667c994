/** What counts as growth: how much more a daemon may weigh at the end than before, and in words what weighs more. */
import type { Weight } from './inside.ts';

/** How much more there may be, as a share of what there was. */
export interface Tolerance {
  heap: number;
  resident: number;
  /** Open files, and what keeps the event loop alive, each kind by itself. */
  handles: number;
}

/** `[was, is]`, if it is too much more. */
export function grown(what: string, [was, is]: [number, number], share: number): string[] {
  return is > was * (1 + share) ? [`${what}: ${String(was)} before, ${String(is)} after`] : [];
}

/** What grew, in words; nothing if all is back where it was. */
export function weightGrown(before: Weight, after: Weight, tolerance: Tolerance): string[] {
  return [
    ...grown('heap, bytes', [before.heapBytes, after.heapBytes], tolerance.heap),
    ...grown('RSS, bytes', [before.residentBytes, after.residentBytes], tolerance.resident),
    ...grown('open files', [before.openFiles, after.openFiles], tolerance.handles),
    ...Object.keys(after.resources).flatMap((kind) =>
      grown(kind, [before.resources[kind] ?? 0, after.resources[kind] ?? 0], tolerance.handles),
    ),
  ];
}
