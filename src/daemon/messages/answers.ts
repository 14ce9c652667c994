/** What people tap: the answers to approvals and to choices, each of which counts once, and only in its own chat. */
import type { UserEvent } from '../../../machines/session-events.ts';
import { CHOICE_OPTIONS, openChoice } from '../../../machines/session-choices.ts';
import type { Choice, ChoiceOption } from '../../../machines/session-record.ts';
import type { AnswersPort, TapOutcome } from '../../telegram/ports.ts';
import type { KeptSession } from '../sessions/kept-session.ts';
import type { Sessions } from '../sessions/sessions.ts';

export function createAnswers(sessions: Sessions): AnswersPort {
  return {
    tapApproval: async (chatId, id, tap, at) => {
      const approvalIn = ({ record }: KeptSession) =>
        record.chatId === chatId ? record.approvals.find((approval) => approval.id === id) : undefined;
      // Who waits for an answer has a process, so it is in memory.
      const asking = sessions.open.find((session) => approvalIn(session) !== undefined);
      if (!asking) return 'stale';
      const outcome = await sessions.use(asking.id, async (session): Promise<TapOutcome> => {
        const before = approvalIn(session);
        if (!before) return 'stale';
        await session.tellDurably({ type: 'user.approvalTapped', id, tap, at });
        const after = approvalIn(session) ?? null;
        return after === before ? 'stale' : { before, after };
      });
      return outcome ?? 'stale';
    },

    choose: async (chatId, { sessionId, number, option }, at) => {
      const chosen = await sessions.use(sessionId, async (session) => {
        const choice = session.record.chatId === chatId ? openChoice(session.record, number) : undefined;
        const event = choice && eventOf(choice, option, at);
        if (!event) return false;
        await session.tellDurably(event);
        return !openChoice(session.record, number);
      });
      return chosen ?? false;
    },
  };
}

/** What the choice tells its session; null if it has no such option. */
function eventOf({ about }: Choice, option: ChoiceOption, at: number): UserEvent | null {
  const options: readonly ChoiceOption[] = CHOICE_OPTIONS[about.type];
  if (!options.includes(option)) return null;
  if (option === 'continue' || option === 'drop') {
    return about.type === 'cutOff' ? { type: `user.${option}`, uuid: about.uuid, at } : null;
  }
  return { type: `user.${option}`, at };
}
