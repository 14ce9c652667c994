/** What the bot says about the chat's sessions: begun, suspended, interrupted, ended. */
import type { SessionView } from '../../../machines/session-view.ts';
import { bold, code, rich, type RichText } from '../render/rich-text.ts';

export function noSessionText(): RichText {
  return rich`There is no session here. Your next message starts one.`;
}

/** @param where to write to it */
export function createdText({ name, workspace }: SessionView, where: RichText): RichText {
  return rich`New session ${bold(name)} in ${code(workspace)}. ${where}`;
}

export function suspendText({ name }: SessionView): RichText {
  return rich`${bold(name)} is suspended. Its conversation is kept; your next message wakes it.`;
}

/** By what it was when the order came: by now it may be through. */
export function interruptText({ hadWork, state, name }: SessionView & { hadWork: boolean }): RichText {
  return hadWork
    ? rich`Interrupting ${bold(name)}.`
    : rich`${bold(name)} is ${state}, so there is nothing to interrupt.`;
}

export function endedText({ name }: SessionView): RichText {
  return rich`${bold(name)} has ended. Your next message starts a new session.`;
}
