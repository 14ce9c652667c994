/** What people tap: the answers to approvals and to choices, each of which counts once, and only in its own chat. */
import type { UserEvent } from '../../../machines/session-events.ts';
import { CHOICE_OPTIONS, openChoice } from '../../../machines/session-choices.ts';
import type { Approval, Choice, ChoiceOption, SessionRecord } from '../../../machines/session-record.ts';
import type { AnswersPort, TapOutcome } from '../../telegram/ports.ts';
import type { Store } from '../../store/ports.ts';
import type { Sessions } from '../sessions/sessions.ts';
import type { TrustedFolders } from '../sessions/trusted-folders.ts';

export function createAnswers(
  sessions: Sessions,
  store: Pick<Store, 'unquietSessions'>,
  trust: Pick<TrustedFolders, 'trust'>,
): AnswersPort {
  /** Who waits for an answer is in memory, unless the daemon has just started and has not come to it. */
  async function findAsking(isAsking: (record: SessionRecord) => boolean): Promise<string | null> {
    const open = sessions.open.find(({ record }) => isAsking(record));
    if (open) return open.id;
    for (const id of await store.unquietSessions()) {
      const record = await sessions.record(id);
      if (record && isAsking(record)) return id;
    }
    return null;
  }

  return {
    tapApproval: async (chatId, id, tap, at) => {
      const approvalIn = (record: SessionRecord) =>
        record.chatId === chatId ? record.approvals.find((approval) => approval.id === id) : undefined;
      const asking = await findAsking((record) => approvalIn(record) !== undefined);
      if (asking === null) return 'stale';
      const outcome = await sessions.use(asking, async (session): Promise<TapOutcome> => {
        const before = approvalIn(session.record);
        if (!before || isAnswered(before)) return 'stale';
        await session.tellDurably({ type: 'user.approvalTapped', id, tap, at });
        const after = approvalIn(session.record);
        if (after && isSame(before, after)) return 'stale';
        return { before, after: after && !isAnswered(after) ? after : null };
      });
      return outcome ?? 'stale';
    },

    choose: async (chatId, { sessionId, number, option }, at) => {
      const chosen = await sessions.use(sessionId, async (session) => {
        const choice = session.record.chatId === chatId ? openChoice(session.record, number) : undefined;
        const event = choice && eventOf(choice, option, at);
        if (!event) return false;
        const trusted = event.type === 'user.trust' && choice.about.type === 'trust' ? choice.about : null;
        // First what it is trusted with: no process may start, nor the question be gone, before that is kept.
        if (trusted)
          await trust.trust(
            trusted.folder,
            trusted.programs.map(({ key }) => key),
          );
        await session.tellDurably(event);
        if (trusted) sessions.broadcast({ type: 'daemon.folderTrusted', at });
        return !openChoice(session.record, number);
      });
      return chosen ?? false;
    },
  };
}

/** By a person, though Claude may be still to ask for it again. */
function isAnswered({ request }: Approval): boolean {
  return request.state === 'answered';
}

/** Nothing that a tap changes was changed; its process may have gone meanwhile. */
function isSame(before: Approval, after: Approval): boolean {
  return (
    after.awaits === before.awaits && after.subject === before.subject && after.request.state !== 'answered'
  );
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
