/** A folder that nobody has trusted with what it would run: what is asked about it, and what the answer changes. Pure. */
import type { UntrustedFolder } from './folder-programs.ts';
import { ask, closeChoices } from './session-choices.ts';
import type { EventOf } from './session-events.ts';
import { nextWaiting } from './session-inbox.ts';
import {
  isToBeRestored,
  type ChoiceOutcome,
  type ChoiceSubject,
  type SessionRecord,
} from './session-record.ts';

/** Claude was not started. What is asked already is not asked again, unless the folder would run something else by now. */
export function askForTrust(
  record: SessionRecord,
  { untrusted, at }: EventOf<'claude.exited'>,
): SessionRecord {
  if (!untrusted || record.choices.some(({ about }) => isSame(about, untrusted))) return record;
  const about = { type: 'trust', ...untrusted } as const;
  return ask(closeTrust(record, at), at, about, nextWaiting(record)?.messageId ?? null);
}

/** It need not be answered any more: nothing is asked of this folder, or of another one now. */
export function closeTrust(record: SessionRecord, at: number): SessionRecord {
  return settle(record, 'overtaken', at);
}

/** Which folders are trusted, and with what, is not the session's to keep. */
export function noteTrusted(record: SessionRecord, { at }: EventOf<'user.trust'>): SessionRecord {
  return { ...settle(record, 'trust', at), folderSettings: 'asTrusted', lastActivityAt: at };
}

export function leaveSettingsOut(
  record: SessionRecord,
  { at }: EventOf<'user.withoutSettings'>,
): SessionRecord {
  return { ...settle(record, 'withoutSettings', at), folderSettings: 'leftOut', lastActivityAt: at };
}

export function isAskedForTrust({ choices }: SessionRecord): boolean {
  return choices.some(({ about }) => isAboutTrust(about));
}

/** It was to be live again only because it was when the last daemon stopped: nobody has to be asked for that. */
export function isOnlyRestored(record: SessionRecord): boolean {
  return nextWaiting(record) === undefined && isToBeRestored({ ...record, state: 'suspended' });
}

function settle(record: SessionRecord, outcome: ChoiceOutcome, at: number): SessionRecord {
  return closeChoices(record, isAboutTrust, outcome, at);
}

function isAboutTrust({ type }: ChoiceSubject): boolean {
  return type === 'trust';
}

function isSame(about: ChoiceSubject, { folder, programs }: UntrustedFolder): boolean {
  if (about.type !== 'trust' || about.folder !== folder || about.programs.length !== programs.length)
    return false;
  return about.programs.every(({ key }, index) => key === programs[index]?.key);
}
