/** What the bot says about messages that come while Claude works: /queue, /cancel, and changed messages. */
import type { SessionView } from '../../../machines/session-view.ts';
import { bold, code, rich, type RichText } from '../render/rich-text.ts';

export function queueText({ name, whileWorking }: SessionView): RichText {
  return whileWorking === 'queue'
    ? rich`${bold(name)}: messages that come while Claude works wait for the end of its turn, one turn for each. ${code('/queue off')} hands them to Claude at once.`
    : rich`${bold(name)}: messages that come while Claude works reach it at once, within its turn. ${code('/queue on')} makes them wait, one turn for each.`;
}

export function howToCancelText(): RichText {
  return rich`To take a message back, reply to it with /cancel. It works until Claude has begun with the message; after that, /stop interrupts the turn.`;
}

export function cancellingText(): RichText {
  return rich`Taking it back, if Claude has not begun with it.`;
}

export function nothingToCancelText(): RichText {
  return rich`That message does not wait for Claude, so there is nothing to take back.`;
}

export function composedText(): RichText {
  return rich`The change of this message does not reach Claude, because it came with files, with words of others, or in several parts. Write what is different in a new message.`;
}
