/** Which ids may become file names, and back. An id is never joined to a path before it passed here. */

const SESSION_ID = /^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$/;
const CHAT_ID = /^-?(?:0|[1-9]\d{0,15})$/;

/** No dots and no slashes, so that it can't leave its folder, be hidden or be mistaken for a file set aside. */
export function isSessionId(id: string): boolean {
  return SESSION_ID.test(id);
}

/** @throws RangeError for an id that can't be saved under: a bug of ours */
export function assertSessionId(id: string): void {
  if (!isSessionId(id)) {
    throw new RangeError(
      `${JSON.stringify(id.slice(0, 100))} is not a session id. Use up to 100 letters, digits, "-" and "_".`,
    );
  }
}

/** Whether it is that of a chat's document: Telegram's id, as it is written in one way only. */
export function isChatName(name: string): boolean {
  const chatId = Number(name);
  return CHAT_ID.test(name) && Number.isSafeInteger(chatId) && String(chatId) === name;
}

/** `s1.json` → `s1`; null for whatever else lies in the folder, such as files set aside. */
export function toDocumentName(fileName: string): string | null {
  return fileName.endsWith('.json') ? fileName.slice(0, -'.json'.length) : null;
}
