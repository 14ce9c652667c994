/** What the delays of the machines lead to when their time is over, in a person's words. Pure. */

const WAITS = {
  session: {
    idleTimeout: 'suspended',
    silence: 'the chat is asked about the silence',
    startTimeout: 'given up if Claude is not ready',
    interruptTimeout: 'its process ends if Claude does not react',
    stopTimeout: 'the chat is told if the process has not ended',
  },
  poller: {
    backoff: 'tries again',
    displaced: 'tries again',
    watchdog: 'given up',
    confirmTimeout: 'stopped without an answer',
  },
  daemon: {
    drainTimeout: 'running turns are cut off',
    stopTimeout: 'processes are killed',
    killTimeout: 'waited for no longer',
    closeTimeout: 'stopped in any case',
  },
  'owner-notice': { nextDay: 'the owner is told again' },
};

/** @param chart the machine, as its chart's file is named */
export function waitWords(chart, delay) {
  return WAITS[chart]?.[delay] ?? `after ${delay}`;
}
