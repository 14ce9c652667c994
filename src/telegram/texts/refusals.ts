/** Why a person does not get what they asked for, and what to do instead. Sentences, for `Refusal.refused`. */

export function inboxFullText(waiting: number): string {
  return (
    `${waiting} messages wait for Claude already, so this one, and those after it, are not taken. ` +
    'Wait for answers, or send /stop, then write again.'
  );
}

export function tooManyFilesText(arriving: number): string {
  return (
    `${arriving} messages with files are on their way already, so this one, and those after it, are not ` +
    'taken. Wait for answers, then send it again.'
  );
}

export function unreadableSessionText(id: string): string {
  return `What I kept of session ${id} can't be read. Send /new to begin another.`;
}

export const AT_WORK_IN_FOLDER_TEXT =
  'Claude is at work in its folder. Send /stop, or wait until it is done.';
export const CHANGING_FILES_TEXT =
  'Claude is at work, and may be changing files. Send /stop, or wait until it is done.';
export const NOT_STARTED_TEXT = 'Claude did not start. Send a message to see why.';
export const NOTHING_TO_PUT_BACK_TEXT =
  'There is nothing to put back: the files are as they were before that message.';

/** Of conversations that are to be resumed or forked. */
export const UNKNOWN_CONVERSATION_TEXT =
  'Claude Code does not know this conversation, or no longer. /resume lists those that it knows.';
export const CONVERSATION_OF_ANOTHER_CHAT_TEXT =
  'Another chat has this conversation. End the session there first: only one session may have a conversation.';
export const CONVERSATION_ENDING_TEXT =
  'The session with this conversation is just ending. Try again in a moment.';
export const NOT_COPIED_TEXT =
  'Claude Code could not copy this conversation. The log on the host has the details.';
export const NOTHING_TO_FORK_TEXT = 'There is no session here to copy. /new starts one.';

export function openElsewhereText(pid: number): string {
  return (
    `This conversation is open in another Claude Code on the host (process ${String(pid)}), a terminal perhaps. ` +
    'End it there and try again, or go on with a copy.'
  );
}

export function nothingSaidYetText(name: string): string {
  return `Nothing was said in ${name} yet, so there is nothing to copy. /new starts another session.`;
}

export function forkAtWorkText(name: string): string {
  return `${name} is at work. Send /fork again when it is done, or /stop first.`;
}

/** Of folders that sessions are to work in. Paths are absolute. */
export function isFileText(path: string): string {
  return `${path} is a file. Name the folder that it is in.`;
}

export function outsideOfRootsText(path: string, roots: readonly string[]): string {
  return (
    `${path} is outside of the folders that sessions may work in (${roots.join(', ')}). ` +
    'Name a folder under one of them, or add this one to HIBERNAUT_WORKSPACE_ROOTS and restart Hibernaut.'
  );
}

/** @param code the system's error code */
export function noAccessText(path: string, code: string): string {
  return `${path} can't be opened (${code}). Give Hibernaut's user access to it, or name another folder.`;
}

export function noFolderText(path: string, code: string): string {
  return `There is no folder ${path} (${code}). Create it, or name another one.`;
}

/** For `/new words`, where the first word is no folder. */
export function noFolderButNameText(word: string, workspace: string, argument: string): string {
  return (
    `There is no folder ${JSON.stringify(word)} in ${workspace}. ` +
    `For a session of that name in the default folder, send: /new . ${argument}`
  );
}
