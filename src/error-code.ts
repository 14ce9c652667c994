/** The system's name for what went wrong. */

/** `ENOSPC` and the like, if the error has one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
