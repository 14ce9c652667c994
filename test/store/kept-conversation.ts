/** A conversation of Claude Code's without what is Claude Code's own (its prompts, its tools' descriptions): the talk alone. */

interface Line {
  type?: unknown;
  uuid?: string;
  parentUuid?: string | null;
}

const TALK = ['user', 'assistant', 'queue-operation', 'last-prompt', 'summary'];

/** @param text a transcript, one JSON object a line */
export function talkOf(text: string): string {
  const lines = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line);
  const parents = new Map(lines.map(({ uuid, parentUuid }) => [uuid, parentUuid ?? null]));
  const talk = lines.filter(({ type }) => TALK.includes(String(type)));
  const kept = new Set(talk.map(({ uuid }) => uuid));
  const nearestKept = (uuid: string | null): string | null =>
    uuid === null || kept.has(uuid) ? uuid : nearestKept(parents.get(uuid) ?? null);
  return talk
    .map((line) =>
      line.parentUuid === undefined ? line : { ...line, parentUuid: nearestKept(line.parentUuid) },
    )
    .map((line) => `${JSON.stringify(line)}\n`)
    .join('');
}
