/**
 * What Claude gets of a message that is more than its sender's words. What is not in these words comes first, in one
 * block, and the block says that all behind it is theirs: so no caption, name or forwarded text can pass for a part of it.
 */
import { formatDuration } from '../../../words/duration.ts';
import { oneLine } from '../../../words/one-line.ts';
import type { ArrivingFile, ArrivingMessage, FileFailure } from '../../../store/ports.ts';
import { KIND_NAMES } from '../../../telegram/texts/prompt.ts';

const OPEN = '<telegram>';
const CLOSE = '</telegram>';

type Piece = Pick<ArrivingMessage, 'text' | 'context' | 'files'>;

/** Whether it could be taken for a block of ours. */
function looksLikeOurs(text: string): boolean {
  return /<\/?telegram/i.test(text);
}

/** @param pieces of one prompt, in order */
export function promptOf(pieces: readonly Piece[]): string {
  const areCaptions = pieces.some(({ files }) => files.length > 0) && pieces.filter(hasWords).length > 1;
  const words = areCaptions ? '' : joined(pieces);
  const facts = unique(pieces.flatMap(({ context }) => context.map((note) => noteLines(note).join('\n'))));
  const files = unique(pieces.flatMap((piece) => fileEntries(piece, areCaptions)));
  if (facts.length === 0 && files.length === 0 && !looksLikeOurs(words)) return words;
  const attached = files.length === 0 ? [] : ['Files, by their path in the working directory:', ...files];
  const block = [OPEN, ...facts, ...attached, whereTheWordsAre(words, areCaptions), CLOSE].join('\n');
  return words === '' ? block : `${block}\n\n${words}`;
}

function whereTheWordsAre(words: string, areCaptions: boolean): string {
  if (areCaptions) return "The sender's words are those at the files.";
  return words === ''
    ? 'The sender added no written words.'
    : 'All that follows this block is in the words of the sender.';
}

/** Whether Claude could make anything of it. */
export function isWorthwhile(pieces: readonly Piece[]): boolean {
  return pieces.some(
    ({ text, context, files }) =>
      text.trim() !== '' || context.length > 0 || files.some(({ state }) => state.type === 'kept'),
  );
}

/** Telegram's limit for one message (Bot API, sendMessage). */
const MAX_TEXT_LENGTH = 4_096;

/** A text that Telegram cut: at white space, which it leaves out; where there was none, at its limit, in mid-word. */
function joined(pieces: readonly Piece[]): string {
  return pieces
    .filter(hasWords)
    .map(({ text }, index, all) =>
      index === all.length - 1 || text.length >= MAX_TEXT_LENGTH ? text : `${text}\n`,
    )
    .join('');
}

function hasWords({ text }: Piece): boolean {
  return text.trim() !== '';
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines)];
}

function noteLines({ heading, quoted }: ArrivingMessage['context'][number]): string[] {
  return quoted === null ? [heading] : [heading, ...quotedLines(quoted)];
}

/** What the message replies to comes behind its own. */
function fileEntries({ text, files }: Piece, isCaption: boolean): string[] {
  return files.map((file, index) => {
    const lines = fileLines(file);
    const caption =
      isCaption && index === 0 && text.trim() !== ''
        ? ['  The sender wrote to it:', ...quotedLines(text)]
        : [];
    return [...lines, ...caption].join('\n');
  });
}

function fileLines(file: ArrivingFile): string[] {
  const { state } = file;
  if (state.type === 'wanted') return [];
  if (state.type === 'failed') return [`- not there: ${described(file)}; ${FAILURES[state.why]}.`];
  const line = `- ${state.path}: ${described(file)}`;
  const { transcript } = state;
  switch (transcript.type) {
    case 'none':
      return [line];
    case 'words':
      return [`${line}. ${SAID[file.of]} in it, written down by a program:`, ...quotedLines(transcript.text)];
    case 'notConfigured':
      return [`${line}. No transcriber is set up, so what is said in it is not written down.`];
    case 'failed':
      return [`${line}. The transcriber failed, so what is said in it is not written down.`];
  }
}

/** A voice message is its sender's own words. */
const SAID: Record<ArrivingFile['of'], string> = {
  sender: 'The sender says',
  forwarded: 'What is said',
  repliedTo: 'What is said',
};

const FAILURES: Record<FileFailure, string> = {
  tooBig: 'it is too big for a bot',
  gone: 'Telegram does not give it',
  localServer: 'the Bot API server keeps it to itself',
  unreachable: 'it could not be fetched',
  diskRefused: 'the disk refused it',
  unsafeFolder: 'its folder leads out of the working directory',
  noWorkspace: 'the working directory is gone',
};

/** `photo`, `voice message of 12 s`, `file "report.pdf" (application/pdf)`. */
function described({ kind, name, mimeType, durationSeconds, of }: ArrivingFile): string {
  const length = durationSeconds ? ` of ${formatDuration(durationSeconds * 1_000)}` : '';
  const title = name === null ? '' : ` "${oneLine(name).replaceAll('"', "'")}"`;
  const type = kind === 'document' && mimeType !== null ? ` (${oneLine(mimeType)})` : '';
  const where = of === 'repliedTo' ? ', of the message that is replied to' : '';
  return `${KIND_NAMES[kind]}${title}${length}${type}${where}`;
}

/** Each line is marked as somebody's words, and none of them can open or close our block. */
function quotedLines(text: string): string[] {
  return text
    .replace(/<(?=\/?telegram)/gi, '‹')
    .split(/\r\n|[\n\v\f\r\u0085\u2028\u2029]/)
    .map((line) => `> ${line}`.trimEnd());
}
