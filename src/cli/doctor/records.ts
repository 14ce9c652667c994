/** The records in the data folder: how many, and which of them can't be read, and why. */
import type { Examination } from '../../store/examination.ts';
import type { SetAside } from '../../store/ports.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

/** So many files of one kind are named; of the rest, the number. */
const NAMED = 5;

export function recordsCheck(examine: () => Promise<Examination>): Check {
  return {
    name: 'Records',
    timeoutMs: 60_000,
    probe: async () => judge(await examine()),
  };
}

function judge(seen: Examination): Finding[] {
  const { sessions, chats, newerFolder, unreadable, newer, setAside } = seen;
  return [
    ...(newerFolder ? [refused(newerFolder)] : []),
    ...named(unreadable, ({ path, why }) =>
      problem(
        `${path} can't be read: ${why}`,
        'The next start moves it aside, and a new one takes its place. Put a backup in its place first, if you have one.',
      ),
    ),
    // Of a folder that is refused they are part of what was said.
    ...named(newerFolder ? [] : newer, ({ path, why }) =>
      problem(
        `${path} is of ${why}.`,
        'Update Hibernaut; until then the file stays as it is, and nothing is saved over it.',
      ),
    ),
    ...named(setAside, ({ path }) =>
      warning(
        `${path} could not be read, and was set aside.`,
        'Look whether you need it. Removed, it is told of no more.',
      ),
    ),
    ok(
      `${String(sessions)} ${sessions === 1 ? 'session' : 'sessions'} of ${String(chats)} ${chats === 1 ? 'chat' : 'chats'}`,
    ),
  ];
}

function refused({ writtenBy, why }: NonNullable<Examination['newerFolder']>): Finding {
  const writer = writtenBy === null ? 'a newer Hibernaut' : `Hibernaut ${writtenBy}`;
  return problem(
    `The data folder was written by ${writer} (${why}). This one does not start on it, and changes nothing.`,
    `Install ${writtenBy === null ? 'the newer Hibernaut' : `Hibernaut ${writtenBy} or newer`} again, or set HIBERNAUT_DATA_DIR to another folder.`,
  );
}

function named(files: readonly SetAside[], finding: (file: SetAside) => Finding): Finding[] {
  const [first] = files;
  if (!first) return [];
  const rest = files.length - NAMED;
  const { level } = finding(first);
  return [
    ...files.slice(0, NAMED).map(finding),
    ...(rest > 0 ? [{ level, found: `… and ${String(rest)} more like these` }] : []),
  ];
}
