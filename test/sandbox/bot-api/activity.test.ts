/** How long "typing" and drafts are shown. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Activities } from '../../../src/sandbox/bot-api/activity.ts';
import { Changes } from '../../../src/sandbox/bot-api/changes.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

it('shows "typing" for 5 s and a draft for 30 s after the last word of it, and tells when they vanish', () => {
  const changes = new Changes();
  const activities = new Activities(changes);
  const shown: string[][] = [];
  changes.on((chatId) => shown.push(activities.in(chatId).map(({ action }) => action)));
  activities.start(7, { action: 'draft', threadId: null, draft: { id: 1, text: 'a' } });
  activities.start(7, { action: 'typing', threadId: null, draft: null });
  vi.advanceTimersByTime(4_999);
  activities.start(7, { action: 'typing', threadId: null, draft: null });
  vi.advanceTimersByTime(4_999);
  expect(shown).toEqual([['draft'], ['draft', 'typing'], ['draft', 'typing']]);
  vi.advanceTimersByTime(1);
  expect(shown.at(-1)).toEqual(['draft']);
  vi.advanceTimersByTime(30_000);
  expect(shown.at(-1)).toEqual([]);
});
