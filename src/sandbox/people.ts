/** The people of the sandbox, and the forum that they share. */

import { type EmulatedTelegram } from './ports.ts';

export interface Person {
  readonly id: number;
  readonly name: string;
  /** Whether the daemon lets them in. */
  readonly allowed: boolean;
}

export const people: readonly [Person, Person, Person] = [
  { id: 1001, name: 'Anna', allowed: true },
  { id: 1002, name: 'Ben', allowed: true },
  { id: 1003, name: 'Sam', allowed: false },
];

export const forum = {
  chatId: -1_001_000_000_001,
  title: 'Workshop',
  topics: ['Website', 'Server'],
} as const;

type PeopleOf = Pick<EmulatedTelegram, 'chats' | 'introduce' | 'openChat' | 'createGroup' | 'createTopic'>;

/** Brings them into the emulator; on a restart they are there already, with all that was said. */
export function settle(telegram: PeopleOf): void {
  for (const { id, name } of people) {
    telegram.introduce({ userId: id, firstName: name });
    telegram.openChat(id);
  }
  const { chatId, title, topics } = forum;
  if (telegram.chats().some(({ id }) => id === chatId)) return;
  telegram.createGroup({ chatId, title, isForum: true });
  for (const name of topics) telegram.createTopic({ chatId, userId: people[0].id, name });
}
