/** The real adapters that the daemon is made of. Tests hand in others. */
import type { AnyActor } from 'xstate';
import { createClaude } from '../../claude/claude.ts';
import { openLowdbStore, type LowdbStoreOptions } from '../../store/lowdb-store.ts';
import { createTelegram } from '../../telegram/telegram.ts';
import type { ClaudePort } from '../../claude/ports.ts';
import type { Store } from '../../store/ports.ts';
import type { OnCall } from '../../telegram/call-watch.ts';
import type { ReportToSession, SessionsPort, TelegramPort } from '../../telegram/ports.ts';
import type { LogLevel } from '../../log/level.ts';
import { createLog, type Logger } from '../../log/log.ts';

export interface MakeParts {
  createLog(options: { level: LogLevel; onLine: (line: string) => void }): Logger;
  openStore(options: Pick<LowdbStoreOptions, 'dataDir' | 'onSave'> & { log: Logger }): Promise<Store>;
  createClaude(options: {
    command: string | null;
    environment: Readonly<Record<string, string>>;
    allowBypass: boolean;
    offLimits: readonly string[];
    dataDir: string;
    log: Logger;
  }): ClaudePort;
  createTelegram(options: {
    token: string;
    apiRoot: string;
    sessions: SessionsPort;
    report: ReportToSession;
    log: Logger;
    onActor: (actor: AnyActor) => void;
    onCall?: OnCall;
  }): TelegramPort;
}

export const REAL_PARTS: MakeParts = {
  createLog,
  openStore: openLowdbStore,
  createClaude,
  createTelegram,
};
