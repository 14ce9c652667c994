/** What changed in a session's folder since its last turn began, or since the last commit. */
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { codeOf } from '../error-code.ts';
import { OneByOne } from '../one-by-one.ts';
import { GitError, gitLines, type GitCall } from './git.ts';
import type { Changes, Refusal } from './ports.ts';
import { markOf, Repositories, Shadow } from './shadow.ts';

export interface ChangesOptions {
  /** Absolute: one folder for each session. */
  snapshotsFolder: string;
  /** For git. */
  environment: Readonly<Record<string, string>>;
  /** Absolute files and folders that are in no snapshot. */
  hidden: readonly string[];
  /** Wall clock, ms since the epoch. */
  now: () => number;
}

/** A snapshot runs beside a turn, and nobody waits for it. */
const SNAPSHOT_MS = 20_000;
/** Somebody waits. */
const CHANGES_MS = 15_000;
/** Of a patch: much more than a person reads. */
const MAX_PATCH_BYTES = 10 * 2 ** 20;

const baseSchema = z.object({
  tree: z.string().regex(/^[\da-f]{40,64}$/),
  folder: z.string(),
  at: z.number(),
});

export class FolderChanges {
  readonly #options: ChangesOptions;
  /** By session: all of it happens in one folder. */
  readonly #perSession = new OneByOne<string>();
  readonly #repositories = new Repositories();
  /** Folders that take too long. */
  readonly #hopeless = new Set<string>();

  constructor(options: ChangesOptions) {
    this.#options = options;
  }

  /** Puts the folder down as it is now, for `since` to compare with. Never rejects: without it the last commit counts. */
  async begin(sessionId: string, folder: string): Promise<void> {
    if (this.#hopeless.has(folder)) return;
    await this.#perSession
      .run(sessionId, () => this.#begin(sessionId, folder))
      .catch((error: unknown) => {
        if (error instanceof GitError && error.kind === 'tookTooLong') this.#hopeless.add(folder);
      });
  }

  /** @param wanted `turn`: since the turn began, if that is known; else since the last commit, which it says */
  since(wanted: 'turn' | 'commit', sessionId: string, folder: string): Promise<Changes | Refusal> {
    // Somebody, and all updates behind theirs, would wait for what did not end the last time.
    if (this.#hopeless.has(folder)) return Promise.resolve({ refused: REFUSALS.tookTooLong(folder) });
    return this.#perSession.run(sessionId, async () => {
      try {
        return await this.#since(wanted, sessionId, folder, this.#call(CHANGES_MS));
      } catch (error) {
        if (error instanceof GitError) return { refused: REFUSALS[error.kind](folder, error.message) };
        // The disk refuses. Nobody has to wait for it: it can be asked again.
        const code = codeOf(error);
        if (code !== undefined) return { refused: REFUSALS.refused(folder, code) };
        throw error;
      }
    });
  }

  /** The session is over. Never rejects. */
  async forget(sessionId: string): Promise<void> {
    await this.#perSession.run(sessionId, () => this.#remove(sessionId)).catch(() => undefined);
  }

  async #since(
    wanted: 'turn' | 'commit',
    sessionId: string,
    folder: string,
    call: Pick<GitCall, 'environment' | 'signal'>,
  ): Promise<Changes> {
    const shadow = await this.#shadow(sessionId, folder, call);
    const base = wanted === 'turn' ? await this.#base(sessionId, folder) : null;
    const { id, leftOut } = await shadow.tree();
    const from = base?.tree ?? (await headTree(folder, call)) ?? (await shadow.emptyTree());
    const { bytes, isCut } = await shadow.difference(from, id, MAX_PATCH_BYTES);
    return { since: base ? 'turn' : 'commit', at: base?.at ?? null, ...parted(bytes), isCut, leftOut };
  }

  async #begin(sessionId: string, folder: string): Promise<void> {
    // What an earlier turn left; its objects too.
    await rm(this.#basePath(sessionId), { force: true });
    await Shadow.clear(this.#gitDirOf(sessionId));
    if ((await markOf(folder)) === null) return;
    const call = this.#call(SNAPSHOT_MS);
    const at = this.#options.now();
    const shadow = await this.#shadow(sessionId, folder, call);
    const { id: tree } = await shadow.tree();
    const path = this.#basePath(sessionId);
    await writeFile(`${path}.new`, JSON.stringify({ tree, folder, at }), { mode: 0o600 });
    await rename(`${path}.new`, path);
  }

  async #shadow(sessionId: string, folder: string, call: Pick<GitCall, 'environment' | 'signal'>) {
    const repository = await this.#repositories.find(folder, call);
    const gitDir = this.#gitDirOf(sessionId);
    return Shadow.open({ gitDir, repository, hidden: this.#options.hidden }, call);
  }

  async #base(sessionId: string, folder: string): Promise<z.infer<typeof baseSchema> | null> {
    try {
      const base = baseSchema.parse(JSON.parse(await readFile(this.#basePath(sessionId), 'utf8')));
      return base.folder === folder ? base : null;
    } catch {
      // There is none, or none that can be read: it is no more than a convenience.
      return null;
    }
  }

  #call(withinMs: number): Pick<GitCall, 'environment' | 'signal'> {
    return { environment: this.#options.environment, signal: AbortSignal.timeout(withinMs) };
  }

  #remove(sessionId: string): Promise<void> {
    return rm(this.#folderOf(sessionId), { recursive: true, force: true });
  }

  #folderOf(sessionId: string): string {
    return join(this.#options.snapshotsFolder, sessionId);
  }

  #gitDirOf(sessionId: string): string {
    return join(this.#folderOf(sessionId), 'git');
  }

  #basePath(sessionId: string): string {
    return join(this.#folderOf(sessionId), 'turn.json');
  }
}

/** Null before the first commit. */
async function headTree(
  folder: string,
  call: Pick<GitCall, 'environment' | 'signal'>,
): Promise<string | null> {
  try {
    const [tree = ''] = await gitLines(['rev-parse', '--verify', '--quiet', 'HEAD^{tree}'], {
      ...call,
      cwd: folder,
    });
    return tree;
  } catch (error) {
    if (error instanceof GitError && error.kind === 'refused') return null;
    throw error;
  }
}

/** git writes ` 2 files changed, 3 insertions(+)`, an empty line, and the patch. */
function parted(bytes: Uint8Array): Pick<Changes, 'summary' | 'patch'> {
  const output = Buffer.from(bytes);
  const end = output.indexOf('\n');
  if (end < 0) return { summary: '', patch: Buffer.alloc(0) };
  const summary = output.subarray(0, end).toString('utf8').trim();
  const rest = output.subarray(end + 1);
  return { summary, patch: rest[0] === 0x0a ? rest.subarray(1) : rest };
}

const REFUSALS: Record<GitError['kind'], (folder: string, said?: string) => string> = {
  notInstalled: () => 'git is not found on the host, so there is nothing to compare with. Install it there.',
  tookTooLong: (folder) =>
    `Looking through ${folder} takes git too long to wait for. Ask Claude what it changed, or start it in a smaller folder.`,
  refused: (folder, said) =>
    said === undefined || /not a git repository/.test(said)
      ? `${folder} is not in a git repository, so there is nothing to compare with.`
      : `git can't tell what changed in ${folder}: ${said}`,
};
