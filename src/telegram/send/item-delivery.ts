/** How each kind of thing that a session owes is said in the chat. */
import type { Api } from 'grammy';
import type { UntrustedFolder } from '../../../machines/folder-programs.ts';
import type { Approval, OutboxItem, SessionRecord } from '../../../machines/session-record.ts';
import { openChoice } from '../../../machines/session-choices.ts';
import { approvalKeyboard, choiceKeyboard } from '../receive/callback-data.ts';
import { copyReader, type CopyReaderOptions } from './copy-reader.ts';
import {
  closeDelivery,
  editDelivery,
  messageDelivery,
  type Delivery,
  type PartsOptions,
} from './delivery.ts';
import { fileParts } from './file-parts.ts';
import { answerMessage, approvalMessage, inParts, type LongMessage } from './long-message.ts';
import type { TelegramLog } from '../log.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { plain, type RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import { approvalClosedText, approvalText } from '../texts/approvals.ts';
import { choiceClosedText, choiceText } from '../texts/choices.ts';
import { emptyAnswerText } from '../texts/delivery.ts';
import { noticeText } from '../texts/notices.ts';
import { trustText } from '../texts/trust.ts';

/** Below Telegram's 4,096, so that a line can be set before a part (`topicGoneText`). */
const PART_LIMIT = 4_000;

export function itemDelivery(
  api: Api,
  options: CopyReaderOptions,
  record: SessionRecord,
  item: OutboxItem,
  listener: Pick<PartsOptions, 'onPart' | 'onDone' | 'onOutcomeUnknown' | 'onChatRefused' | 'onTopicGone'>,
): Delivery {
  const { log } = options;
  const { body, replyTo, partsSent, doubts } = item;
  const address = { chatId: record.chatId, threadId: record.threadId };
  const message = (make: () => LongMessage, keyboard: PartsOptions['keyboard'] = null) => {
    let made: LongMessage | null = null;
    return messageDelivery(api, {
      address,
      parts: () => (made ??= make()).parts,
      partsWithoutFile: () => (made ??= make()).withoutFile,
      partsSent,
      doubts,
      replyTo,
      keyboard,
      ...listener,
    });
  };
  const closing = (messageId: number, text: RichText | null) =>
    editDelivery(api, { chatId: record.chatId, messageId, text, keyboard: null }, () =>
      listener.onDone(messageId),
    );

  switch (body.kind) {
    case 'answer':
      return message(() => answer(body.markdown, log));
    case 'notice':
      return message(() => inParts(splitRichText(noticeText(body.notice), PART_LIMIT)));
    case 'files': {
      const caption = body.caption ?? '';
      const words = () =>
        rendered(
          () => renderMarkdown(caption),
          () => plain(caption),
          log,
        );
      return message(() => ({
        parts: fileParts(body.files, words(), copyReader(options)),
        withoutFile: null,
      }));
    }
    case 'approval': {
      const approval = record.approvals.find(({ id }) => id === body.approvalId);
      // Answered or withdrawn before it was asked.
      if (!approval) return doneDelivery(() => listener.onDone(null));
      return message(() => question(approval, log), approvalKeyboard(approval));
    }
    case 'choice': {
      const choice = openChoice(record, body.number);
      // It no longer mattered before it was asked.
      if (!choice) return doneDelivery(() => listener.onDone(null));
      const { about } = choice;
      const asked = () => (about.type === 'trust' ? folder(about, log) : inParts([choiceText(about)]));
      return message(asked, choiceKeyboard(record.id, choice));
    }
    case 'approvalClosed':
      // What was asked stays to be seen; the words that answered it are right below.
      return closing(
        body.messageId,
        body.why === 'answered' ? null : approvalClosedText(body.toolName, body.why),
      );
    case 'choiceClosed':
      return closing(body.messageId, choiceClosedText(body.about, body.outcome));
    case 'liveMessageClosed': {
      const gone = () => Promise.resolve({ messageId: body.messageId, text: null });
      return closeDelivery(api, record.chatId, gone, listener.onDone);
    }
  }
}

function doneDelivery(onDone: () => void): Delivery {
  return {
    step: () => {
      onDone();
      return Promise.resolve(true);
    },
  };
}

function answer(markdown: string, log: TelegramLog): LongMessage {
  const parts = rendered(
    () => splitRichText(renderMarkdown(markdown), PART_LIMIT),
    () => splitRichText(plain(markdown), PART_LIMIT),
    log,
  );
  return parts.length > 0 ? answerMessage(markdown, parts) : inParts([emptyAnswerText()]);
}

function question(approval: Approval, log: TelegramLog): LongMessage {
  const asWritten = () => `${approval.toolName}\n${JSON.stringify(approval.input, null, 2)}`;
  return rendered(
    () => approvalMessage(approvalText(approval)),
    () => inParts(splitRichText(plain(asWritten()), PART_LIMIT)),
    log,
  );
}

function folder(untrusted: UntrustedFolder, log: TelegramLog): LongMessage {
  const asWritten = () => untrusted.programs.map((each) => JSON.stringify(each)).join('\n');
  return rendered(
    () => approvalMessage(trustText(untrusted)),
    () => inParts(splitRichText(plain(asWritten()), PART_LIMIT)),
    log,
  );
}

/** What our renderer fails on is shown as Claude wrote it: better plain than lost. */
function rendered<T>(render: () => T, asWritten: () => T, log: TelegramLog): T {
  try {
    return render();
  } catch (error) {
    log.error({ err: error }, 'telegram.render.failed');
    return asWritten();
  }
}
