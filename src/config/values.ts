/** How each kind of configuration value is read. A message says what to write instead; whoever reads it quotes the value. */
import { z } from 'zod';
import { parseDuration } from '../words/duration.ts';

/** A value as text that `read` understands, or else a repair. */
function valueOf<T>(read: (text: string) => { value: T } | { repair: string }): z.ZodType<T, string> {
  return z.string().transform((text, context) => {
    const result = read(text);
    if ('value' in result) return result.value;
    context.addIssue(result.repair);
    return z.NEVER;
  });
}

/** Milliseconds; null is `off`. */
export const durationOrOff = valueOf((text) => {
  const parsed = parseDuration(text);
  return 'refused' in parsed ? { repair: DURATION_REPAIR } : { value: parsed.ms };
});
const DURATION_REPAIR =
  'Write a duration from 1s to 365d, such as 600 (seconds), 90s, 10m, 1h30m or 7d; or off.';

/** Milliseconds, never off. */
export const duration = valueOf((text) => {
  const parsed = parseDuration(text);
  if ('refused' in parsed || parsed.ms === null) {
    return { repair: 'Write a duration from 1s to 365d, such as 10s, 5m or 1h30m.' };
  }
  return { value: parsed.ms };
});

/** A number, a colon and a secret, as @BotFather gives it. https://core.telegram.org/bots/api#authorizing-your-bot */
export const botToken = z
  .string()
  .regex(/^\d{1,20}:[\w-]{3,}$/, 'Copy the whole token from @BotFather, such as 123456789:AAH…');

/** A URL without a slash at its end, to which `/bot<token>/<method>` is added. */
export const apiRoot = valueOf((text) => {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isRoot = url !== null && /^https?:$/.test(url.protocol) && url.search === '' && url.hash === '';
  if (!isRoot || /\/bot/i.test(url.pathname)) {
    return { repair: 'Write an http(s) URL without /bot and the token, such as https://api.telegram.org.' };
  }
  return { value: text.replace(/\/+$/, '') };
});

/** Numbers with commas or spaces between. */
export const userIds = valueOf((text) => {
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const areIds = words.every((word) => /^[1-9]\d{0,15}$/.test(word) && Number.isSafeInteger(Number(word)));
  return areIds
    ? { value: [...new Set(words.map(Number))] }
    : { repair: "Write people's numeric Telegram user ids, not their names, with commas between." };
});

/** Null is `off`. Port 0 lets the system choose. */
export const loopbackAddress = valueOf((text) => {
  if (text.toLowerCase() === 'off') return { value: null };
  const match = /^(?:(127\.0\.0\.1|localhost|\[::1\]|::1):)?(\d{1,5})$/i.exec(text);
  const port = Number(match?.[2]);
  if (!match || port > 65_535) {
    // Whoever reaches it sees people's sessions; there is no login.
    return {
      repair: 'Write a loopback address, such as 127.0.0.1:4747, [::1]:4747 or localhost:4747; or off.',
    };
  }
  const host = (match[1] ?? '127.0.0.1').toLowerCase().replace(/[[\]]/g, '');
  return { value: { host, port } };
});

/** A whole number of things, at least 1. */
export const count = valueOf((text) => {
  const isCount = /^[1-9]\d{0,5}$/.test(text);
  return isCount ? { value: Number(text) } : { repair: 'Write a whole number, at least 1, such as 8.' };
});

const TRUTHS: Readonly<Record<string, boolean>> = { '1': true, true: true, '0': false, false: false };

export const flag = valueOf((text) => {
  const truth = TRUTHS[text.toLowerCase()];
  return truth === undefined ? { repair: 'Write 1 or 0.' } : { value: truth };
});

/** One of a few words. */
export function oneOf<const T extends string>(words: readonly T[]): z.ZodType<T, string> {
  return valueOf((text) => {
    const word = words.find((candidate) => candidate === text);
    return word === undefined ? { repair: `Write one of ${words.join(', ')}.` } : { value: word };
  });
}

/**
 * A command with its arguments. White space separates them; single or double quotes keep it together. No shell reads it:
 * there are no variables, no `~`, no backslashes and no `|`.
 */
export const commandLine = valueOf((text) => {
  if (!/^(?:[^'"]|'[^']*'|"[^"]*")*$/.test(text)) {
    return {
      repair: 'A quote is not closed. Write a command such as /usr/local/bin/transcribe --language en.',
    };
  }
  const words = text.match(/(?:[^\s'"]|'[^']*'|"[^"]*")+/g) ?? [];
  return { value: words.map((word) => word.replace(/'([^']*)'|"([^"]*)"/g, '$1$2')) };
});
