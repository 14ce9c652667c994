/** Where a daemon can be killed by itself: the instants between two durable steps, each by name. */

/** `before` and `after` are the two sides of a step; the rest say what has happened and what has not yet. */
export const CRASH_POINTS = [
  // The record, as the daemon asks for it …
  'store.saveSession.before',
  'store.saveSession.after',
  'store.saveChat.before',
  'store.saveChat.after',
  'store.close.before',
  'store.close.after',
  // … and as the disk does it: an empty temporary file, a written one, one renamed into place but not yet made durable.
  'disk.created',
  'disk.written',
  'disk.renamed',
  'disk.removed',
  // An update had its effect, and Telegram does not know yet.
  'sessions.accepted',
  'sessions.created',
  'sessions.selected',
  'sessions.told',
  'sessions.approvalTapped',
  // The process.
  'claude.endOrphans.before',
  'claude.endOrphans.after',
  'claude.recover.before',
  'claude.recover.after',
  'claude.start.before',
  'claude.start.after',
  'claude.spawned.before',
  'claude.spawned.after',
  'claude.ready.after',
  // A prompt: asked for, recorded, and a moment later, when Claude may have read it.
  'claude.prompt.before',
  'claude.prompt.recorded',
  'claude.prompt.handed',
  'claude.turnStarted.after',
  'claude.approvalRequested.before',
  'claude.approvalRequested.after',
  // An answer: heard, and taken but not saved.
  'claude.answered.before',
  'claude.answered.after',
  'claude.turnEnded.before',
  'claude.turnEnded.after',
  'claude.exited.before',
  'claude.exited.after',
  // Telegram took it and nobody knows; it is known but not saved.
  'replies.owe.before',
  'replies.owe.after',
  'replies.noteTaken.before',
  'replies.noteTaken.after',
  'telegram.partSent.before',
  'telegram.partSent.after',
  'telegram.delivered.before',
  'telegram.delivered.after',
  'telegram.outcomeUnknown.before',
  'telegram.outcomeUnknown.after',
  'telegram.liveMessageChanged.before',
  'telegram.liveMessageChanged.after',
  // The stop.
  'telegram.stopPolling.before',
  'telegram.stopPolling.after',
  'telegram.stop.before',
  'telegram.stop.after',
] as const;

export type CrashPoint = (typeof CRASH_POINTS)[number];

export function isCrashPoint(name: string): name is CrashPoint {
  return CRASH_POINTS.some((point) => point === name);
}
