/** What the bot says about messages that Telegram does not take as they are. */
import { code, italic, join, rich, type RichText } from '../render/rich-text.ts';

/** Set before a message that goes to the whole chat because its topic was deleted. */
export function topicGoneText(): RichText {
  return rich`${italic('The topic of this session is gone, so this comes here.')}\n\n`;
}

/** As `topicGoneText`, for a topic that is closed to the bot. */
export function topicClosedText(): RichText {
  return rich`${italic('The topic of this session is closed, so this comes here.')}\n\n`;
}

/** In place of a message that Telegram refuses in every shape. @param description Telegram's own words */
export function refusedText(description: string): RichText {
  return rich`Telegram refused this part of the answer (${description}). Ask for it in another form.`;
}

/** In place of files that Telegram does not take. @param description Telegram's own words */
export function filesRefusedText(fileNames: readonly string[], description: string): RichText {
  const which = fileNames.length === 1 ? 'file' : 'files';
  return rich`Telegram does not take the ${which} ${join(fileNames.map(code), ', ')} here (${code(description)}).`;
}

/** In place of a file whose copy can't be read any more. */
export function fileGoneText(fileName: string): RichText {
  return rich`The file ${code(fileName)} can't be read on the host any more, so it is not sent. Ask for it again.`;
}

/** For a turn that ended without a word. */
export function emptyAnswerText(): RichText {
  return rich`Claude finished without writing anything.`;
}

/** In place of the live message of a turn that is over, where it can't be deleted. */
export function liveMessageOverText(): RichText {
  return rich`${italic('This turn is over.')}`;
}

/** Below the file with a long answer. @param isAllAbove false: the messages above are only its beginning */
export function answerFileText(isAllAbove: boolean): RichText {
  return isAllAbove
    ? rich`The whole answer in one file.`
    : rich`The answer goes on in this file, which holds all of it.`;
}
