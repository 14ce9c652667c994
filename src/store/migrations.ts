/** The versions of each kind of document, and how an older one becomes the current one. */
import { NO_USAGE } from '../../machines/session-usage.ts';

type Fields = Record<string, unknown>;

/**
 * The way up from older versions. A change of a record's fields is a new version: raise `current`, add the step from the
 * one before, and make a folder of the new one's records (`test/store/fixtures/README.md`); a test asks for it.
 */
export interface Ladder {
  readonly current: number;
  /** `steps[n]` makes a document of version n into one of version n + 1. It sets the fields; `version` is set for it. */
  readonly steps: Readonly<Record<number, (older: Fields) => Fields>>;
}

export const SESSION_LADDER: Ladder = {
  current: 5,
  steps: {
    // Since version 2 Claude's silence is asked about instead of told, and questions are answered with buttons.
    1: ({ inbox, outbox, approvals, ...rest }) => ({
      ...rest,
      inbox: (inbox as object[]).map((message) => ({ ...message, wish: null })),
      outbox: withDropped(withoutDoubts(withoutSilence(outbox))),
      whileWorking: 'steer',
      approvals: (approvals as { canAllowForSession: unknown }[]).map(({ canAllowForSession, ...asked }) => ({
        ...asked,
        suggestion: canAllowForSession === true ? 'rules' : 'none',
        subject: { type: 'tool' },
        awaits: 'tap',
      })),
      choices: [],
      ...NO_USAGE,
      namedBy: 'folder',
      effort: null,
      undeliverable: null,
      unconfirmed: null,
    }),
    // Since version 3 a session can be open at the desk.
    2: (record) => ({ ...record, desk: null }),
    // Since version 4 what Claude asked outlives its process.
    3: ({ approvals, ...rest }) => ({
      ...rest,
      approvals: (approvals as object[]).map((asked) => ({ ...asked, request: { state: 'cutOff' } })),
    }),
    // Since version 5 it is asked whether what a folder's own settings run may run.
    4: (record) => ({ ...record, folderSettings: 'asTrusted' }),
  },
};
export const CHAT_LADDER: Ladder = {
  current: 2,
  steps: {
    1: (chat) => ({
      ...chat,
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
    }),
  },
};
export const EPOCH_LADDER: Ladder = {
  current: 2,
  // Since version 2 the count says which Hibernaut started, and the versions of the records that it may leave.
  steps: { 1: (count) => ({ ...count, writtenBy: null, records: {} }) },
};
export const ACCESS_LADDER: Ladder = { current: 1, steps: {} };
export const TRUST_LADDER: Ladder = { current: 1, steps: {} };

/** What this Hibernaut writes, and so what it can read at most. */
export const RECORD_VERSIONS: Readonly<Record<string, number>> = {
  session: SESSION_LADDER.current,
  chat: CHAT_LADDER.current,
  access: ACCESS_LADDER.current,
  trust: TRUST_LADDER.current,
};

/** `newer` means that a later Hibernaut wrote it: nothing is wrong with it, and it must be left as it is. */
export type Climbed = { document: Fields } | { newer: string } | { unreadable: string };

/** Brings a document to the ladder's current version. It is not validated yet. */
export function climb(document: unknown, ladder: Ladder): Climbed {
  if (!isFields(document)) return { unreadable: 'not a JSON object' };
  const version = document.version;
  if (typeof version !== 'number' || !Number.isSafeInteger(version)) {
    return { unreadable: 'no version number' };
  }
  if (version > ladder.current) {
    return { newer: `version ${version}, and this Hibernaut knows ${ladder.current} at most` };
  }
  return climbFrom(version, document, ladder);
}

function climbFrom(version: number, document: Fields, ladder: Ladder): Climbed {
  if (version === ladder.current) return { document };
  const step = ladder.steps[version];
  if (!step) return { unreadable: `unknown version ${version}` };
  let next: Fields;
  try {
    next = step(document);
  } catch {
    // A step may rely on the shape of its version; what breaks it is no document of that version.
    return { unreadable: `not a valid document of version ${version}` };
  }
  return climbFrom(version + 1, { ...next, version: version + 1 }, ladder);
}

function withoutDoubts(outbox: unknown): unknown {
  return Array.isArray(outbox) ? outbox.map((item: object) => ({ ...item, doubts: 0 })) : outbox;
}

function withoutSilence(outbox: unknown): unknown {
  if (!Array.isArray(outbox)) return outbox;
  return outbox.filter(
    (item: { body?: { notice?: { type?: unknown } } }) => item.body?.notice?.type !== 'silent',
  );
}

/** Since version 2 an interruption tells how many messages went with the turn. */
function withDropped(outbox: unknown): unknown {
  if (!Array.isArray(outbox)) return outbox;
  return outbox.map((item: { body?: { notice?: { type?: unknown } } }) =>
    item.body?.notice?.type === 'interrupted'
      ? { ...item, body: { ...item.body, notice: { ...item.body.notice, dropped: 0 } } }
      : item,
  );
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
