/** What an answer of the scripted model is made of. Rules yield these; stream.ts and model.ts put them on the wire. */

export type Part =
  /** Text, in the pieces in which it is streamed, `pauseMs` before each. */
  | { kind: 'text'; deltas: string[]; pauseMs: number }
  | { kind: 'thinking'; text: string }
  /** Claude runs the tool and comes back with its result. */
  | { kind: 'tool'; name: string; input: Record<string, unknown> }
  /** The stream stays open and nothing more comes. */
  | { kind: 'hang' }
  /** An HTTP error in place of an answer. */
  | { kind: 'fail'; status: number };

export interface ToolResult {
  text: string;
  /** It failed, or the user refused it. */
  failed: boolean;
}

/** A rule's answer, written from top to bottom as if it ran through: `const result = yield tool(...)`. */
export type Answer = Generator<Part, void, ToolResult>;

const PIECE_LENGTH = 400;

/** Text that is streamed in at least three pieces (as far as it has so many characters), without pauses. */
export function say(text: string): Part {
  const characters = Array.from(text);
  const length = Math.max(1, Math.min(PIECE_LENGTH, Math.ceil(characters.length / 3)));
  const deltas: string[] = [];
  for (let start = 0; start < characters.length; start += length) {
    deltas.push(characters.slice(start, start + length).join(''));
  }
  return { kind: 'text', deltas, pauseMs: 0 };
}

export function think(text: string): Part {
  return { kind: 'thinking', text };
}

export function tool(name: string, input: Record<string, unknown>): Part {
  return { kind: 'tool', name, input };
}
