/** What people share that is no file and can be said in words: places, contacts, polls, dice, checklists. */
import { z } from 'zod';
import { oneLine } from '../../words/one-line.ts';
import type { ContextNote } from '../arrival.ts';

const words = z.string().max(5_000);
const location = z.object({ latitude: z.number(), longitude: z.number() });
const venue = z.object({ location, title: words, address: words });
const contact = z.object({ phone_number: words, first_name: words, last_name: words.optional() });
const poll = z.object({ question: words, options: z.array(z.object({ text: words })).max(100) });
const dice = z.object({ emoji: words, value: z.int() });
const checklist = z.object({
  title: words,
  tasks: z.array(z.object({ text: words, completion_date: z.number().optional() })).max(200),
});

const MAX_LINE = 500;

/** Null if the message shares nothing of the kind. */
export function sharedThingIn(message: object): ContextNote | null {
  const of = (field: string): unknown => Reflect.get(message, field);
  // A venue comes with its location as a field of its own too (Bot API, Message).
  return (
    sharedVenue(of('venue')) ??
    sharedLocation(of('location')) ??
    sharedContact(of('contact')) ??
    sharedPoll(of('poll')) ??
    sharedDice(of('dice')) ??
    sharedChecklist(of('checklist'))
  );
}

function sharedVenue(value: unknown): ContextNote | null {
  const read = venue.safeParse(value).data;
  if (!read) return null;
  return note(`A place: ${line(read.title)}, ${line(read.address)} (${coordinates(read.location)})`);
}

function sharedLocation(value: unknown): ContextNote | null {
  const read = location.safeParse(value).data;
  return read ? note(`A location: ${coordinates(read)}`) : null;
}

function coordinates({ latitude, longitude }: z.infer<typeof location>): string {
  return `latitude ${latitude}, longitude ${longitude}`;
}

function sharedContact(value: unknown): ContextNote | null {
  const read = contact.safeParse(value).data;
  if (!read) return null;
  return note(`A contact: ${line(`${read.first_name} ${read.last_name ?? ''}`)}, ${line(read.phone_number)}`);
}

function sharedPoll(value: unknown): ContextNote | null {
  const read = poll.safeParse(value).data;
  if (!read) return null;
  return note('A poll:', [read.question, ...read.options.map(({ text }) => `- ${text}`)].join('\n'));
}

function sharedDice(value: unknown): ContextNote | null {
  const read = dice.safeParse(value).data;
  return read ? note(`A roll of ${line(read.emoji)}: ${read.value}`) : null;
}

function sharedChecklist(value: unknown): ContextNote | null {
  const read = checklist.safeParse(value).data;
  if (!read) return null;
  const tasks = read.tasks.map(
    ({ text, completion_date: done }) => `- [${done === undefined ? ' ' : 'x'}] ${text}`,
  );
  return note('A checklist:', [read.title, ...tasks].join('\n'));
}

function note(heading: string, quoted: string | null = null): ContextNote {
  return { heading, quoted };
}

function line(text: string): string {
  return oneLine(text, MAX_LINE);
}
