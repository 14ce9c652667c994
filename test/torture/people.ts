/** The people: they write, and answer the approvals that their messages bring, each as the schedule says. */
import type { Message } from 'grammy/types';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import { ALLOW_EDITS_LABEL, TAP_LABELS } from '../../src/telegram/texts/approvals.ts';
import { CHOICE_LABELS } from '../../src/telegram/texts/choices.ts';
import { uuidOf } from '../../src/uuid.ts';
import { ADDRESSES, CHATS, placed, STRANGER, type Address } from './places.ts';
import type { Decision, Deed, HostOrder, Place } from './schedule.ts';

type Say = Extract<Deed, { do: 'say' }>;

/** A message that Claude has to answer. */
export interface Said {
  address: Address;
  messageId: number;
  /** As the daemon derives it. */
  uuid: string;
  text: string;
  /** The uuids of its later words, which begin as the first ones do. */
  edits: string[];
}

/** A command, which the bot answers itself. */
export interface Commanded {
  address: Address;
  messageId: number;
  text: string;
  /** Wall clock, ms since the epoch. */
  at: number;
}

export interface Ordered {
  place: Place;
  order: HostOrder;
}

const { allow: ALLOW, deny: DENY } = TAP_LABELS.tool;
const LABELS: Record<Exclude<Decision, 'never'>, string> = {
  allow: ALLOW,
  double: ALLOW,
  session: ALLOW_EDITS_LABEL,
  deny: DENY,
};

export class People {
  readonly said: Said[] = [];
  readonly commanded: Commanded[] = [];
  /** What somebody on the host asked of a session in this place. */
  readonly ordered: Ordered[] = [];
  /** What the approvals say whose first tap was on Deny. */
  readonly denied: string[] = [];
  readonly #telegram: EmulatedTelegram;
  /** The messages of both kinds, in the order in which they were written. */
  readonly #written: { chatId: number; messageId: number }[] = [];
  readonly #decisions = new Map<string, Decision>();
  /** Approval messages that were answered, or left alone: `chat/message`. */
  readonly #seen = new Set<string>();
  /** The data of buttons that were pressed. */
  readonly #pressed: { chatId: number; userId: number; messageId: number; data: string }[] = [];
  readonly #stopWatching: () => void;

  constructor(telegram: EmulatedTelegram) {
    this.#telegram = telegram;
    this.#stopWatching = telegram.onChange((chatId) => this.#look(chatId));
  }

  say({ place, key, text, decision }: Pick<Say, 'place' | 'key' | 'text'> & { decision?: Decision }): void {
    if (decision) this.#decisions.set(key, decision);
    const { address, messageId } = this.#send(place, text);
    this.#noteSaid(address, messageId, text);
  }

  sendFile({ place, key, text }: Pick<Say, 'place' | 'key' | 'text'>): void {
    const address = ADDRESSES[place];
    const bytes = Buffer.from(`what is in ${key}`);
    const file = { fileName: `${key}.txt`, mimeType: 'text/plain', bytes, caption: text };
    const { message_id: messageId } = this.#telegram.sendFile({ ...placed(address), ...file });
    this.#written.push({ chatId: address.chatId, messageId });
    this.#noteSaid(address, messageId, text);
  }

  edit(place: Place, back: number): void {
    const notes = this.said.filter(
      ({ address, text }) => address === ADDRESSES[place] && text.startsWith('note '),
    );
    const note = notes.at(-back);
    if (!note) return;
    const { address, messageId, uuid, edits } = note;
    const text = `${note.text}, changed ${String(edits.length + 1)}`;
    const { edit_date } = this.#telegram.editText({ chatId: address.chatId, messageId, text });
    edits.push(uuidOf(uuid, 'edit', edit_date ?? 0, text));
  }

  command(place: Place, text: string): number {
    const { address, messageId } = this.#send(place, text);
    this.commanded.push({ address, messageId, text, at: Date.now() });
    return messageId;
  }

  strangerSays(text: string): void {
    this.#telegram.sendText({ chatId: STRANGER, text });
  }

  /** Asks for the list, and taps the `button`th of it, counted around, when it comes. */
  switch(place: Place, button: number): void {
    const asked = this.command(place, '/sessions');
    const { chatId, userId } = ADDRESSES[place];
    const isList = (message: Message): boolean =>
      message.reply_to_message?.message_id === asked && message.reply_markup !== undefined;
    const tap = ({ message_id: messageId, reply_markup }: Message): void => {
      const buttons = reply_markup?.inline_keyboard.flat() ?? [];
      const chosen = buttons[button % buttons.length];
      if (chosen) this.#press({ chatId, userId, messageId, button: chosen.text });
    };
    // The list may be lost with its daemon: then nobody taps.
    this.#telegram.waitForMessage(chatId, isList, 5_000).then(tap, () => undefined);
  }

  /** A message comes once more, as Telegram does it after a crash, or after its update ids started anew. */
  repeat(back: number): void {
    const again = this.#written.at(-back);
    if (!again) return;
    const messages = this.#telegram.messages(again.chatId);
    const message = messages.find(({ message_id }) => message_id === again.messageId);
    if (message) this.#telegram.pushUpdate({ message });
  }

  tapAgain(back: number): void {
    const pressed = this.#pressed.at(-back);
    if (pressed) this.#telegram.pushCallback(pressed);
  }

  /** Denies, and drops, whatever still has buttons that ask for it. */
  declineTheRest(): void {
    for (const chatId of CHATS) {
      for (const message of this.#telegram.messages(chatId)) {
        const button = [DENY, CHOICE_LABELS.drop].find((label) => buttonOf(message, label) !== null);
        if (button) this.#press({ chatId, userId: userIn(chatId), messageId: message.message_id, button });
      }
    }
  }

  close(): void {
    this.#stopWatching();
  }

  #send(place: Place, text: string): { address: Address; messageId: number } {
    const address = ADDRESSES[place];
    const { message_id: messageId } = this.#telegram.sendText({ ...placed(address), text });
    this.#written.push({ chatId: address.chatId, messageId });
    return { address, messageId };
  }

  #noteSaid(address: Address, messageId: number, text: string): void {
    const uuid = uuidOf(this.#telegram.bot.id, address.chatId, messageId);
    this.said.push({ address, messageId, uuid, text, edits: [] });
  }

  #look(chatId: number): void {
    for (const message of this.#telegram.messages(chatId)) {
      const name = `${String(chatId)}/${String(message.message_id)}`;
      if (!(isApproval(message) || isChoice(message)) || this.#seen.has(name)) continue;
      this.#seen.add(name);
      if (isChoice(message)) {
        this.#choose(chatId, message);
        continue;
      }
      const decision = this.#decisionOn(message.text ?? '');
      if (decision !== 'never') this.#decide(chatId, message, decision);
    }
  }

  #decisionOn(text: string): Decision {
    for (const [key, decision] of this.#decisions) if (text.includes(`did-${key}`)) return decision;
    return 'never';
  }

  #decide(chatId: number, message: Message, decision: Exclude<Decision, 'never'>): void {
    const button = buttonOf(message, LABELS[decision]) ? LABELS[decision] : ALLOW;
    const tap = { chatId, userId: userIn(chatId), messageId: message.message_id, button };
    const times = decision === 'double' ? 2 : 1;
    for (let time = 0; time < times; time += 1) this.#press(tap);
  }

  /** Every other turn that was cut off twice goes on. */
  #choose(chatId: number, { message_id: messageId }: Message): void {
    const button = messageId % 2 === 0 ? CHOICE_LABELS.continue : CHOICE_LABELS.drop;
    this.#press({ chatId, userId: userIn(chatId), messageId, button });
  }

  #press(tap: { chatId: number; userId: number; messageId: number; button: string }): void {
    const message = this.#telegram
      .messages(tap.chatId)
      .find(({ message_id }) => message_id === tap.messageId);
    const data = message && buttonOf(message, tap.button);
    if (!data) return;
    const isFirst = !this.#pressed.some(
      ({ chatId, messageId }) => chatId === tap.chatId && messageId === tap.messageId,
    );
    if (isFirst && tap.button === DENY) this.denied.push(message.text ?? '');
    this.#pressed.push({ chatId: tap.chatId, userId: tap.userId, messageId: tap.messageId, data });
    void this.#telegram.press(tap);
  }
}

/** Anyone of those who may. */
function userIn(chatId: number): number {
  const address = Object.values(ADDRESSES).find((candidate) => candidate.chatId === chatId);
  if (!address) throw new Error(`Nobody writes in chat ${String(chatId)}.`);
  return address.userId;
}

function isApproval(message: Message): boolean {
  return buttonOf(message, ALLOW) !== null;
}

/** How a turn that was cut off twice goes on. */
function isChoice(message: Message): boolean {
  return buttonOf(message, CHOICE_LABELS.drop) !== null;
}

/** What the button carries, or null if there is none. */
function buttonOf({ reply_markup }: Message, label: string): string | null {
  const button = reply_markup?.inline_keyboard.flat().find(({ text }) => text === label);
  return button && 'callback_data' in button ? button.callback_data : null;
}
