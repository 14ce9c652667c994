/** People write again where a session holds their messages, as the bot has asked them to. */
import type { SessionView } from '../../machines/session-view.ts';
import type { EmulatedTelegram } from '../../src/sandbox/ports.ts';
import type { People } from './people.ts';
import { ADDRESSES } from './places.ts';
import { PLACES, type Place } from './schedule.ts';

/** Once for each time that a session holds messages. */
export class Nudges {
  readonly #people: People;
  readonly #telegram: EmulatedTelegram;
  readonly #given = new Map<string, number>();
  #count = 0;

  constructor(people: People, telegram: EmulatedTelegram) {
    this.#people = people;
    this.#telegram = telegram;
  }

  give({ id, chatId, threadId, lastActivityAt }: SessionView): void {
    if (this.#given.get(id) === lastActivityAt) return;
    this.#given.set(id, lastActivityAt);
    const place = PLACES.find((name) => isAt(name, chatId, threadId));
    if (!place) return;
    // It may not be the chat's current one.
    const { userId } = ADDRESSES[place];
    const messageId = this.#people.said.find(({ address }) => address === ADDRESSES[place])?.messageId ?? 1;
    this.#telegram.pushCallback({ chatId, userId, messageId, data: `s:${id}` });
    this.#count += 1;
    const key = `nudge-${id}-${String(this.#count)}-${String(lastActivityAt)}`;
    this.#people.say({ place, key, text: `note ${key}` });
  }
}

function isAt(place: Place, chatId: number, threadId: number | null): boolean {
  const address = ADDRESSES[place];
  return address.chatId === chatId && address.threadId === threadId;
}
