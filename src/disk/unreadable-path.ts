/** The name under which a file is kept that can't be read. */

/** `s1.json` becomes `s1.json.unreadable-20261124T120000000Z`. @param now wall clock, ms since the epoch */
export function unreadablePath(path: string, now: number): string {
  return `${path}.unreadable-${new Date(now).toISOString().replace(/[-:.]/g, '')}`;
}

/** Whether a file has such a name. */
export function isUnreadableName(fileName: string): boolean {
  return /\.unreadable-\d{8}T/.test(fileName);
}
