/** The commands that Telegram offers in one chat: the bot's, and those of Claude's in the folder where the chat works. */
import type { Api } from 'grammy';
import type { CommandOffer } from '../../../machines/claude-offers.ts';
import { logFields } from '../api-failure.ts';
import { apiSignal } from '../api.ts';
import type { TelegramLog } from '../log.ts';
import { MENU } from './commands/commands.ts';
import { menuWith } from './offered-commands.ts';

export class ChatMenus {
  readonly #options: { api: Api; log: TelegramLog; signal: AbortSignal };
  /** What each chat was given, as text. */
  readonly #shown = new Map<number, string>();

  /** What every chat shows that was given nothing of its own. */
  readonly #everywhere = JSON.stringify(MENU);

  constructor(options: { api: Api; log: TelegramLog; signal: AbortSignal }) {
    this.#options = options;
  }

  /** A courtesy: nothing waits for it, and what fails is tried again with the next report. */
  show(chatId: number, offered: readonly CommandOffer[]): void {
    const { api, log, signal } = this.#options;
    const menu = menuWith(MENU, offered);
    const text = JSON.stringify(menu);
    if (signal.aborted || (this.#shown.get(chatId) ?? this.#everywhere) === text) return;
    this.#shown.set(chatId, text);
    api
      .setMyCommands(menu, { scope: { type: 'chat', chat_id: chatId } }, apiSignal(signal))
      .catch((error: unknown) => {
        this.#shown.delete(chatId);
        log.debug(logFields(error), 'telegram.chatMenu.failed');
      });
  }
}
