/** The Stately inspector, over the control socket: open for as long as somebody holds the connection. */
import { setTimeout as wait } from 'node:timers/promises';
import { z } from 'zod';
import type { ControlMethod } from '../../control/protocol.ts';
import type { Desk } from '../../daemon/desk/desk.ts';
import type { Inspector, Opened } from '../../watch/inspector/inspector.ts';
import { asked, meantBy } from './session-methods.ts';

export const openedSchema = z.object({
  /** Holds the token. */
  url: z.string(),
  /** The id of the session that is shown; null: all. */
  session: z.string().nullable(),
  viewers: z.number(),
  /** Whether it stays open after the caller has gone: HIBERNAUT_INSPECT keeps it. */
  stays: z.boolean(),
});

const parameters = z.object({
  /** As a person wrote it; null: all. */
  session: z.string().max(200).nullable(),
  /** The address that the caller had from a daemon before this one. */
  again: z.string().max(200).nullable(),
});

/** Only who writes to a caller notices that it was killed; its address must not outlive it. */
const SIGN_OF_LIFE_MS = 1_000;

export interface InspectSources {
  inspector: Pick<Inspector, 'open'>;
  /** What HIBERNAUT_INSPECT keeps open, or null. */
  standing: () => Opened | null;
  /** Throws as long as the daemon does not serve. */
  desk: () => Pick<Desk, 'view' | 'views'>;
}

/** A stream that says every second where it is open, and for how many viewers. It closes with the stream. */
export function inspectMethods({ inspector, standing, desk }: InspectSources): Record<string, ControlMethod> {
  return {
    inspect: async function* (params, signal) {
      const { session, again } = asked('inspect', parameters, params);
      const scope = session === null ? null : (await meantBy(desk(), session)).id;
      const kept = scope === null ? standing() : null;
      const opened = kept ?? (await inspector.open({ scope, again: again ?? undefined }));
      try {
        while (!signal.aborted) {
          const { url, viewers } = opened;
          yield { url, session: scope, viewers, stays: kept !== null } satisfies z.infer<typeof openedSchema>;
          await wait(SIGN_OF_LIFE_MS, undefined, { signal }).catch(() => undefined);
        }
      } finally {
        if (!kept) await opened.close();
      }
    },
  };
}
