/** What a session is when it begins. */
import { randomBytes, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { SessionRecord } from '../../../machines/session-record.ts';
import { NO_USAGE, UNKNOWN_TOTALS } from '../../../machines/session-usage.ts';
import type { Config } from '../../config/config.ts';
import { freeName } from '../../words/session-name.ts';
import type { ChatAddress } from '../../telegram/ports.ts';

/** What a session begins with. */
export interface Beginning {
  /** Absolute. */
  workspace: string;
  /** Null: after the folder. */
  name: string | null;
  /** Whose choice the name is. Default: a person's. */
  namedBy?: SessionRecord['namedBy'];
  /** A conversation that there is already. Default: a new one. */
  claudeSessionId?: string;
  /** A topic will be made for it: until then it is in the chat itself, and not current. */
  isForTopic?: boolean;
  /** Default: the configuration's. */
  settings?: Pick<SessionRecord, 'model' | 'effort' | 'permissionMode' | 'idleTimeoutMs'>;
}

export interface NewSession extends Omit<Beginning, 'isForTopic'> {
  address: ChatAddress;
  /** Names of the chat's other sessions. */
  takenNames: readonly string[];
  epoch: number;
  /** Wall clock, ms since the epoch. */
  at: number;
}

export function newSession(
  { address, workspace, name, namedBy = 'person', takenNames, epoch, at, ...begun }: NewSession,
  defaults: Pick<Config, 'idleTimeoutMs' | 'permissionMode'>,
): SessionRecord {
  return {
    version: 5,
    id: newSessionId(),
    epoch,
    chatId: address.chatId,
    threadId: address.threadId,
    name: freeName(name ?? (basename(workspace) || workspace), takenNames),
    namedBy: name === null ? 'folder' : namedBy,
    workspace,
    model: null,
    effort: null,
    permissionMode: defaults.permissionMode,
    whileWorking: 'steer',
    folderSettings: 'asTrusted',
    sessionRules: [],
    idleTimeoutMs: defaults.idleTimeoutMs,
    ...begun.settings,
    createdAt: at,
    lastActivityAt: at,
    state: 'suspended',
    claudeSessionId: begun.claudeSessionId ?? randomUUID(),
    conversationStarted: begun.claudeSessionId !== undefined,
    process: null,
    lastEnd: null,
    desk: null,
    crashes: [],
    inbox: [],
    outbox: [],
    nextOutboxId: 1,
    undeliverable: null,
    unconfirmed: null,
    approvals: [],
    choices: [],
    ...NO_USAGE,
    ...(begun.claudeSessionId !== undefined && { claudeTotals: UNKNOWN_TOTALS }),
    liveMessageId: null,
    handled: [],
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 50 random bits, short enough for a button and safe as a file name. */
function newSessionId(): string {
  return [...randomBytes(10)].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
}
