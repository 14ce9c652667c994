/** What people are told about files that did not get to Claude as they should. */
import { oneLine } from '../../words/one-line.ts';
import type { FileKind } from '../arrival.ts';
import { code, concat, join, plain, rich, type RichText } from '../render/rich-text.ts';
import { KIND_NAMES } from './prompt.ts';

export interface NamedFile {
  kind: FileKind;
  /** The uploader's. */
  name: string | null;
}

export type FileTrouble =
  'tooBig' | 'gone' | 'localServer' | 'unreachable' | 'diskRefused' | 'unsafeFolder' | 'noWorkspace';

export interface ArrivalFacts {
  failed: { file: NamedFile; why: FileTrouble }[];
  /** How the transcriber ended, of each recording that it failed on. */
  transcriberFailures: string[];
  /** There is none, and nobody here was told so before. */
  lacksTranscriber: boolean;
  /** Whether the rest of the message goes to Claude. */
  goesOn: boolean;
}

/** Null if all is well. */
export function arrivalText(facts: ArrivalFacts): RichText | null {
  const sentences = [
    ...facts.failed.map(({ file, why }) => rich`Claude does not get the ${nameOf(file)}: ${whyNot(why)}`),
    ...(facts.failed.length > 0 && facts.goesOn ? [plain('The rest of the message goes to Claude.')] : []),
    ...facts.transcriberFailures.map((detail) => transcriberFailed(detail)),
    ...(facts.lacksTranscriber ? [noTranscriber()] : []),
  ];
  return sentences.length === 0 ? null : concat(join(sentences, '\n'));
}

/** For a message whose session ended while its files were fetched. */
export function sessionEndedText(): RichText {
  return rich`The session ended before this reached Claude, so it was left out. Send it again to begin a new session with it.`;
}

function nameOf({ kind, name }: NamedFile): RichText {
  return name === null ? plain(KIND_NAMES[kind]) : rich`${KIND_NAMES[kind]} ${code(oneLine(name))}`;
}

function whyNot(why: FileTrouble): string {
  switch (why) {
    case 'tooBig':
      return "Telegram gives bots no file of more than 20 MB. Make it smaller, or put it into the session's folder yourself.";
    case 'gone':
      return 'Telegram does not have it any more. Send it again.';
    case 'localServer':
      return 'the Bot API server keeps files on its own disk (it runs with --local). Start it without --local.';
    case 'unreachable':
      return 'it could not be fetched from Telegram, in several tries. Send it again later.';
    case 'diskRefused':
      return "the host's disk did not take it. Make room there, or let Hibernaut's user write there, and send it again.";
    case 'unsafeFolder':
      return "'.hibernaut' in the session's folder is a link, or no folder. Remove it and send the file again.";
    case 'noWorkspace':
      return 'the folder of the session is gone. Put it back on the host, or start in another folder with /new.';
  }
}

function noTranscriber(): RichText {
  return rich`Claude got the recording as a file, without its words. To have recordings written down, set ${code('HIBERNAUT_TRANSCRIBE')} to a command that prints the text of the file it is given, and restart Hibernaut.`;
}

function transcriberFailed(detail: string): RichText {
  return rich`Claude got the recording as a file, without its words: the command in ${code('HIBERNAUT_TRANSCRIBE')} failed (${detail}).`;
}
