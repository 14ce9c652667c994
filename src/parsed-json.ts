/** JSON that comes from outside. */

/** Undefined if the text is none: a schema refuses that with the same words as any other nonsense. */
export function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What the parser says quotes the text, which may be a person's.
    return undefined;
  }
}
