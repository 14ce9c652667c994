/** The limit of what an inline button carries. */

const LONGEST_BYTES = 64;

/** @throws Error if it is more than Telegram takes (Bot API, InlineKeyboardButton) */
export function checked(data: string): string {
  const bytes = Buffer.byteLength(data);
  if (bytes > LONGEST_BYTES) {
    throw new Error(`A button can carry ${LONGEST_BYTES} bytes, not ${bytes}: choose shorter ids.`);
  }
  return data;
}
