/** What was done in a run, counted, and the one line that says so. */

export interface Tally {
  rounds: number;
  messages: number;
  commands: number;
  /** From the host. */
  orders: number;
  /** By what it died of, as `Death` says it. */
  deaths: Record<string, number>;
  claudeKilled: number;
  networkFaults: number;
  diskFaults: number;
  /** Sends whose outcome nobody could know, so that they were made twice. */
  doubledSends: number;
}

export function newTally(): Tally {
  return {
    rounds: 0,
    messages: 0,
    commands: 0,
    orders: 0,
    deaths: {},
    claudeKilled: 0,
    networkFaults: 0,
    diskFaults: 0,
    doubledSends: 0,
  };
}

/** Adds `more` to `tally`. */
export function addTo(tally: Tally, more: Tally): void {
  tally.rounds += more.rounds;
  tally.messages += more.messages;
  tally.commands += more.commands;
  tally.orders += more.orders;
  tally.claudeKilled += more.claudeKilled;
  tally.networkFaults += more.networkFaults;
  tally.diskFaults += more.diskFaults;
  tally.doubledSends += more.doubledSends;
  for (const [how, count] of Object.entries(more.deaths))
    tally.deaths[how] = (tally.deaths[how] ?? 0) + count;
}

/** `500 rounds: 2113 messages, 410 commands; daemon killed 211 times at random, …` */
export function verdictOf(tally: Tally): string {
  const { killed = 0, stopped = 0, disk = 0, ...points } = tally.deaths;
  const atPoints = Object.values(points).reduce((sum, count) => sum + count, 0);
  return [
    `${String(tally.rounds)} rounds: ${String(tally.messages)} messages, ${String(tally.commands)} commands and ${String(tally.orders)} orders from the host`,
    `daemon killed ${String(killed)} times at random and ${String(atPoints)} times at ${String(Object.keys(points).length)} crash points, stopped ${String(stopped)} times, without a disk ${String(disk)} times`,
    `Claude killed ${String(tally.claudeKilled)} times`,
    `${String(tally.networkFaults)} network faults, ${String(tally.diskFaults)} disk faults`,
    `${String(tally.doubledSends)} sends made twice because nobody could know`,
  ].join('; ');
}
