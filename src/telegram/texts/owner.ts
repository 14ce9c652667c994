/** What the owner is told of troubles that only they can mend, and that these are over. */
import { formatBytes } from '../../resident-memory.ts';
import { code, rich, type RichText } from '../render/rich-text.ts';

export type OwnerTrouble =
  /** Claude Code refuses to work, in a session of somebody else. */
  | { about: 'login' }
  /** Little room is left where Hibernaut keeps its records, or sessions work. */
  | { about: 'disk'; folder: string; availableBytes: number }
  /** Another program takes the bot's updates. */
  | { about: 'poller' }
  /** Records that could not be read. `path`: of one of them. */
  | { about: 'records'; count: number; path: string }
  /** Claude crashes again and again in a session of somebody else. */
  | { about: 'crashes'; workspace: string };

export function troubleBegunText(trouble: OwnerTrouble): RichText {
  switch (trouble.about) {
    case 'login':
      return rich`Claude Code is not logged in, so it works for nobody here. Run ${code('claude')} on the host and there ${code('/login')}. What was written meanwhile is kept, and goes to Claude with the next message in its chat.`;
    case 'disk':
      return rich`The host's disk is nearly full: ${formatBytes(trouble.availableBytes)} are left for ${code(trouble.folder)}. Free some space. When none is left, I can accept no messages, and Claude can write no files.`;
    case 'poller':
      return rich`Another program fetches this bot's messages with the same token, so some of yours may not reach me. What I send still arrives. Stop the other program, or give me a new token (@BotFather, Revoke current token); then I go on by myself.`;
    case 'records':
      return trouble.count === 1
        ? rich`What I kept of one session or chat can't be read. It is on the host, in ${code(trouble.path)}. Put a backup in its place if you have one; who wrote there is told, or begins anew.`
        : rich`${String(trouble.count)} files of what I kept of sessions and chats can't be read. They are on the host, one of them in ${code(trouble.path)}. Look at that disk, and put a backup in their place if you have one; who wrote there is told, or begins anew.`;
    case 'crashes':
      return rich`Claude crashes again and again in somebody's session in ${code(trouble.workspace)}, so it is suspended. The log on the host says how it crashed: often the machine has too little memory.`;
  }
}

/** Null: nobody wonders. */
export function troubleOverText({ about }: Pick<OwnerTrouble, 'about'>): RichText | null {
  switch (about) {
    case 'poller':
      return rich`No other program fetches this bot's messages any more: all of yours reach me again.`;
    case 'disk':
      return rich`The host's disk has enough room again.`;
    case 'login':
      return rich`Claude Code is logged in again.`;
    default:
      return null;
  }
}
