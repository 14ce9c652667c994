/** Messages with buttons: those that ask something, and the live message of a turn, whose button stops it. */
import type { Message } from 'grammy/types';
import { STOP_LABEL } from '../../src/telegram/texts/turn.ts';

/** Whether it has buttons, and is no live message. */
export function isAsking(message: Pick<Message, 'reply_markup'>): boolean {
  return message.reply_markup !== undefined && !isLiveMessage(message);
}

/** Whether it shows a turn that goes on. */
export function isLiveMessage({ reply_markup: markup }: Pick<Message, 'reply_markup'>): boolean {
  return markup?.inline_keyboard[0]?.[0]?.text === STOP_LABEL;
}
