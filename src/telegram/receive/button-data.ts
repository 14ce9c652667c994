/** The limit of what an inline button carries. */

const LONGEST_BYTES = 64;

/** Whether a button can carry it. */
export function fits(data: string): boolean {
  return Buffer.byteLength(data) <= LONGEST_BYTES;
}

/** @throws Error if it is more than Telegram takes (Bot API, InlineKeyboardButton) */
export function checked(data: string): string {
  if (fits(data)) return data;
  const bytes = Buffer.byteLength(data);
  throw new Error(`A button can carry ${LONGEST_BYTES} bytes, not ${bytes}: choose shorter ids.`);
}
