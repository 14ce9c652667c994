/** What the statechart of a session says in more than one place. */
import type { EndReason, SessionState } from './session-record.ts';

/** What Claude asked of a person may have outlived its process: the answer is kept until it asks again. */
export const SAID_EARLY = { guard: 'awaitsWords', actions: 'takeWords' } as const;

/** Why its process is being ended. */
export const because = (reason: EndReason) => ({ type: 'noteEndReason', params: { reason } }) as const;

/** Which of the four words people see from now on. */
export const shownAs = (state: SessionState) => ({ type: 'noteState', params: { state } }) as const;
