/** How a stranger gets in: with the code that `hibernaut pair` showed on the host, sent in a private chat. */
import { z } from 'zod';
import { idOfMoment } from '../../made-up-ids.ts';
import { readPairingCode } from '../../pairing-code.ts';
import type { AccessPort, PairingAttempt, SessionsPort } from '../ports.ts';
import type { RichText } from '../render/rich-text.ts';
import { codeWantedText, pairedNewsText, welcomeText, wrongCodeText } from '../texts/access.ts';
import type { KnownUpdate } from './update.ts';

const name = z.string().max(1_000);
/** A private message of a person. */
const knock = z.object({
  message: z.object({
    message_id: z.int(),
    chat: z.object({ id: z.int().positive(), type: z.literal('private') }),
    from: z.object({
      id: z.int().positive(),
      is_bot: z.literal(false),
      first_name: name,
      last_name: name.optional(),
      username: name.optional(),
    }),
    sender_chat: z.undefined().optional(),
    forward_origin: z.undefined().optional(),
    text: z.string().max(200),
  }),
});

/** What a stranger may be heard for: nothing, unless a code waits for its person. */
export function readStrangers(update: unknown, access: AccessPort): KnownUpdate | null {
  return access.isPairing ? readPairing(update) : null;
}

/** The message that let an allowed person in, if it is delivered again: what it began may not be finished. */
export function readPairedBefore(update: unknown, access: AccessPort): KnownUpdate | null {
  const read = readPairing(update);
  return read && access.wasPairedBy(read.attempt.userId, read.attempt.messageId) ? read : null;
}

function readPairing(update: unknown): (KnownUpdate & { kind: 'pairing' }) | null {
  const message = knock.safeParse(update).data?.message;
  if (message?.chat.id !== message?.from.id || !message) return null;
  const { from, text, message_id: messageId } = message;
  // What the link with the code, and a tap on Start, send.
  const started = /^\/start(?:@\w+)?(?:\s+(.*))?$/is.exec(text.trim());
  const code = readPairingCode(started ? (started[1] ?? '') : text);
  if (!started && code === null) return null;
  const attempt = { userId: from.id, name: nameOf(from), messageId, code };
  return { chatId: from.id, kind: 'pairing', attempt };
}

/** What is kept of a name. */
const LONGEST_NAME = 100;

function nameOf(from: z.infer<typeof knock>['message']['from']): string {
  const spoken = [from.first_name, from.last_name].filter(Boolean).join(' ');
  const whole = from.username === undefined ? spoken : `${spoken} (@${from.username})`;
  return [...whole].slice(0, LONGEST_NAME).join('');
}

export interface PairingOptions {
  sessions: Pick<SessionsPort, 'access' | 'chatIds'>;
  /** Owes an answer to a message, if it was not answered before; resolves when that is durable. */
  sayOnce: (chatId: number, messageId: number, text: RichText) => Promise<void>;
  /** Says something to somebody who is not allowed. Does not wait. */
  tellStranger: (chatId: number, text: RichText) => void;
}

/** Resolves when the person is in, is greeted, and the others have it to read: all of that durably, each once. */
export async function handlePairing(attempt: PairingAttempt, options: PairingOptions): Promise<void> {
  const { access } = options.sessions;
  const outcome = await access.redeem(attempt);
  switch (outcome.kind) {
    case 'ignored':
      return;
    case 'asked':
      return options.tellStranger(attempt.userId, codeWantedText());
    case 'wrong':
      return options.tellStranger(attempt.userId, wrongCodeText());
    case 'paired':
      await options.sayOnce(attempt.userId, attempt.messageId, welcomeText());
      await tellOthers(attempt, outcome.since, options);
  }
}

/** Those who were allowed before and ever used the bot learn of it in their private chats. */
async function tellOthers(attempt: PairingAttempt, since: number, options: PairingOptions): Promise<void> {
  const { sessions } = options;
  const { access } = sessions;
  const known = await sessions.chatIds();
  const others = known.filter((chatId) => chatId !== attempt.userId && access.isAllowed(chatId));
  // No message asked for it; the time makes it one of a kind.
  for (const chatId of others) await options.sayOnce(chatId, idOfMoment(since), pairedNewsText(attempt));
}
