/** What Claude is asked about its work in a session: how full its context is, and which files it could put back. */
import type { ClaudeUsage, RewindPoint } from '../../../machines/claude-reports.ts';
import type { Refusal, ReportsPort } from '../../telegram/ports.ts';
import { AT_DESK_TEXT } from '../../telegram/texts/at-desk.ts';
import { wake } from '../sessions/awake.ts';
import type { KeptSession } from '../sessions/kept-session.ts';
import type { ClockOfActors } from '../sessions/saving.ts';
import type { Sessions } from '../sessions/sessions.ts';
import {
  CHANGING_FILES_TEXT,
  NOTHING_TO_PUT_BACK_TEXT,
  NOT_STARTED_TEXT,
} from '../../telegram/texts/refusals.ts';

export interface ReportsOptions {
  sessions: Sessions;
  clock: ClockOfActors;
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

export function createReports({ sessions, clock, now }: ReportsOptions): ReportsPort {
  /** As said last. */
  const said = new Map<string, { usage: ClaudeUsage; at: number }>();

  /** Asks a process that is idle. */
  async function whileIdle<T>(
    chatId: number,
    sessionId: string,
    at: number,
    ask: (points: RewindPoint[]) => Promise<T | Refusal>,
  ): Promise<T | Refusal | null> {
    return sessions.use(sessionId, async (session: KeptSession) => {
      if (session.record.chatId !== chatId || session.record.state === 'terminated') return null;
      if (session.record.desk) return { refused: AT_DESK_TEXT };
      await wake(session, { sessions, clock, at });
      const process = sessions.processes.of(sessionId);
      if (session.phase.startsWith('live.active')) return { refused: CHANGING_FILES_TEXT };
      if (session.phase !== 'live.idle' || !process) return { refused: NOT_STARTED_TEXT };
      return ask(await process.rewindPoints());
    });
  }

  return {
    usage: async (sessionId) => {
      const usage = (await sessions.processes.of(sessionId)?.usage()) ?? null;
      if (usage) said.set(sessionId, { usage, at: now() });
      return said.get(sessionId) ?? null;
    },

    rewindPoints: (chatId, sessionId, at) =>
      whileIdle(chatId, sessionId, at, (points) => Promise.resolve(points)),

    rewind: (chatId, sessionId, uuid, at) =>
      whileIdle(chatId, sessionId, at, async (points) => {
        const point = points.find((candidate) => candidate.uuid === uuid);
        const isDone = point && (await sessions.processes.of(sessionId)?.rewind(uuid));
        return isDone ? point.changes : { refused: NOTHING_TO_PUT_BACK_TEXT };
      }),
  };
}
