/**
 * A git directory of ours beside a repository of the user's. It reads the repository's objects and writes its own, with
 * an index and a configuration of its own, so that a folder can be put down as a tree without a trace in the repository.
 */
import { copyFile, lstat, mkdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve } from 'node:path';
import { codeOf } from '../error-code.ts';
import { isInside } from '../disk/folders.ts';
import { git, GitError, gitLines, type GitCall } from './git.ts';

/** A repository, seen from a folder in it. Absolute paths. */
export interface Repository {
  folder: string;
  topLevel: string;
  index: string;
  objects: string;
  exclude: string;
  objectFormat: string;
}

type Call = Pick<GitCall, 'environment' | 'signal'>;

/** What is left out of a tree, rather than that git is busy with it for minutes. */
const LARGEST_FILE_BYTES = 2 * 2 ** 20;
const MOST_FILES = 20_000;

/** Asks git, once for each folder as long as its repository is the same: each question is a process. */
export class Repositories {
  /** By folder, with what its `.git` was. Few: those that sessions work in. */
  readonly #known = new Map<string, { mark: string; repository: Repository }>();

  /**
   * Without a process where there is none.
   * @throws GitError if the folder is in no working tree of git
   */
  async find(folder: string, call: Call): Promise<Repository> {
    const mark = await markOf(folder);
    const known = this.#known.get(folder);
    if (mark !== null && known?.mark === mark) return known.repository;
    this.#known.delete(folder);
    const repository = await findRepository(folder, call);
    if (mark !== null) this.#known.set(folder, { mark, repository });
    return repository;
  }
}

async function findRepository(folder: string, call: Call): Promise<Repository> {
  const paths = ['index', 'objects', 'info/exclude'].flatMap((name) => ['--git-path', name]);
  const asked = ['rev-parse', '--show-object-format', '--show-toplevel', ...paths];
  const [objectFormat = '', ...found] = await gitLines(asked, { ...call, cwd: folder });
  const [topLevel, index, objects, exclude] = found.map((path) => resolve(folder, path));
  if (!topLevel || !index || !objects || !exclude) throw new GitError('refused', 'git told no paths.');
  return { folder, topLevel, index, objects, exclude, objectFormat };
}

/** Which `.git`, a folder or a file, git would find from here; null if there is none. */
export async function markOf(folder: string): Promise<string | null> {
  const path = join(folder, '.git');
  const found = await stat(path).catch(() => null);
  if (found) return `${path} ${String(found.ino)} ${String(found.birthtimeMs)}`;
  const above = dirname(folder);
  return above === folder ? null : markOf(above);
}

export class Shadow {
  readonly #gitDir: string;
  readonly #repository: Repository;
  readonly #call: GitCall;

  private constructor(gitDir: string, repository: Repository, call: Call) {
    this.#gitDir = gitDir;
    this.#repository = repository;
    const variables = { GIT_DIR: gitDir, GIT_WORK_TREE: repository.topLevel };
    this.#call = { ...call, cwd: repository.folder, variables };
  }

  /**
   * @param options.gitDir made, or taken as an earlier call left it
   * @param options.hidden absolute files and folders that are never in a tree, unless git tracks them
   */
  static async open(
    { gitDir, repository, hidden }: { gitDir: string; repository: Repository; hidden: readonly string[] },
    call: Call,
  ): Promise<Shadow> {
    const { objectFormat, objects, exclude, topLevel } = repository;
    if (!(await isMade(gitDir, objectFormat))) {
      await rm(gitDir, { recursive: true, force: true });
      await mkdir(gitDir, { recursive: true, mode: 0o700 });
      const init = ['init', '--quiet', '--bare', '--template=', `--object-format=${objectFormat}`, gitDir];
      await git(init, { ...call, cwd: repository.folder });
    }
    await Promise.all(['objects/info', 'info'].map((name) => mkdir(join(gitDir, name), { recursive: true })));
    await writeFile(join(gitDir, 'objects', 'info', 'alternates'), `${objects}\n`);
    const excluded = await readFile(exclude, 'utf8').catch(() => '');
    const ours = hidden
      .filter((path) => isInside(topLevel, path))
      .map((path) => `/${relative(topLevel, path)}`);
    await writeFile(join(gitDir, 'info', 'exclude'), [excluded, ...ours, ''].join('\n'));
    return new Shadow(gitDir, repository, call);
  }

  /** Puts the folder down as it is now. @returns the tree, and how many files were too large for it */
  async tree(): Promise<{ id: string; leftOut: number }> {
    const index = join(this.#gitDir, 'index');
    await rm(index, { force: true });
    // With it git knows which files did not change without reading them.
    await copyFile(this.#repository.index, index).catch(ignoreMissing);
    const { bytes, isCut } = await this.#git(['ls-files', '-z', '-m', '-d', '-o', '--exclude-standard']);
    // A name that ends with a slash is a repository of its own.
    const names = Buffer.from(bytes)
      .toString('utf8')
      .split('\0')
      .filter((name) => name !== '' && !name.endsWith('/'));
    if (isCut || names.length > MOST_FILES) throw new GitError('tookTooLong', 'There are too many files.');
    const { small, leftOut } = await this.#withoutLarge(names);
    if (small.length > 0) {
      await this.#git(
        ['update-index', '-z', '--add', '--remove', '--stdin'],
        small.map((name) => `${name}\0`).join(''),
      );
    }
    return { id: await this.#id(['write-tree']), leftOut };
  }

  /** Of what an earlier call put down nothing is left. */
  static async clear(gitDir: string): Promise<void> {
    const left = ['objects', 'index'].map((name) => join(gitDir, name));
    await Promise.all(left.map((path) => rm(path, { recursive: true, force: true })));
  }

  async emptyTree(): Promise<string> {
    return this.#id(['mktree'], '');
  }

  /** What of the folder differs, in the form of a patch behind a line that counts. */
  async difference(from: string, to: string, maxBytes: number) {
    const how = ['--find-renames', '--no-ext-diff', '--no-textconv', '--no-color', '--submodule=short'];
    const prefixes = ['--src-prefix=a/', '--dst-prefix=b/', '--relative'];
    const args = ['diff-tree', '-r', '-p', '--shortstat', ...how, ...prefixes, from, to, '--', '.'];
    return git(args, { ...this.#call, maxBytes });
  }

  async #withoutLarge(names: readonly string[]): Promise<{ small: string[]; leftOut: number }> {
    const small: string[] = [];
    for (const name of names) {
      const size = await lstat(join(this.#call.cwd, name)).then(
        (stats) => stats.size,
        () => 0,
      );
      if (this.#call.signal.aborted) throw new GitError('tookTooLong', 'There are too many files.');
      if (size <= LARGEST_FILE_BYTES) small.push(name);
    }
    return { small, leftOut: names.length - small.length };
  }

  async #id(args: readonly string[], input?: string): Promise<string> {
    const { bytes } = await this.#git(args, input);
    return Buffer.from(bytes).toString('latin1').trim();
  }

  #git(args: readonly string[], input?: string) {
    return git(['-c', 'core.bare=false', ...args], { ...this.#call, ...(input !== undefined && { input }) });
  }
}

/** A new one would be the same, and is a process. */
async function isMade(gitDir: string, objectFormat: string): Promise<boolean> {
  const config = await readFile(join(gitDir, 'config'), 'utf8').catch(() => null);
  return config !== null && (/objectformat = (\w+)/i.exec(config)?.[1] ?? 'sha1') === objectFormat;
}

/** A repository without commits and without anything added has none. */
function ignoreMissing(error: unknown): void {
  if (codeOf(error) !== 'ENOENT') throw error;
}
