/** What is logged about Claude's processes goes here: pino's logger, as far as it is used. */
import type { Logger } from 'pino';

export type ClaudeLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
