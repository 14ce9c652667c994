/** The commands that the bot registered, by scope (Bot API, BotCommandScope). */
import { type BotCommand } from 'grammy/types';

/** A scope as one word: `default`, `all_private_chats`, `chat:7` … with the language behind it, if any. */
export type MenuKey = string;

export class CommandMenus {
  readonly #menus: Map<MenuKey, BotCommand[]>;

  constructor(state: Record<MenuKey, BotCommand[]> = {}) {
    this.#menus = new Map(Object.entries(state));
  }

  get state(): Record<MenuKey, BotCommand[]> {
    return Object.fromEntries(this.#menus);
  }

  /** What a person sees in a private chat. */
  get shown(): readonly BotCommand[] {
    return this.get('all_private_chats').length > 0 ? this.get('all_private_chats') : this.get('default');
  }

  /** What a person sees in this private chat: the narrowest menu that there is. */
  shownIn(chatId: number): readonly BotCommand[] {
    const own = this.get(`chat:${String(chatId)}`);
    return own.length > 0 ? own : this.shown;
  }

  get(key: MenuKey): BotCommand[] {
    return this.#menus.get(key) ?? [];
  }

  set(key: MenuKey, commands: BotCommand[]): void {
    this.#menus.set(key, commands);
  }

  delete(key: MenuKey): void {
    this.#menus.delete(key);
  }
}
