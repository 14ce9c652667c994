/**
 * Ids for what the bot says to no message of Telegram's: below 0, where no message is, and each kind in a range that no
 * other kind reaches. Those of messages from a former group (`ofFormerGroup`) are small. They are on disk: what a chat was
 * told under one is not told again.
 */

/** Of something that happened once, at that moment. @param at wall clock, ms since the epoch, or s if that is what is known of it */
export function idOfMoment(at: number): number {
  return -at;
}

/** Of a request that came with a uuid of its own, and may come again: in 48 bits. */
export function idOfRequest(uuid: string): number {
  return -1 - Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16);
}

/**
 * Where ids begin that say more than that they are unique, downwards: below all others, and with room for the seconds of
 * 1,000 years times 16 above `-(2 ** 53)`.
 */
export const FIRST_TELLING_ID = -(2 ** 52);
