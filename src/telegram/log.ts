/** What Telegram's side writes its log to: pino's logger, as far as it is used here. */
import type { Logger } from 'pino';

export type TelegramLog = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;
