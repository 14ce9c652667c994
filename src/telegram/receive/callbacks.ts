/** Taps on inline buttons: an approval is answered, a session shown or told something. A button that is spent says so and goes away. */
import type { InlineKeyboardMarkup, MessageEntity } from 'grammy/types';
import { openQuestion } from '../../../machines/session-approvals.ts';
import { approvalKeyboard, readCallbackData, type ButtonMeaning } from './callback-data.ts';
import type { ConversationButton } from './conversation-buttons.ts';
import { tapConversation } from './conversation-taps.ts';
import type { MakeTopic } from './own-topic.ts';
import type { SessionButton } from './session-buttons.ts';
import { tapSession, type Tap, type Tapped as Outcome } from './session-taps.ts';
import type { ChatAddress, SessionsPort } from '../ports.ts';
import { bold, concat, type RichText } from '../render/rich-text.ts';
import { tappedText, WORDS_TOAST } from '../texts/approvals.ts';
import { CHOICE_LABELS } from '../texts/choices.ts';
import * as texts from '../texts/messages.ts';
import type { RewindButton } from './rewind-buttons.ts';
import { tapRewind } from './rewind-taps.ts';
import type { SettingButton } from './settings-buttons.ts';
import { tapSetting } from './settings-taps.ts';
import { STOPPING_TOAST, TURN_OVER_TOAST } from '../texts/turn.ts';
import type { StopButton } from './stop-button.ts';
import { threadOf, type UpdateCallback } from './update.ts';

export interface CallbackOptions {
  /** Makes topics in the message's chat; null if that has none. */
  makeTopic: MakeTopic | null;
  sessions: SessionsPort;
  now: () => number;
  /** Shows a toast and ends the button's spinner. Does not wait. */
  toast: (callbackId: string, text: string) => void;
  /** Changes a message, at the chat's pace. Does not wait. */
  edit: (address: ChatAddress, messageId: number, to: Edited) => void;
}

export interface Edited {
  /** Without it the text stays. */
  text?: RichText;
  /** Without it the buttons go. */
  keyboard?: InlineKeyboardMarkup;
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
  } else if (meaning.kind === 'stop') {
    await stopTurn(callback.id, message, meaning, options);
  } else {
    await showWhatCame(callback.id, message, meaning, options);
  }
}

async function answerApproval(
  callbackId: string,
  message: Tapped,
  { approvalId, tap }: Extract<ButtonMeaning, { kind: 'approval' }>,
  { sessions, now, toast, edit }: CallbackOptions,
): Promise<void> {
  const address = addressOf(message);
  const { message_id: messageId } = message;
  const outcome = await sessions.tapApproval(address.chatId, approvalId, tap, now());
  if (outcome === 'stale') {
    toast(callbackId, texts.STALE_QUESTION_TOAST);
    edit(address, messageId, {});
  } else if (tap === 'words') {
    toast(callbackId, WORDS_TOAST);
  } else {
    const { before, after } = outcome;
    const decision = tappedText(before, tap);
    toast(callbackId, decision);
    // The same question goes on, with more or less chosen.
    const isOpen = after !== null && openQuestion(after) === openQuestion(before);
    edit(
      address,
      messageId,
      isOpen ? { keyboard: approvalKeyboard(after) } : withDecision(message, decision),
    );
  }
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
  toast(callbackId, wasOpen ? CHOICE_LABELS[option] : texts.STALE_QUESTION_TOAST);
  edit(address, message.message_id, {});
}

/** A button that came too late goes, like any that is spent; the others go with their turn. */
async function stopTurn(
  callbackId: string,
  message: Tapped,
  { sessionId, turn }: StopButton,
  { sessions, now, toast, edit }: CallbackOptions,
): Promise<void> {
  const address = addressOf(message);
  const isStopping = await sessions.stopTurn(address.chatId, { sessionId, turn }, now());
  toast(callbackId, isStopping ? STOPPING_TOAST : TURN_OVER_TOAST);
  if (!isStopping) edit(address, message.message_id, {});
}

async function showWhatCame(
  callbackId: string,
  message: Tapped,
  button: SessionButton | ConversationButton | SettingButton | RewindButton,
  { sessions, now, toast, edit, makeTopic }: CallbackOptions,
): Promise<void> {
  const address = addressOf(message);
  const tapped = await act(button, { address, sessions, at: now(), makeTopic }, callbackId);
  toast(callbackId, tapped.toast);
  edit(address, message.message_id, tapped.shown);
}

function act(
  button: SessionButton | ConversationButton | SettingButton | RewindButton,
  tap: Tap,
  callbackId: string,
): Promise<Outcome> {
  switch (button.kind) {
    case 'setting':
      return tapSetting(button, tap);
    case 'rewind':
      return tapRewind(button, tap);
    case 'session':
    case 'sessionPage':
      return tapSession(button, tap);
    default:
      return tapConversation(button, { ...tap, callbackId });
  }
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
function withDecision({ text, entities = [] }: Tapped, decision: string): Edited {
  if (text === undefined || text.length > LONGEST_TEXT) return {};
  const asked: RichText = { text, entities: entities.filter(isOwnEntity) };
  return { text: concat(asked, '\n\n', bold(decision)) };
}

type TappedEntity = NonNullable<Tapped['entities']>[number];

function isOwnEntity(entity: TappedEntity): entity is TappedEntity & MessageEntity {
  return OWN_ENTITIES.includes(entity.type);
}
