/** A reply to the message that asks for a session's new name. The button of that message says which session it is. */
import type { BotIdentity } from '../api.ts';
import type { SessionsPort } from '../ports.ts';
import { sessionName } from '../../words/session-name.ts';
import { plain } from '../render/rich-text.ts';
import { renamedText, SESSION_GONE_TOAST } from '../texts/session-cards.ts';
import { nothingSaidText } from '../texts/messages.ts';
import type { Reply } from './commands/command.ts';
import { readSessionButton } from './session-buttons.ts';
import type { UpdateMessage } from './update.ts';

/** The session's id, or null for every other message. */
export function renamedBy({ reply_to_message: asked }: UpdateMessage, bot: BotIdentity): string | null {
  // Only the bot's own messages have buttons that it made.
  if (asked?.from?.id !== bot.id) return null;
  const buttons = (asked.reply_markup?.inline_keyboard.flat() ?? []).map(({ callback_data: data }) =>
    data === undefined ? null : readSessionButton(data),
  );
  const keep = buttons.find((button) => button?.kind === 'session' && button.action === 'keepName');
  return keep?.kind === 'session' ? keep.sessionId : null;
}

export async function renameReply(
  sessionId: string,
  words: string,
  chatId: number,
  { sessions, now }: { sessions: SessionsPort; now: () => number },
): Promise<Reply> {
  const name = sessionName(words);
  if (name === null) return { text: nothingSaidText() };
  const session = await sessions.rename(chatId, sessionId, name, now());
  return { text: session ? renamedText(session) : plain(SESSION_GONE_TOAST) };
}
