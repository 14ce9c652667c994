/** What the daemon writes its log to: `src/log/log.ts`, as far as it is used here. */
import type { Logger } from '../log/log.ts';

export type DaemonLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
