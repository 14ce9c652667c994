/** Claude Code's own commands: handed on to it, and listed. */
import type { SessionsPort } from '../../ports.ts';
import { commandListText, noCommandListText } from '../../texts/claude-commands.ts';
import { unknownCommandText } from '../../texts/help.ts';
import { findOffered } from '../offered-commands.ts';
import type { CommandCall, ForClaude, Reply, Run } from './command.ts';

const commands: Run = async ({ address, messageId, at }, sessions) => {
  const session = await sessions.currentOrNew(address, messageId, at);
  const offers = await sessions.offers(session, at);
  return { text: offers ? commandListText(offers.commands) : noCommandListText() };
};

const compact: Run = ({ argument }) => Promise.resolve(spoken('compact', argument));

export const CLAUDE_COMMANDS = { compact, commands } satisfies Record<string, Run>;

/** A command that is none of the bot's: Claude's, if Claude Code knows it by this name or by one that Telegram can write. */
export async function claudesOwn(
  name: string,
  { address, messageId, argument, at }: CommandCall,
  sessions: SessionsPort,
): Promise<Reply | ForClaude> {
  const session = await sessions.currentOrNew(address, messageId, at);
  const offers = await sessions.offers(session, at);
  // What keeps Claude from starting is told of a message; so this one becomes one.
  if (!offers) return spoken(name, argument);
  const offered = findOffered(name, offers.commands);
  return offered ? spoken(offered, argument) : { text: unknownCommandText(name) };
}

function spoken(name: string, argument: string): ForClaude {
  return { forClaude: argument === '' ? `/${name}` : `/${name} ${argument}` };
}
