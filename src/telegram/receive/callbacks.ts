/** Taps on inline buttons: an approval is answered, a session chosen. A button that is spent says so and goes away. */
import type { MessageEntity } from 'grammy/types';
import type { ApprovalDecision } from '../../../machines/session-record.ts';
import { readCallbackData, type ButtonMeaning } from './callback-data.ts';
import { sessionsReply, type Reply } from './commands.ts';
import type { ChatAddress, SessionsPort } from '../ports.ts';
import { bold, concat, type RichText } from '../render/rich-text.ts';
import { CHOICE_LABELS } from '../texts/choices.ts';
import * as texts from '../texts/messages.ts';
import { threadOf, type UpdateCallback } from './update.ts';

export interface CallbackOptions {
  sessions: SessionsPort;
  now: () => number;
  /** Shows a toast and ends the button's spinner. Does not wait. */
  toast: (callbackId: string, text: string) => void;
  /** Replaces a message's text and its buttons, at the chat's pace. Without text only the buttons go. Does not wait. */
  edit: (address: ChatAddress, messageId: number, to: Reply | null) => void;
}

type Tapped = NonNullable<UpdateCallback['message']>;

/** Resolves when what the tap does is durable. */
export async function handleCallback(callback: UpdateCallback, options: CallbackOptions): Promise<void> {
  const { message, data } = callback;
  const meaning = data === undefined ? null : readCallbackData(data);
  if (!message || !meaning) {
    options.toast(callback.id, texts.STALE_BUTTON_TOAST);
  } else if (meaning.kind === 'approval') {
    await answerApproval(callback.id, message, meaning, options);
  } else if (meaning.kind === 'choice') {
    await choose(callback.id, message, meaning, options);
  } else {
    await selectSession(callback.id, message, meaning.sessionId, options);
  }
}

async function answerApproval(
  callbackId: string,
  message: Tapped,
  { approvalId, decision }: { approvalId: string; decision: ApprovalDecision },
  { sessions, now, toast, edit }: CallbackOptions,
): Promise<void> {
  const address = addressOf(message);
  const wasOpen = await sessions.answerApproval(address.chatId, approvalId, decision, now());
  toast(callbackId, wasOpen ? texts.DECIDED_TOAST[decision] : texts.STALE_APPROVAL_TOAST);
  edit(address, message.message_id, wasOpen ? decidedReply(message, decision) : null);
}

/** What is left of the question is the session's to say; the buttons go at once. */
async function choose(
  callbackId: string,
  message: Tapped,
  { sessionId, number, option }: Extract<ButtonMeaning, { kind: 'choice' }>,
  { sessions, now, toast, edit }: CallbackOptions,
): Promise<void> {
  const address = addressOf(message);
  const wasOpen = await sessions.choose(address.chatId, { sessionId, number, option }, now());
  toast(callbackId, wasOpen ? CHOICE_LABELS[option] : texts.STALE_CHOICE_TOAST);
  edit(address, message.message_id, null);
}

async function selectSession(
  callbackId: string,
  message: Tapped,
  sessionId: string,
  { sessions, toast, edit }: CallbackOptions,
): Promise<void> {
  const address = addressOf(message);
  const selected = await sessions.select(address, sessionId);
  toast(callbackId, selected ? texts.selectedToast(selected.name) : texts.SESSION_GONE_TOAST);
  edit(address, message.message_id, await sessionsReply(address, sessions));
}

function addressOf(message: Tapped): ChatAddress {
  return { chatId: message.chat.id, threadId: threadOf(message) };
}

/** Room for the line that is added. */
const LONGEST_TEXT = 4_000;
/** What may be said of a text; the others Telegram finds by itself. */
const OWN_ENTITIES = [
  'bold',
  'italic',
  'underline',
  'strikethrough',
  'blockquote',
  'code',
  'pre',
  'text_link',
];

/** What was decided, below what was asked: it stays visible what one has allowed. */
function decidedReply({ text, entities = [] }: Tapped, decision: ApprovalDecision): Reply | null {
  if (text === undefined || text.length > LONGEST_TEXT) return null;
  const asked: RichText = { text, entities: entities.filter(isOwnEntity) };
  return { text: concat(asked, '\n\n', bold(texts.DECIDED_TOAST[decision])) };
}

type TappedEntity = NonNullable<Tapped['entities']>[number];

function isOwnEntity(entity: TappedEntity): entity is TappedEntity & MessageEntity {
  return OWN_ENTITIES.includes(entity.type);
}
