/** What only a person can decide about a turn, asked with buttons until they answered or it no longer matters. Pure. */
import { handle, inHand, replace } from './session-inbox.ts';
import { owe } from './session-outbox.ts';
import type {
  Choice,
  ChoiceOption,
  ChoiceOutcome,
  ChoiceSubject,
  InboxMessage,
  SessionRecord,
} from './session-record.ts';

/** In the order of the buttons. */
export const CHOICE_OPTIONS = {
  silence: ['keepWaiting', 'interrupt', 'restart'],
  cutOff: ['continue', 'drop'],
  trust: ['trust', 'withoutSettings'],
} as const satisfies Record<ChoiceSubject['type'], readonly ChoiceOption[]>;

/** Asks the chat. @param replyTo the Telegram message that it is about */
export function ask(
  record: SessionRecord,
  at: number,
  about: ChoiceSubject,
  replyTo: number | null,
): SessionRecord {
  const number = record.nextOutboxId;
  const choice: Choice = { number, about, messageId: null };
  return owe({ ...record, choices: [...record.choices, choice] }, at, { kind: 'choice', number }, replyTo);
}

export function openChoice(record: SessionRecord, number: number): Choice | undefined {
  return record.choices.find((choice) => choice.number === number);
}

/** The question goes away: the chat sees what became of it, or is not even asked if it was not yet. */
export function closeChoices(
  record: SessionRecord,
  which: (about: ChoiceSubject) => boolean,
  outcome: ChoiceOutcome,
  at: number,
): SessionRecord {
  return record.choices
    .filter(({ about }) => which(about))
    .reduce((left, choice) => close(left, choice, outcome, at), record);
}

/** Claude has said nothing for so long. @param at wall clock, ms since the epoch */
export function askAboutSilence(record: SessionRecord, at: number, silentForMs: number): SessionRecord {
  return ask(record, at, { type: 'silence', silentForMs }, inHand(record)?.messageId ?? null);
}

/** @param why the event that ended the silence, or the wait */
export function closeSilence(record: SessionRecord, why: string, at: number): SessionRecord {
  return closeChoices(record, isAboutSilence, SILENCE_OUTCOMES[why] ?? 'overtaken', at);
}

/** What a person's order says about the silence that they were asked about. */
const SILENCE_OUTCOMES: Partial<Record<string, ChoiceOutcome>> = {
  'user.keepWaiting': 'keepWaiting',
  'user.interrupt': 'interrupt',
  'user.restart': 'restart',
};

export function isAboutSilence({ type }: ChoiceSubject): boolean {
  return type === 'silence';
}

/** A message whose turn was cut off again: whether it goes on is for its sender to say. */
export function undecided(record: SessionRecord, uuid: string): InboxMessage | undefined {
  return record.inbox.find((message) => message.uuid === uuid && message.state === 'undecided');
}

export function continueUndecided(record: SessionRecord, uuid: string, at: number): SessionRecord {
  const message = undecided(record, uuid);
  if (!message) return record;
  const decided = closeChoices(record, isAbout(uuid), 'continue', at);
  return replace({ ...decided, lastActivityAt: at }, uuid, { ...message, state: 'waiting' });
}

export function dropUndecided(record: SessionRecord, uuid: string, at: number): SessionRecord {
  if (!undecided(record, uuid)) return record;
  return handle({ ...closeChoices(record, isAbout(uuid), 'drop', at), lastActivityAt: at }, uuid);
}

function isAbout(uuid: string): (about: ChoiceSubject) => boolean {
  return (about) => about.type === 'cutOff' && about.uuid === uuid;
}

function close(record: SessionRecord, choice: Choice, outcome: ChoiceOutcome, at: number): SessionRecord {
  const { number, messageId, about } = choice;
  const settled = { ...record, choices: record.choices.filter((other) => other !== choice) };
  if (messageId !== null)
    return owe(settled, at, { kind: 'choiceClosed', messageId, about: about.type, outcome });
  return {
    ...settled,
    outbox: settled.outbox.filter(({ body }) => body.kind !== 'choice' || body.number !== number),
  };
}
