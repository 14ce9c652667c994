/** Session records for tests: a suspended one by default, any field overridden. */
import type { FolderProgram, UntrustedFolder } from '../../machines/folder-programs.ts';
import type {
  Approval,
  InboxMessage,
  OutgoingFile,
  ProcessIdentity,
  SessionRecord,
  Spending,
} from '../../machines/session-record.ts';
import { NO_USAGE } from '../../machines/session-usage.ts';
import type { ChatRecord } from '../../src/store/ports.ts';

/** 2026-11-24T00:00:00Z */
export const NOON = 1_795_521_600_000;
export const PROCESS: ProcessIdentity = { pid: 4242, startTime: 'boot-1:100', startedAt: NOON };

/** `hibernaut attach`, in some terminal. */
export const WRAPPER: ProcessIdentity = { pid: 5151, startTime: 'boot-1:200', startedAt: NOON };
/** The Claude that it opened. */
export const DESK_CLAUDE: ProcessIdentity = { pid: 5152, startTime: 'boot-1:201', startedAt: NOON };

export function aRecord(over: Partial<SessionRecord> = {}): SessionRecord {
  return {
    version: 5,
    id: 's1',
    epoch: 1,
    chatId: 7,
    threadId: null,
    name: 'work',
    namedBy: 'folder',
    workspace: '/work',
    model: null,
    effort: null,
    permissionMode: 'default',
    whileWorking: 'steer',
    folderSettings: 'asTrusted',
    sessionRules: [],
    idleTimeoutMs: 600_000,
    createdAt: NOON,
    lastActivityAt: NOON,
    state: 'suspended',
    claudeSessionId: '00000000-0000-4000-8000-000000000001',
    conversationStarted: false,
    process: null,
    lastEnd: null,
    desk: null,
    crashes: [],
    inbox: [],
    outbox: [],
    nextOutboxId: nextIdAfter(over),
    undeliverable: null,
    unconfirmed: null,
    approvals: [],
    choices: [],
    ...NO_USAGE,
    liveMessageId: null,
    handled: [],
    ...over,
  };
}

/** Whatever was put into it got its id from it. */
function nextIdAfter({ outbox = [], choices = [] }: Partial<SessionRecord>): number {
  return 1 + Math.max(0, ...outbox.map(({ id }) => id), ...choices.map(({ number }) => number));
}

export function aMessage(uuid: string, over: Partial<InboxMessage> = {}): InboxMessage {
  return {
    uuid,
    messageId: 1,
    text: `text of ${uuid}`,
    at: NOON,
    state: 'waiting',
    attempt: 0,
    wish: null,
    ...over,
  };
}

export function anApproval(id: string, over: Partial<Approval> = {}): Approval {
  return {
    id,
    toolName: 'Bash',
    input: { command: 'ls' },
    suggestion: 'rules',
    subject: { type: 'tool' },
    awaits: 'tap',
    messageId: null,
    request: { state: 'open', id },
    ...over,
  };
}

export function aFile(over: Partial<OutgoingFile> = {}): OutgoingFile {
  return {
    key: 's1.00000000-0000-4000-8000-00000000000f',
    name: 'report.pdf',
    sizeBytes: 3,
    as: 'document',
    ...over,
  };
}

export function aChat(over: Partial<ChatRecord> = {}): ChatRecord {
  return {
    version: 2,
    chatId: 7,
    sessions: [],
    current: {},
    topicNames: {},
    answered: [],
    outbox: [],
    undeliverable: null,
    unconfirmed: null,
    arriving: [],
    arrived: [],
    hints: [],
    views: {},
    movedTo: null,
    ...over,
  };
}

/** So many dollars, with tokens in proportion. */
export function spending(costUsd: number): Spending {
  const tokens = Math.round(costUsd * 1_000);
  return { costUsd, inputTokens: tokens, outputTokens: tokens, cacheReadTokens: tokens, cacheWriteTokens: 0 };
}

/** A folder with a hook that nobody has trusted. */
export function anUntrustedFolder(over: Partial<UntrustedFolder> = {}): UntrustedFolder {
  return { folder: '/work', programs: [aProgram()], ...over };
}

export function aProgram(over: Partial<FolderProgram> = {}): FolderProgram {
  return {
    kind: 'hook',
    name: 'SessionStart',
    words: 'touch proof',
    from: '.claude/settings.json',
    key: 'k1',
    ...over,
  };
}
