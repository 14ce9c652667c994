/** Commands about the state that the current session is in: show it, suspend it, interrupt it, take it back from the desk, and when it is suspended by itself. */
import { parseDuration } from '../../../words/duration.ts';
import { join } from '../../render/rich-text.ts';
import { interruptText, noSessionText, suspendText } from '../../texts/sessions.ts';
import { badTimeoutText, statusText, timeoutChangedText, timeoutText } from '../../texts/status.ts';
import { troubleLines } from '../../texts/troubles.ts';
import { detachText } from '../../texts/at-desk.ts';
import { aboutCurrent, unlessAtDesk, type Run } from './command.ts';

const status: Run = async ({ address, at, conflict }, sessions) => {
  const session = await sessions.current(address);
  const troubles = {
    conflict,
    undelivered: sessions.undelivered(),
    unconfirmed: [session?.unconfirmed ?? null, await sessions.replies.unconfirmed(address.chatId)],
  };
  const about = session ? statusText(session, at) : noSessionText();
  return { text: join([about, ...troubleLines(address.chatId, troubles, at)], '\n') };
};

const timeout: Run = async ({ address, argument, at }, sessions) => {
  if (argument === '') return aboutCurrent(await sessions.current(address), timeoutText);
  const duration = parseDuration(argument);
  if ('refused' in duration) return { text: badTimeoutText(argument, duration.refused) };
  const changed = await sessions.setIdleTimeout(address, duration.ms, at);
  return aboutCurrent(changed, timeoutChangedText);
};

export const LIFECYCLE_COMMANDS = {
  status,
  timeout,
  suspend: async ({ address, at }, sessions) =>
    aboutCurrent(await sessions.suspend(address, at), unlessAtDesk(suspendText)),
  stop: async ({ address, at }, sessions) =>
    aboutCurrent(await sessions.interrupt(address, at), unlessAtDesk(interruptText)),
  detach: async ({ address, at }, sessions) => {
    const before = await sessions.current(address);
    if (before?.desk) await sessions.detach(address, at);
    return aboutCurrent(before, detachText);
  },
} satisfies Record<string, Run>;
