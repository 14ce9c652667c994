/** How each kind of thing that a session owes is said in the chat. */
import type { Api } from 'grammy';
import type { OutboxItem, SessionRecord } from '../../../machines/session-record.ts';
import { openChoice } from '../../../machines/session-choices.ts';
import { approvalKeyboard, choiceKeyboard } from '../receive/callback-data.ts';
import {
  deleteDelivery,
  editDelivery,
  messageDelivery,
  type Delivery,
  type PartsOptions,
} from './delivery.ts';
import type { TelegramLog } from '../log.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { plain, type RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import { approvalClosedText, approvalText } from '../texts/approvals.ts';
import { choiceClosedText, choiceText } from '../texts/choices.ts';
import { emptyAnswerText, liveMessageOverText } from '../texts/delivery.ts';
import { noticeText } from '../texts/notices.ts';

/** Below Telegram's 4,096, so that a line can be set before a part (`topicGoneText`). */
const PART_LIMIT = 4_000;

export function itemDelivery(
  api: Api,
  log: TelegramLog,
  record: SessionRecord,
  item: OutboxItem,
  listener: Pick<PartsOptions, 'onPart' | 'onDone' | 'onOutcomeUnknown' | 'onChatRefused'>,
): Delivery {
  const { body, replyTo, partsSent, doubts } = item;
  const address = { chatId: record.chatId, threadId: record.threadId };
  const message = (parts: () => RichText[], keyboard: PartsOptions['keyboard'] = null) =>
    messageDelivery(api, { address, parts, partsSent, doubts, replyTo, keyboard, ...listener });
  const closing = (messageId: number, text: RichText | null) =>
    editDelivery(api, { chatId: record.chatId, messageId, text, keyboard: null }, () =>
      listener.onDone(messageId),
    );

  switch (body.kind) {
    case 'answer':
      return message(() => answerParts(body.markdown, log));
    case 'notice':
      return message(() => splitRichText(noticeText(body.notice), PART_LIMIT));
    case 'approval': {
      const approval = record.approvals.find(({ id }) => id === body.approvalId);
      // Answered or withdrawn before it was asked.
      if (!approval) return doneDelivery(() => listener.onDone(null));
      const asWritten = () => `${approval.toolName}\n${JSON.stringify(approval.input, null, 2)}`;
      const parts = () => rendered(() => approvalText(approval), asWritten, log);
      return message(parts, approvalKeyboard(approval));
    }
    case 'choice': {
      const choice = openChoice(record, body.number);
      // It no longer mattered before it was asked.
      if (!choice) return doneDelivery(() => listener.onDone(null));
      return message(() => [choiceText(choice.about)], choiceKeyboard(record.id, choice));
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
      const messageId = () => Promise.resolve(body.messageId);
      const gone = { chatId: record.chatId, messageId, insteadText: liveMessageOverText() };
      return deleteDelivery(api, gone, listener.onDone);
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

function answerParts(markdown: string, log: TelegramLog): RichText[] {
  const render = () => splitRichText(renderMarkdown(markdown), PART_LIMIT);
  const parts = rendered(render, () => markdown, log);
  return parts.length > 0 ? parts : [emptyAnswerText()];
}

/** What our renderer fails on is shown as Claude wrote it: better plain than lost. */
function rendered(render: () => RichText[], asWritten: () => string, log: TelegramLog): RichText[] {
  try {
    return render();
  } catch (error) {
    log.error({ err: error }, 'telegram.render.failed');
    return splitRichText(plain(asWritten()), PART_LIMIT);
  }
}
