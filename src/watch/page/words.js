/** Figures and states in a person's words. Pure. */

const UNITS = [
  [86_400, 'd'],
  [3_600, 'h'],
  [60, 'min'],
  [1, 's'],
];

/** `1 h 30 min`, as everywhere in Hibernaut. */
export function duration(ms) {
  let rest = Math.round(Math.max(0, ms) / 1_000);
  const parts = [];
  for (const [seconds, unit] of UNITS) {
    const count = Math.floor(rest / seconds);
    rest -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(' ') || '0 s';
}

/** How long ago, in the largest unit only: it need not be told every second. */
export function ago(ms) {
  if (ms < 60_000) return 'just now';
  return `${duration(ms).split(' ').slice(0, 2).join(' ')} ago`;
}

export function memory(megabytes) {
  if (megabytes === null) return null;
  return megabytes >= 1_000 ? `${(megabytes / 1_000).toFixed(1)} GB` : `${megabytes} MB`;
}

export function cost(dollars) {
  return `$${dollars.toFixed(2)}`;
}

export function clockTime(at) {
  const date = new Date(at);
  const isToday = date.toDateString() === new Date().toDateString();
  const time = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
  return isToday ? time : `${date.toLocaleDateString([], { month: 'short', day: 'numeric' })}, ${time}`;
}

const PHASES = [
  [/^live\.active\.starting/, 'starting'],
  [/^live\.active\.working/, 'working'],
  [/^live\.active\.awaiting/, 'waiting for an answer'],
  [/^live\.active(\.background)?\.interrupting/, 'stopping its turn'],
  [/^awaitingRoom/, 'waiting for room'],
  [/^live\.active\.silent/, 'silent for long'],
  [/^live\.active\.background/, 'tasks in the background'],
  [/^live\.stopping\.handingOver/, 'going to the desk'],
  [/^live\.stopping/, 'ending its process'],
  [/^suspended\.drained/, 'waiting for the next start'],
  [/^suspended\.awaitingTrust/, 'waiting for trust in its folder'],
  [/^recovering/, 'recovering'],
  [/^failed/, 'failed'],
];

/** What a person is asked in the chat. */
const ASKS = {
  tool: 'waits for your approval',
  plan: 'waits for your word on its plan',
  questions: 'waits for your answer',
  silence: 'silent for long, wait on?',
  cutOff: 'cut off, go on?',
  trust: 'trust this folder?',
};

export function askWords(asked) {
  return ASKS[asked] ?? 'waits for you';
}

/** The state that people know, and what is more exact if it is. */
export function stateWords({ state, phase, roomPlace, asks, isUndeliverable, atDeskSince }) {
  if (atDeskSince !== null) return 'at the desk';
  const word = state === 'terminated' ? 'ended' : state;
  const exact = [
    ...(state === 'terminated' ? [] : asks.slice(0, 1).map(askWords)),
    ...(isUndeliverable ? ['Telegram refuses its chat'] : []),
    ...(roomPlace === null ? [] : [`waiting for room, place ${roomPlace}`]),
    PHASES.find(([pattern]) => pattern.test(phase))?.[1],
  ].find((each) => each !== undefined && each !== word);
  return exact === undefined ? word : `${word}: ${exact}`;
}

const REASONS = {
  idle: 'it was idle',
  user: 'somebody asked for it',
  drained: 'the daemon stopped',
  crashed: 'it crashed',
  failed: 'it failed',
  unresponsive: 'it did not answer',
  evicted: 'another session needed the room',
  desk: 'it went to the desk',
};

export function endWords({ reason, code, signal }) {
  const how = signal ?? (code === null || code === 0 ? null : `exit code ${code}`);
  return `${REASONS[reason] ?? reason}${how === null ? '' : ` (${how})`}`;
}
