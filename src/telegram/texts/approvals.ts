/** What the bot asks before Claude may use a tool, and what it leaves of the question afterwards. */
import type { Approval, ApprovalDecision } from '../../../machines/session-record.ts';
import { code, rich, type RichText } from '../render/rich-text.ts';
import { splitRichText } from '../render/split.ts';
import { visible } from '../render/visible.ts';
import { toolCallText } from './tool-calls.ts';

/** The texts of the buttons. */
export const ALLOW_LABEL = 'Allow';
export const ALLOW_FOR_SESSION_LABEL = 'Allow for this session';
export const DENY_LABEL = 'Deny';

/** Below Telegram's 4,096, so that what was decided can be added to the last part. */
const PART_LIMIT = 4_000;

/**
 * What Claude wants to do, whole, in as many messages as it takes; the buttons belong on the last one. Nothing in it can
 * be tapped, and what is invisible is shown.
 */
export function approvalText({ toolName, input }: Approval): RichText[] {
  return splitRichText(toolCallText(toolName, input), PART_LIMIT);
}

/** In place of the question. @param outcome what was decided, or why nobody needs to decide any more */
export function approvalClosedText(
  toolName: string,
  outcome: ApprovalDecision | 'interrupted' | 'ended',
): RichText {
  return rich`${OUTCOMES[outcome]}: ${code(visible(toolName))}`;
}

const OUTCOMES: Record<ApprovalDecision | 'interrupted' | 'ended', string> = {
  allow: 'Allowed',
  allowForSession: 'Allowed for this session',
  deny: 'Denied',
  interrupted: 'No longer asked, because the turn was interrupted',
  ended: "No longer asked, because Claude's process ended",
};
