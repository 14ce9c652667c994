/** What the bot answers about how turns are shown. */
import { code, rich, type RichText } from '../render/rich-text.ts';

export function verboseText(isVerbose: boolean): RichText {
  return isVerbose
    ? rich`Turns are shown here with every tool call, and with what Claude thinks where it shows that. ${code('/verbose off')} shows only what it does now.`
    : rich`Turns are shown here in short: what Claude does now. /verbose shows every tool call.`;
}

export function draftsText(usesDrafts: boolean): RichText {
  return usesDrafts
    ? rich`From the next turn on I show turns here as drafts: they move as Claude writes, and nothing but the answer stays of them. ${code('/drafts off')} goes back to a message.`
    : rich`Turns are shown here in a message, of which a line stays. ${code('/drafts on')} shows them as drafts from the next turn on.`;
}

export function noDraftsText(): RichText {
  return rich`Telegram has drafts only in private chats, so turns stay in a message here.`;
}
