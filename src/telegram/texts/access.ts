/** What the bot says to and about people who get in. */
import { code, plain, rich, type RichText } from '../render/rich-text.ts';
import { untappable } from '../render/untappable.ts';
import { visible } from '../render/visible.ts';

/** To a stranger who pressed Start while a code waits. */
export function codeWantedText(): RichText {
  return rich`This bot is private. If you have a code for it, send it to me.`;
}

export function wrongCodeText(): RichText {
  return rich`That code is wrong, or no longer valid. Check each letter, or ask for a new one.`;
}

/** To whoever got in. */
export function welcomeText(): RichText {
  return rich`You are in. Write what you want done, and Claude Code does it on the host, the computer that I run on. /help lists the commands.`;
}

/** To the others who are allowed. */
export function pairedNewsText({ userId, name }: { userId: number; name: string }): RichText {
  const who = untappable(plain(visible(name)));
  return rich`${who}, Telegram id ${code(String(userId))}, was let in with a code and may now use this bot. If you don't want that, run on the host: ${code(`hibernaut access revoke ${String(userId)}`)}`;
}

/** In a group that an allowed person took the bot to. */
export function joinedGroupText(botUsername: string): RichText {
  return rich`Here I listen only to people who are allowed, when they write @${botUsername}, reply to me, or send a command such as /status@${botUsername}.`;
}
