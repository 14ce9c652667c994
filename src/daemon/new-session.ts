/** What a session is when it begins. */
import { randomBytes, randomUUID } from 'node:crypto';
import { basename } from 'node:path';
import type { SessionRecord } from '../../machines/session-record.ts';
import { NO_USAGE } from '../../machines/session-usage.ts';
import type { Config } from '../config.ts';
import type { ChatAddress } from '../telegram/ports.ts';

export interface NewSession {
  address: ChatAddress;
  /** Absolute. */
  workspace: string;
  /** Names of the chat's other sessions. */
  takenNames: readonly string[];
  epoch: number;
  /** Wall clock, ms since the epoch. */
  at: number;
}

export function newSession(
  { address, workspace, takenNames, epoch, at }: NewSession,
  defaults: Pick<Config, 'idleTimeoutMs' | 'permissionMode'>,
): SessionRecord {
  return {
    version: 2,
    id: newSessionId(),
    epoch,
    chatId: address.chatId,
    threadId: address.threadId,
    name: freeName(basename(workspace) || workspace, takenNames),
    workspace,
    model: null,
    permissionMode: defaults.permissionMode,
    sessionRules: [],
    idleTimeoutMs: defaults.idleTimeoutMs,
    createdAt: at,
    lastActivityAt: at,
    state: 'suspended',
    claudeSessionId: randomUUID(),
    conversationStarted: false,
    process: null,
    lastEnd: null,
    crashes: [],
    inbox: [],
    outbox: [],
    nextOutboxId: 1,
    undeliverable: null,
    unconfirmed: null,
    approvals: [],
    choices: [],
    ...NO_USAGE,
    liveMessageId: null,
    handled: [],
  };
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** 50 random bits, short enough for a button and safe as a file name. */
function newSessionId(): string {
  return [...randomBytes(10)].map((byte) => LETTERS.charAt(byte % LETTERS.length)).join('');
}

/** `work`, `work 2`, `work 3` … */
function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted} ${number}`)) number += 1;
  return `${wanted} ${number}`;
}
