/** Any valid session record, for properties. */
import fc from 'fast-check';
import { PROGRAM_KINDS } from '../../machines/folder-programs.ts';
import {
  EFFORTS,
  PERMISSION_MODES,
  type ApprovalAnswer,
  type Notice,
  type OutboxItem,
  type SessionRecord,
} from '../../machines/session-record.ts';

const text = fc.string({ unit: 'binary', maxLength: 30 });
const whole = fc.maxSafeInteger();
const counter = fc.nat();
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const orNull = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
/** As `JSON.parse` makes them: no -0, no NaN. */
const json = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const fields = fc.dictionary(fc.string({ maxLength: 12 }), json, { maxKeys: 4 });

const notice: fc.Arbitrary<Notice> = fc.oneof(
  fc.record({
    type: fc.constant('problem' as const),
    problem: fc.constantFrom('notLoggedIn' as const, 'startFailed' as const),
    detail: text,
  }),
  fc.record({
    type: fc.constant('crashed' as const),
    code: orNull(whole),
    signal: orNull(text),
    outcome: fc.constantFrom('continuing' as const, 'gaveUp' as const),
  }),
  fc.record({ type: fc.constant('topicBegun' as const), workspace: text }),
  fc.record({ type: fc.constant('saidOnHost' as const), text }),
  fc.record({ type: fc.constant('deskHasIt' as const), host: text }),
  fc.record({
    type: fc.constant('deskClosed' as const),
    host: text,
    forMs: counter,
    prompts: counter,
    lastWords: orNull(text),
    isNewConversation: fc.boolean(),
  }),
  fc.record({ type: fc.constant('adopted' as const), host: text, workspace: text }),
  fc.record({ type: fc.constant('ended' as const), dropped: whole }),
  fc.record({ type: fc.constant('interrupted' as const), dropped: fc.nat() }),
  fc.record({
    type: fc.constant('mayBeMissing' as const),
    what: fc.constantFrom('answer' as const, 'question' as const, 'report' as const, 'files' as const),
  }),
);

const body: fc.Arbitrary<OutboxItem['body']> = fc.oneof(
  fc.record({ kind: fc.constant('answer' as const), markdown: text }),
  fc.record({ kind: fc.constant('notice' as const), notice }),
  fc.record({
    kind: fc.constant('files' as const),
    files: fc.array(
      fc.record({
        key: text,
        name: text,
        sizeBytes: counter,
        as: fc.constantFrom('photo' as const, 'document' as const),
      }),
      { maxLength: 2 },
    ),
    caption: orNull(text),
  }),
  fc.record({ kind: fc.constant('approval' as const), approvalId: text }),
  fc.record({ kind: fc.constant('choice' as const), number: counter }),
  fc.record({
    kind: fc.constant('choiceClosed' as const),
    messageId: whole,
    about: fc.constantFrom('silence' as const, 'cutOff' as const),
    outcome: fc.constantFrom('restart' as const, 'overtaken' as const),
  }),
  fc.record({ kind: fc.constant('liveMessageClosed' as const), messageId: whole }),
  fc.record({
    kind: fc.constant('approvalClosed' as const),
    messageId: whole,
    toolName: text,
    why: fc.constantFrom(
      'interrupted' as const,
      'ended' as const,
      'notAskedAgain' as const,
      'answered' as const,
    ),
  }),
);

const answer: fc.Arbitrary<ApprovalAnswer> = fc.oneof(
  fc.constant({ type: 'allow' as const }),
  fc.record({ type: fc.constant('deny' as const), why: orNull(text) }),
  fc.record({ type: fc.constant('answers' as const), answers: fc.dictionary(text, text, { maxKeys: 2 }) }),
);

const identity = fc.record({ pid: whole, startTime: text, startedAt: time });

const spending = {
  costUsd: fc.double({ min: 0, max: 1e6, noNaN: true }).map((usd) => usd + 0),
  inputTokens: counter,
  outputTokens: counter,
  cacheReadTokens: counter,
  cacheWriteTokens: counter,
};

/** @param id which session it is of */
export function anyRecord(id: string): fc.Arbitrary<SessionRecord> {
  return anyFields(id).map(numbered);
}

/** The ids of what is owed, and the numbers of choices, were given one after another. */
function numbered(record: SessionRecord): SessionRecord {
  const first = record.nextOutboxId;
  const outbox = record.outbox.map((item, index) => ({ ...item, id: first + index }));
  const choices = record.choices.map((choice, index) => ({
    ...choice,
    number: first + outbox.length + index,
  }));
  return { ...record, outbox, choices, nextOutboxId: first + outbox.length + choices.length };
}

function anyFields(id: string): fc.Arbitrary<SessionRecord> {
  return fc.record({
    version: fc.constant(5 as const),
    id: fc.constant(id),
    epoch: whole,
    chatId: whole,
    threadId: orNull(whole),
    name: text,
    namedBy: fc.constantFrom('folder', 'conversation', 'person'),
    workspace: text,
    model: orNull(text),
    effort: fc.constantFrom(null, ...EFFORTS),
    permissionMode: fc.constantFrom(...PERMISSION_MODES),
    whileWorking: fc.constantFrom('steer', 'queue'),
    folderSettings: fc.constantFrom('asTrusted', 'leftOut'),
    sessionRules: fc.array(fields, { maxLength: 2 }),
    idleTimeoutMs: orNull(fc.integer({ min: 1_000, max: 365 * 86_400_000 })),
    createdAt: time,
    lastActivityAt: time,
    state: fc.constantFrom('active', 'idle', 'suspended', 'terminated'),
    claudeSessionId: fc.uuid(),
    conversationStarted: fc.boolean(),
    process: orNull(identity),
    lastEnd: orNull(
      fc.record({
        reason: fc.constantFrom('idle', 'user', 'drained', 'crashed', 'desk'),
        code: orNull(whole),
        signal: orNull(text),
        at: time,
      }),
    ),
    desk: orNull(
      fc.record({
        host: text,
        since: time,
        wrapper: identity,
        claude: orNull(identity),
        conversations: fc.array(fc.uuid(), { minLength: 1, maxLength: 3 }),
        isTold: fc.boolean(),
      }),
    ),
    crashes: fc.array(time, { maxLength: 3 }),
    inbox: fc.array(
      fc.record({
        uuid: fc.uuid(),
        messageId: whole,
        text,
        at: time,
        state: fc.constantFrom('waiting', 'delivered', 'taken', 'parked', 'held', 'undecided', 'said'),
        attempt: fc.constantFrom(0, 1),
        wish: orNull(
          fc.oneof(
            fc.record({ type: fc.constant('edit' as const), uuid: fc.uuid(), text }),
            fc.constant({ type: 'withdraw' as const }),
          ),
        ),
      }),
      { maxLength: 3 },
    ),
    outbox: fc.array(
      fc.record({ id: counter, at: time, replyTo: orNull(whole), partsSent: counter, doubts: counter, body }),
      {
        maxLength: 3,
      },
    ),
    nextOutboxId: counter,
    undeliverable: orNull(fc.record({ since: time, reason: text })),
    unconfirmed: orNull(fc.record({ count: counter, at: time })),
    approvals: fc.array(
      fc.record({
        id: text,
        toolName: text,
        input: fields,
        suggestion: fc.constantFrom('none' as const, 'rules' as const, 'edits' as const),
        subject: fc.oneof(
          fc.constant({ type: 'tool' as const }),
          fc.constant({ type: 'plan' as const }),
          fc.record({
            type: fc.constant('questions' as const),
            questions: fc.array(
              fc.record({
                question: text,
                options: fc.array(fc.record({ label: text, description: text }), { maxLength: 2 }),
                multiSelect: fc.boolean(),
              }),
              { maxLength: 2 },
            ),
            answers: fc.array(text, { maxLength: 2 }),
            chosen: fc.array(text, { maxLength: 2 }),
          }),
        ),
        awaits: fc.constantFrom('tap' as const, 'words' as const),
        messageId: orNull(whole),
        request: fc.oneof(
          fc.record({ state: fc.constant('open' as const), id: text }),
          fc.constant({ state: 'cutOff' as const }),
          fc.record({ state: fc.constant('answered' as const), answer }),
        ),
      }),
      { maxLength: 2 },
    ),
    choices: fc.array(
      fc.record({
        number: counter,
        about: fc.oneof(
          fc.record({ type: fc.constant('silence' as const), silentForMs: whole }),
          fc.record({ type: fc.constant('cutOff' as const), uuid: fc.uuid() }),
          fc.record({
            type: fc.constant('trust' as const),
            folder: text,
            programs: fc.array(
              fc.record({
                kind: fc.constantFrom(...PROGRAM_KINDS),
                name: text,
                words: text,
                from: text,
                key: text,
              }),
              { maxLength: 2 },
            ),
          }),
        ),
        messageId: orNull(whole),
      }),
      { maxLength: 2 },
    ),
    usage: fc.record({ turns: counter, durationMs: counter, ...spending }),
    claudeTotals: fc.record({ reported: orNull(fc.record(spending)), kept: orNull(fc.record(spending)) }),
    liveMessageId: orNull(whole),
    handled: fc.array(fc.uuid(), { maxLength: 3 }),
  });
}
