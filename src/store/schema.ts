/** What a record on disk must look like, kept equal to the types in `machines/session-record.ts` and `ports.ts`. */
import { PROGRAM_KINDS } from '../../machines/folder-programs.ts';
import { z } from 'zod';
import {
  CLAUDE_PROBLEMS,
  EFFORTS,
  END_REASONS,
  PERMISSION_MODES,
  type Notice,
  type SessionRecord,
} from '../../machines/session-record.ts';
import type { AccessRecord, ChatRecord, TrustRecord } from './ports.ts';

/** Wall clock, ms since the epoch: one that JavaScript's `Date` can show. */
const time = z.number().min(-8.64e15).max(8.64e15);
/** Telegram's ids fit into 52 bits; Claude's and ours into less. */
const whole = z.int();
/** Counts up, and may go on to do so: below 0 are the ids of what no record knows (`src/daemon/sessions/record-only.ts`). */
const counter = whole.min(0).max(2 ** 52);

const notice = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('problem'), problem: z.enum(CLAUDE_PROBLEMS), detail: z.string() }),
  z.strictObject({
    type: z.literal('crashed'),
    code: whole.nullable(),
    signal: z.string().nullable(),
    outcome: z.enum(['continuing', 'restarting', 'gaveUp']),
  }),
  z.strictObject({ type: z.literal('tooManyCrashes'), count: whole, withinMs: z.number() }),
  z.strictObject({ type: z.literal('interrupted'), dropped: whole }),
  z.strictObject({ type: z.literal('tooLate'), wish: z.enum(['edit', 'withdraw']) }),
  z.strictObject({ type: z.literal('withdrawn') }),
  z.strictObject({ type: z.literal('unresponsive'), waitedFor: z.enum(['start', 'interrupt']) }),
  z.strictObject({ type: z.literal('processStuck'), pid: whole.nullable() }),
  z.strictObject({
    type: z.literal('noRoom'),
    places: whole,
    ahead: whole,
    waitingForPeople: whole,
  }),
  z.strictObject({ type: z.literal('noAnswer') }),
  z.strictObject({ type: z.literal('resumedAfterRestart') }),
  z.strictObject({ type: z.literal('notSaved'), detail: z.string() }),
  z.strictObject({ type: z.literal('internalError') }),
  z.strictObject({
    type: z.literal('mayBeMissing'),
    what: z.enum(['answer', 'question', 'report', 'files']),
  }),
  z.strictObject({ type: z.literal('recordUnreadable'), path: z.string().nullable() }),
  z.strictObject({ type: z.literal('heldBySuspend'), count: whole }),
  z.strictObject({ type: z.literal('wordsWanted'), about: z.enum(['tool', 'plan', 'questions']) }),
  z.strictObject({ type: z.literal('wordsLost') }),
  z.strictObject({ type: z.literal('saidOnHost'), text: z.string() }),
  z.strictObject({ type: z.literal('deskHasIt'), host: z.string() }),
  z.strictObject({
    type: z.literal('deskClosed'),
    host: z.string(),
    forMs: z.number().min(0),
    prompts: whole,
    lastWords: z.string().nullable(),
    isNewConversation: z.boolean(),
  }),
  z.strictObject({ type: z.literal('adopted'), host: z.string(), workspace: z.string() }),
  z.strictObject({ type: z.literal('topicBegun'), workspace: z.string() }),
  z.strictObject({ type: z.literal('ended'), dropped: whole }),
]);

const undeliverable = z.strictObject({ since: time, reason: z.string() }).nullable();
const unconfirmed = z.strictObject({ count: counter, at: time }).nullable();

const outgoingFile = z.strictObject({
  key: z.string(),
  name: z.string(),
  sizeBytes: counter,
  as: z.enum(['photo', 'document']),
});

const outboxItem = z.strictObject({
  id: counter,
  at: time,
  replyTo: whole.nullable(),
  partsSent: counter,
  doubts: counter,
  body: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('answer'), markdown: z.string() }),
    z.strictObject({ kind: z.literal('notice'), notice }),
    z.strictObject({
      kind: z.literal('files'),
      files: z.array(outgoingFile),
      caption: z.string().nullable(),
    }),
    z.strictObject({ kind: z.literal('approval'), approvalId: z.string() }),
    z.strictObject({
      kind: z.literal('approvalClosed'),
      messageId: whole,
      toolName: z.string(),
      why: z.enum(['interrupted', 'ended', 'notAskedAgain', 'answered']),
    }),
    z.strictObject({ kind: z.literal('choice'), number: counter }),
    z.strictObject({
      kind: z.literal('choiceClosed'),
      messageId: whole,
      about: z.enum(['silence', 'cutOff', 'trust']),
      outcome: z.enum([
        'keepWaiting',
        'interrupt',
        'restart',
        'continue',
        'drop',
        'trust',
        'withoutSettings',
        'overtaken',
      ]),
    }),
    z.strictObject({ kind: z.literal('liveMessageClosed'), messageId: whole }),
  ]),
});

const inboxMessage = z.strictObject({
  uuid: z.string(),
  messageId: whole,
  text: z.string(),
  at: time,
  state: z.enum(['waiting', 'delivered', 'taken', 'parked', 'held', 'undecided', 'said']),
  attempt: z.union([z.literal(0), z.literal(1)]),
  wish: z
    .discriminatedUnion('type', [
      z.strictObject({ type: z.literal('edit'), uuid: z.string(), text: z.string() }),
      z.strictObject({ type: z.literal('withdraw') }),
    ])
    .nullable(),
});

const approvalAnswer = z.discriminatedUnion('type', [
  z.strictObject({ type: z.enum(['allow', 'allowForSession', 'allowForProject']) }),
  z.strictObject({ type: z.literal('acceptEdits') }),
  z.strictObject({ type: z.literal('deny'), why: z.string().nullable() }),
  z.strictObject({ type: z.literal('answers'), answers: z.record(z.string(), z.string()) }),
]);

const approval = z.strictObject({
  id: z.string(),
  toolName: z.string(),
  input: z.record(z.string(), z.unknown()),
  suggestion: z.enum(['none', 'rules', 'edits']),
  subject: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('tool') }),
    z.strictObject({ type: z.literal('plan') }),
    z.strictObject({
      type: z.literal('questions'),
      questions: z.array(
        z.strictObject({
          question: z.string(),
          options: z.array(z.strictObject({ label: z.string(), description: z.string() })),
          multiSelect: z.boolean(),
        }),
      ),
      answers: z.array(z.string()),
      chosen: z.array(z.string()),
    }),
  ]),
  awaits: z.enum(['tap', 'words']),
  messageId: whole.nullable(),
  request: z.discriminatedUnion('state', [
    z.strictObject({ state: z.literal('open'), id: z.string() }),
    z.strictObject({ state: z.literal('cutOff') }),
    z.strictObject({ state: z.literal('answered'), answer: approvalAnswer }),
  ]),
});

const folderProgram = z.strictObject({
  kind: z.enum(PROGRAM_KINDS),
  name: z.string(),
  words: z.string(),
  from: z.string(),
  key: z.string(),
});

const choice = z.strictObject({
  number: counter,
  about: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('silence'), silentForMs: z.number() }),
    z.strictObject({ type: z.literal('cutOff'), uuid: z.string() }),
    z.strictObject({ type: z.literal('trust'), folder: z.string(), programs: z.array(folderProgram) }),
  ]),
  messageId: whole.nullable(),
});

const spending = {
  costUsd: z.number().min(0),
  inputTokens: counter,
  outputTokens: counter,
  cacheReadTokens: counter,
  cacheWriteTokens: counter,
};

const processIdentity = z.strictObject({ pid: whole, startTime: z.string(), startedAt: time });

/** Strict in both directions: a field that this version does not know would be lost with the next save. */
const sessionFields = z.strictObject({
  version: z.literal(5),
  id: z.string(),
  epoch: whole,
  chatId: whole,
  threadId: whole.nullable(),
  name: z.string(),
  namedBy: z.enum(['folder', 'conversation', 'person']),
  workspace: z.string(),
  model: z.string().nullable(),
  effort: z.enum(EFFORTS).nullable(),
  permissionMode: z.enum(PERMISSION_MODES),
  whileWorking: z.enum(['steer', 'queue']),
  folderSettings: z.enum(['asTrusted', 'leftOut']),
  sessionRules: z.array(z.record(z.string(), z.unknown())),
  idleTimeoutMs: z.number().positive().nullable(),
  createdAt: time,
  lastActivityAt: time,
  state: z.enum(['active', 'idle', 'suspended', 'terminated']),
  claudeSessionId: z.string(),
  conversationStarted: z.boolean(),
  process: processIdentity.nullable(),
  lastEnd: z
    .strictObject({
      reason: z.enum(END_REASONS),
      code: whole.nullable(),
      signal: z.string().nullable(),
      at: time,
    })
    .nullable(),
  desk: z
    .strictObject({
      host: z.string(),
      since: time,
      wrapper: processIdentity,
      claude: processIdentity.nullable(),
      conversations: z.array(z.string()).min(1),
      isTold: z.boolean(),
    })
    .nullable(),
  crashes: z.array(time),
  inbox: z.array(inboxMessage),
  outbox: z.array(outboxItem),
  nextOutboxId: counter,
  undeliverable,
  unconfirmed,
  approvals: z.array(approval),
  choices: z.array(choice),
  usage: z.strictObject({ turns: counter, durationMs: z.number().min(0), ...spending }),
  claudeTotals: z.strictObject({
    reported: z.strictObject(spending).nullable(),
    kept: z.strictObject(spending).nullable(),
  }),
  liveMessageId: whole.nullable(),
  handled: z.array(z.string()),
});

/** What is owed is known by its id: of two with the same one, the second would never reach the chat. */
export const sessionRecordSchema = sessionFields
  .refine(({ outbox }) => new Set(outbox.map(({ id }) => id)).size === outbox.length, {
    path: ['outbox'],
    message: 'two items have the same id',
  })
  .refine((record) => idsGiven(record).every((id) => id < record.nextOutboxId), {
    path: ['nextOutboxId'],
    message: 'an id that is in use was to be given again',
  });

/** Choices are numbered as the items that ask for them. */
function idsGiven({ outbox, choices }: z.infer<typeof sessionFields>): number[] {
  return [...outbox.map(({ id }) => id), ...choices.map(({ number }) => number)];
}

const owedReply = z.strictObject({
  messageId: whole,
  threadId: whole.nullable(),
  text: z.string(),
  entities: z.array(z.record(z.string(), z.unknown())),
  buttons: z.array(z.array(z.strictObject({ text: z.string(), data: z.string() }))),
  file: outgoingFile.exactOptional(),
  partsSent: counter,
  doubts: counter,
});

const transcript = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('none') }),
  z.strictObject({ type: z.literal('words'), text: z.string() }),
  z.strictObject({ type: z.literal('notConfigured') }),
  z.strictObject({ type: z.literal('failed'), detail: z.string() }),
]);

const arrivingFile = z.strictObject({
  fileId: z.string(),
  messageId: whole,
  of: z.enum(['sender', 'forwarded', 'repliedTo']),
  kind: z.enum(['photo', 'document', 'voice', 'audio', 'video', 'video_note', 'animation']),
  name: z.string().nullable(),
  mimeType: z.string().nullable(),
  durationSeconds: whole.nullable(),
  state: z.discriminatedUnion('type', [
    z.strictObject({ type: z.literal('wanted') }),
    z.strictObject({ type: z.literal('kept'), path: z.string(), bytes: counter, transcript }),
    z.strictObject({
      type: z.literal('failed'),
      why: z.enum([
        'tooBig',
        'gone',
        'localServer',
        'unreachable',
        'diskRefused',
        'unsafeFolder',
        'noWorkspace',
      ]),
    }),
  ]),
});

const arrivingMessage = z.strictObject({
  messageId: whole,
  uuid: z.string(),
  threadId: whole.nullable(),
  sessionId: z.string(),
  at: time,
  prompt: z.string(),
  waitsFor: z.string().nullable(),
  text: z.string(),
  context: z.array(z.strictObject({ heading: z.string(), quoted: z.string().nullable() })),
  files: z.array(arrivingFile),
});

export const chatRecordSchema = z.strictObject({
  version: z.literal(2),
  chatId: whole,
  sessions: z.array(z.strictObject({ id: z.string(), threadId: whole.nullable(), createdBy: whole })),
  current: z.record(z.string(), z.string()),
  topicNames: z.record(z.string(), z.string()),
  answered: z.array(whole),
  outbox: z.array(owedReply),
  undeliverable,
  unconfirmed,
  arriving: z.array(arrivingMessage),
  arrived: z.array(whole),
  hints: z.array(z.enum(['transcriber'])),
  views: z.record(z.string(), z.strictObject({ isVerbose: z.boolean(), usesDrafts: z.boolean() })),
  movedTo: whole.nullable(),
});

const userId = whole.positive();

export const accessRecordSchema = z.strictObject({
  version: z.literal(1),
  people: z.array(
    z.strictObject({ userId, name: z.string(), since: time, how: z.literal('paired'), messageId: whole }),
  ),
  pairing: z
    .strictObject({ codeHash: z.string().regex(/^[0-9a-f]{64}$/, 'not a SHA-256'), expiresAt: time })
    .nullable(),
});

export const trustRecordSchema = z.strictObject({
  version: z.literal(1),
  folders: z.record(z.string(), z.strictObject({ at: time, seen: z.array(z.string()) })),
});

export const epochRecordSchema = z.strictObject({
  version: z.literal(2),
  epoch: whole.positive(),
  writtenBy: z.string().nullable(),
  records: z.record(z.string(), whole),
});

/** True only for one and the same type, optional and read-only marks included. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;

/** A type error here means: a field was changed in one place and not in the other. */
export type SchemasMatch = Holds<
  [
    Same<z.infer<typeof sessionRecordSchema>, SessionRecord>,
    Same<z.infer<typeof notice>, Notice>,
    Same<z.infer<typeof chatRecordSchema>, ChatRecord>,
    Same<z.infer<typeof accessRecordSchema>, AccessRecord>,
    Same<z.infer<typeof trustRecordSchema>, TrustRecord>,
  ]
>;
type Holds<Checks extends true[]> = Checks;
