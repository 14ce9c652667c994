/** What the bot says of things that were done to a session on the host, with the command line, and not in the chat. */
import { bold, italic, plain, rich, type RichText } from '../render/rich-text.ts';

interface Named {
  name: string;
}

export function endedOnHostText({ name }: Named): RichText {
  return rich`${bold(name)} was ended from the host's command line. Your next message starts a new session.`;
}

export function interruptedOnHostText({ name }: Named): RichText {
  return rich`${bold(name)} was interrupted from the host's command line.`;
}

/** In the middle of a turn. */
export function suspendedOnHostText({ name }: Named): RichText {
  return rich`${bold(name)} was suspended from the host's command line. Its conversation is kept; your next message wakes it.`;
}

/** What was sent to Claude on the host, so that the conversation reads whole in the chat. */
export function saidOnHostText(text: string): RichText {
  return rich`${italic("From the host's command line:")}\n${plain(text)}`;
}
