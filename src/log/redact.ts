/** Which texts are secrets wherever they turn up. */

/**
 * A bot token, in a URL too, where "bot" stands right before its digits (so no `\b`), and Anthropic's keys.
 * https://core.telegram.org/bots/api#authorizing-your-bot
 */
const SECRETS = /\d{6,}(?::|%3A)[\w-]{30,}|sk-ant-[\w-]{8,}/gi;

/** The text with every secret in it replaced. For whatever is shown or logged that came from outside. */
export function redact(text: string): string {
  return text.replace(SECRETS, '[redacted]');
}
