/** Which session a person means on the command line: by its id, the beginning of one, or its name; or the only one. */
import type { SessionView } from '../../machines/session-view.ts';
import { ControlError } from '../control/protocol.ts';
import { printable } from './printable.ts';
import { table } from './table.ts';

type Named = Pick<SessionView, 'id' | 'name' | 'state' | 'workspace'>;

/** How the argument is described in the help of every command that has it. */
export const SESSION_ARGUMENT =
  'id, the beginning of one, or name, as "hibernaut sessions" shows them; without it the only session there is';

/** A list of more helps nobody. */
const CANDIDATES_SHOWN = 10;

/**
 * The session that is meant. One that has ended is meant only if no other one is.
 * @param given null: the only one that has not ended
 * @throws ControlError if it is none, with the command that lists them, or may be several, with what tells them apart
 */
export function resolveSession<T extends Named>(sessions: readonly T[], given: string | null): T {
  const exact = sessions.find(({ id }) => id === given);
  if (exact) return exact;
  const meant = given === null ? sessions : sessions.filter((session) => mayBe(session, given));
  const living = meant.filter(({ state }) => state !== 'terminated');
  const candidates = living.length > 0 || given === null ? living : meant;
  const [only, ...others] = candidates;
  if (!only) throw new ControlError(given === null ? NONE : noneText(given));
  if (others.length > 0) throw new ControlError(severalText(candidates, given));
  return only;
}

function mayBe({ id, name }: Named, given: string): boolean {
  const wanted = given.toLowerCase();
  return wanted !== '' && (id.startsWith(wanted) || name.toLowerCase() === wanted);
}

const NONE = 'There is no session. The first message to the bot starts one.';

function noneText(given: string): string {
  return `There is no session ${printable(JSON.stringify(given))}. "hibernaut sessions --all" lists them.`;
}

function severalText(candidates: readonly Named[], given: string | null): string {
  const shown = candidates.slice(0, CANDIDATES_SHOWN);
  const rows = shown.map(({ id, name, state, workspace }) => [id, name, state, workspace].map(printable));
  const rest = candidates.length - shown.length;
  return [
    given === null
      ? `There are ${String(candidates.length)} sessions. Say which, by its id:`
      : `${printable(JSON.stringify(given))} may be any of ${String(candidates.length)} sessions. Say which, by its id:`,
    ...table([['ID', 'NAME', 'STATE', 'FOLDER'], ...rows]).map((row) => `  ${row}`),
    ...(rest > 0 ? [`  … ${String(rest)} more: "hibernaut sessions" lists them.`] : []),
  ].join('\n');
}
