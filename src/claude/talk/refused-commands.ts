/** Slash commands of Claude Code's that a session can't survive, and what the chat is told instead. Pure. */

/**
 * `/clear` (and its other names) begins another conversation under another id within the same process
 * (seen with Claude Code 2.1.330). The session would resume the old one, and look for its prompts there.
 */
const BEGINS_ANOTHER_CONVERSATION = /^\/(clear|reset|new)(\s|$)/i;

/** The answer to a prompt that must not reach Claude, or null if it may. */
export function refusalOf(text: string): string | null {
  return BEGINS_ANOTHER_CONVERSATION.test(text.trim())
    ? 'Send /clear as a message of its own to begin a new conversation.'
    : null;
}
