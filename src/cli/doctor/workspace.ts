/** Where Claude works, and the programs beside it that the daemon calls: git for /diff, the transcriber for recordings. */
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { codeOf } from '../../error-code.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface WorkspaceFacts {
  workspace: string;
  roots: readonly string[];
  /** The command with its first arguments; null: none. */
  transcribe: readonly string[] | null;
  /** `PATH`, in which programs are looked for. */
  path: string;
  /** Whether the settings are without fault; one of the workspace's is told with them. */
  isConfigured: boolean;
}

export function workspaceCheck(facts: WorkspaceFacts): Check {
  return { name: 'Workspace', timeoutMs: 5_000, probe: () => probe(facts) };
}

async function probe(facts: WorkspaceFacts): Promise<Finding[]> {
  const { workspace, roots, transcribe, path, isConfigured } = facts;
  const folders = isConfigured ? await Promise.all([...new Set([workspace, ...roots])].map(folder)) : [];
  return [...folders, await git(path), ...(await transcriber(transcribe, path))];
}

async function folder(path: string): Promise<Finding> {
  try {
    await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return ok(path);
  } catch (error) {
    const code = codeOf(error) ?? 'unknown error';
    return problem(
      `Claude can not work in ${path} (${code}).`,
      'Give the user that runs Hibernaut leave to write there, or set HIBERNAUT_WORKSPACE and HIBERNAUT_WORKSPACE_ROOTS.',
    );
  }
}

async function git(path: string): Promise<Finding> {
  const found = await findProgram('git', path);
  if (found !== null) return ok(`git, for /diff (${found})`);
  return warning('There is no git: /diff shows nothing.', 'Install git.');
}

async function transcriber(command: readonly string[] | null, path: string): Promise<Finding[]> {
  const [program] = command ?? [];
  if (program === undefined) return [];
  const found = await findProgram(program, path);
  if (found !== null) return [ok(`recordings are written down by ${found}`)];
  return [
    problem(
      `HIBERNAUT_TRANSCRIBE names ${program}, which is no program that can be run.`,
      'Install it, or correct the path; without it recordings reach Claude as files only.',
    ),
  ];
}

/** As execvp(3) looks for it. */
async function findProgram(name: string, path: string): Promise<string | null> {
  const candidates = name.includes('/')
    ? [name]
    : path
        .split(delimiter)
        .filter(Boolean)
        .map((dir) => join(dir, name));
  for (const candidate of candidates) {
    if (await isExecutable(candidate)) return candidate;
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
