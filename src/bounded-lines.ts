/** A stream of bytes as lines of text, none of them longer than allowed. */

const NEWLINE = 0x0a;

export class LineTooLongError extends Error {
  override name = 'LineTooLongError';
}

/**
 * The lines of a byte stream, without their ends; a last line without an end counts too. Only `\n` ends a line: Node's
 * readline takes U+2028 and U+2029 for ends as well, which stand in JSON as they are.
 * @param onTooLong told as soon as more than `maxBytes` came without a line end, and then again for each such line; if it
 * does not throw, the line is left out. Default: it throws the LineTooLongError.
 */
export async function* boundedLines(
  chunks: AsyncIterable<Uint8Array>,
  maxBytes: number,
  onTooLong: (error: LineTooLongError) => void = raise,
): AsyncGenerator<string> {
  let parts: Uint8Array[] = [];
  let size = 0;
  let isLeftOut = false;
  const take = (bytes: Uint8Array): void => {
    size += bytes.length;
    if (!isLeftOut && size > maxBytes) {
      isLeftOut = true;
      parts = [];
      onTooLong(tooLong(maxBytes));
    }
    if (!isLeftOut) parts.push(bytes);
  };
  for await (const chunk of chunks) {
    let rest = chunk;
    for (let end = rest.indexOf(NEWLINE); end >= 0; end = rest.indexOf(NEWLINE)) {
      take(rest.subarray(0, end));
      if (!isLeftOut) yield Buffer.concat(parts).toString();
      parts = [];
      size = 0;
      isLeftOut = false;
      rest = rest.subarray(end + 1);
    }
    take(rest);
  }
  if (size > 0 && !isLeftOut) yield Buffer.concat(parts).toString();
}

function raise(error: LineTooLongError): never {
  throw error;
}

function tooLong(maxBytes: number): LineTooLongError {
  return new LineTooLongError(`A line may have at most ${maxBytes} bytes.`);
}
