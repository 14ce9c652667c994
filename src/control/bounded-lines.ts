/** A stream of bytes as lines of text, none of them longer than allowed. */

const NEWLINE = 0x0a;

export class LineTooLongError extends Error {
  override name = 'LineTooLongError';
}

/**
 * The lines of a byte stream, without their ends; a last line without an end counts too.
 * @throws LineTooLongError as soon as more than `maxBytes` came without a line end
 */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      if (size + end > maxBytes) throw tooLong(maxBytes);
      yield Buffer.concat([...parts, rest.subarray(0, end)]).toString();
      parts = [];
      size = 0;
      rest = rest.subarray(end + 1);
    }
    parts.push(rest);
    size += rest.length;
    if (size > maxBytes) throw tooLong(maxBytes);
  }
  if (size > 0) yield Buffer.concat(parts).toString();
}

function tooLong(maxBytes: number): LineTooLongError {
  return new LineTooLongError(`A line may have at most ${maxBytes} bytes.`);
}
