/** What a session may be called: one line that fits a button and a topic's title. */

/** Telegram's limit for a topic's title is 128 characters (Bot API, editForumTopic), its state included. */
const LONGEST_NAME = 64;

/** One line without control characters, cut where it is too long; null if nothing is left. */
export function sessionName(text: string): string | null {
  const line = text.replace(/[\s\p{C}]+/gu, ' ').trim();
  if (line === '') return null;
  const characters = [...line];
  if (characters.length <= LONGEST_NAME) return line;
  return `${characters
    .slice(0, LONGEST_NAME - 1)
    .join('')
    .trimEnd()}…`;
}

/** `work`, `work 2`, `work 3` … */
export function freeName(wanted: string, taken: readonly string[]): string {
  if (!taken.includes(wanted)) return wanted;
  let number = 2;
  while (taken.includes(`${wanted} ${number}`)) number += 1;
  return `${wanted} ${number}`;
}
