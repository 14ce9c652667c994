/** What the bot says of things that were done to a session on the host, with the command line, and not in the chat. */
import { bold, rich, type RichText } from '../render/rich-text.ts';

interface Named {
  name: string;
}

export function endedAtDeskText({ name }: Named): RichText {
  return rich`${bold(name)} was ended from the host's command line. Your next message starts a new session.`;
}

export function interruptedAtDeskText({ name }: Named): RichText {
  return rich`${bold(name)} was interrupted from the host's command line.`;
}

/** In the middle of a turn. */
export function suspendedAtDeskText({ name }: Named): RichText {
  return rich`${bold(name)} was suspended from the host's command line. Its conversation is kept; your next message wakes it.`;
}
