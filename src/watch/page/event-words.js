/** What an entry of a session's history says in a person's words: the page's replay and the command line's timeline. Pure. */

/** Of events whose name says too little. */
const EVENTS = {
  'xstate.init': 'the daemon took it up',
  'user.message': 'a message',
  'user.suspend': 'asked to suspend',
  'user.wake': 'asked to wake',
  'user.interrupt': 'asked to stop',
  'user.end': 'asked to end',
  'user.continue': 'asked to continue',
  'user.keepWaiting': 'asked to wait on',
  'user.restart': 'asked to restart Claude',
  'user.newConversation': 'a new conversation',
  'user.workspaceChanged': 'another folder',
  'user.approvalTapped': 'an answer to what Claude asked',
  'user.timeoutChanged': 'another idle timeout',
  'user.settingsChanged': 'other settings',
  'user.renamed': 'another name',
  'claude.spawned': 'its process runs',
  'claude.promptTaken': 'Claude took the message',
  'claude.answered': 'Claude answered',
  'claude.spent': 'what the turn cost',
  'claude.permissionModeChanged': 'another permission mode',
  'claude.ready': 'Claude is ready',
  'claude.heard': 'Claude spoke again',
  'claude.turnStarted': 'Claude took up work',
  'claude.turnEnded': 'its turn was over',
  'claude.approvalRequested': 'Claude asks',
  'claude.approvalWithdrawn': 'Claude asks no more',
  'claude.backgroundTasksChanged': 'background tasks',
  'claude.failed': 'Claude can not work',
  'claude.exited': 'its process ended',
  'daemon.drain': 'the daemon stops',
  'daemon.stop': 'the daemon stops now',
  'daemon.evict': 'its memory is wanted',
  'room.full': 'there is no room yet',
  'room.granted': 'there is room for its process',
  'desk.requested': 'asked for at the desk',
  'desk.detached': 'the desk gave it back',
  'daemon.sessionFailed': 'a bug, which the log tells of',
  'poll.received': 'Telegram answered',
  'poll.failed': 'Telegram could not be asked',
  'poll.confirmed': 'Telegram knows what was handled',
  'batch.handled': 'what came was handled',
  'batch.failed': 'what came could not be handled',
  'poller.stop': 'the daemon stops',
  'daemon.stopRequested': 'asked to stop',
  'daemon.stopNowRequested': 'asked to stop at once',
  'trouble.found': 'it was found',
  'trouble.gone': 'it was there no more',
  'telegram.delivered': 'the chat has it',
  'telegram.outcomeUnknown': 'nobody knows whether the chat has it',
  'telegram.chatRefused': 'Telegram refuses the chat',
};

const DELAYS = {
  idleTimeout: 'the idle timeout was over',
  silence: 'Claude had been silent for long',
  startTimeout: 'Claude did not get ready in time',
  interruptTimeout: 'Claude did not react to the interruption',
  stopTimeout: 'its process does not end',
  backoff: 'it was time to try again',
  displaced: 'it was time to try again',
  watchdog: 'there was no answer for long',
  confirmTimeout: 'Telegram did not answer any more',
  killTimeout: 'what was killed has not ended',
  closeTimeout: 'closing took too long',
  nextDay: 'a day was over',
  drainTimeout: 'the turns took too long',
};

/** @param event its type, such as `user.message` or `xstate.after.idleTimeout.session.live.idle` */
export function eventWords(event) {
  if (Object.hasOwn(EVENTS, event)) return EVENTS[event];
  const delay = /^xstate\.after\.(\w+)/.exec(event)?.[1];
  if (delay !== undefined) return DELAYS[delay] ?? `after ${delay}`;
  return event.startsWith('xstate.done.actor.recover') ? 'its transcript has told' : event;
}

const WHO = {
  chat: 'the chat',
  commandLine: 'the command line',
  timer: 'the clock',
  claude: 'Claude',
  daemon: 'the daemon',
  telegram: 'Telegram',
};

/** Who made an event happen. */
export function whoWords(by) {
  return WHO[by] ?? by;
}
