/** Running as a user whom modes mean something to: the tests themselves often run as root, whom nothing is refused. */

const NOBODY = ['--reuid=65534', '--regid=65534', '--clear-groups'] as const;

/** A command to put before another one, as `execa(command, [...before, …])` takes it; null where we may not change users. */
export const asNobody = process.getuid?.() === 0 ? { command: 'setpriv', before: NOBODY } : null;
