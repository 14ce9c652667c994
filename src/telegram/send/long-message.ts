/** What does not fit into one message, or a few: with a file that holds the whole, so that nobody has to piece it together. */
import type { MessagePart } from './outgoing.ts';
import { plain, type RichText } from '../render/rich-text.ts';
import type { ApprovalText } from '../texts/approvals.ts';
import { answerFileText } from '../texts/delivery.ts';

/** An answer of more messages comes as a file, too. */
const FEW_PARTS = 3;
/** An answer of more messages would bury the chat (and a group takes 20 a minute): the rest of it is in the file only. */
const MOST_PARTS = 10;

/** Of a file's name, in UTF-16 units. */
const LONGEST_NAME = 60;

export interface LongMessage {
  parts: MessagePart[];
  /** Where Telegram takes no file (`PartsOptions.partsWithoutFile`). */
  withoutFile: MessagePart[] | null;
}

/** Words only, in as many messages as there are. */
export function inParts(parts: RichText[]): LongMessage {
  return { parts, withoutFile: [] };
}

/** @param all the answer in as many messages as it takes */
export function answerMessage(markdown: string, all: RichText[]): LongMessage {
  if (all.length <= FEW_PARTS) return inParts(all);
  const isAllShown = all.length <= MOST_PARTS;
  const shown = isAllShown ? all : all.slice(0, FEW_PARTS);
  const document = { fileName: answerFileName(all[0]), bytes: Buffer.from(markdown) };
  return {
    parts: [...shown, { ...answerFileText(isAllShown), document }],
    withoutFile: all.slice(shown.length),
  };
}

/** The buttons belong on the last part of either. */
export function approvalMessage({ whole, long }: ApprovalText): LongMessage {
  if (!long) return inParts(whole);
  const document = { fileName: long.file.fileName, bytes: Buffer.from(long.file.text) };
  return { parts: [{ ...long.caption, document }, long.excerpt], withoutFile: whole };
}

/** After the heading that the answer begins with, if it does. */
function answerFileName(first: RichText | undefined): string {
  const words = headingOf(first ?? plain('')).match(/[\p{L}\p{M}\p{N}]+/gu);
  return `${words?.join('-').slice(0, LONGEST_NAME).toWellFormed() ?? 'answer'}.md`;
}

/** The first line if it is bold, or code and links, to its end; else empty. */
function headingOf({ text, entities }: RichText): string {
  const line = text.slice(0, Math.max(0, text.indexOf('\n')));
  let formatted = 0;
  for (const { type, offset, length } of entities) {
    const isOfHeadings = type === 'bold' || type === 'code' || type === 'text_link';
    if (isOfHeadings && offset <= formatted) formatted = Math.max(formatted, offset + length);
  }
  return formatted >= line.length ? line : '';
}
