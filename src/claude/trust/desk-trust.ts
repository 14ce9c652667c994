/** Whether a person has trusted a folder in Claude Code itself, in a terminal: it keeps that in its `.claude.json`. */
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { parsedJson } from '../../parsed-json.ts';
import { readBounded } from './read-bounded.ts';
import { withParents, type Repository } from './repository.ts';

const record = z.looseObject({
  projects: z
    .record(z.string(), z.looseObject({ hasTrustDialogAccepted: z.boolean().optional() }))
    .optional(),
});

/**
 * As Claude Code 2.1.330 does it: the answer counts for the folders below, but only within one repository, and of a
 * worktree that of its main checkout. What can't be read says no.
 * @param folder absolute, behind all links
 */
export async function isTrustedAtDesk(
  folder: string,
  repository: Repository | null,
  environment: Readonly<Record<string, string>>,
): Promise<boolean> {
  const above = withParents(folder);
  const bounded = repository ? above.slice(0, above.indexOf(repository.root) + 1) : above;
  const trusted = await trustedFolders(environment);
  return [...bounded, ...(repository?.mainRoot ? [repository.mainRoot] : [])].some((each) =>
    trusted.has(each),
  );
}

async function trustedFolders(environment: Readonly<Record<string, string>>): Promise<ReadonlySet<string>> {
  const home = environment['HOME'] ?? homedir();
  const folder = environment['CLAUDE_CONFIG_DIR'] ?? home;
  // An older file takes precedence where there is one.
  const files = [
    join(environment['CLAUDE_CONFIG_DIR'] ?? join(home, '.claude'), '.config.json'),
    join(folder, '.claude.json'),
  ];
  for (const file of files) {
    const read = await readBounded(file, MOST_BYTES);
    if (read.type === 'absent') continue;
    return read.type === 'text' ? acceptedIn(read.text) : new Set();
  }
  return new Set();
}

/** It holds the history of all folders. */
const MOST_BYTES = 64 * 2 ** 20;

function acceptedIn(text: string): ReadonlySet<string> {
  const { data } = record.safeParse(parsedJson(text));
  const accepted = Object.entries(data?.projects ?? {}).filter(
    ([, { hasTrustDialogAccepted }]) => hasTrustDialogAccepted,
  );
  return new Set(accepted.map(([path]) => path));
}
