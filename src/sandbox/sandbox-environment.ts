/** The sandbox's folders, and the environment in which its daemon runs. */
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { people } from './people.ts';

export interface SandboxFolders {
  /** The daemon's data folder. */
  data: string;
  /** The emulator's state, and what is below. */
  own: string;
  workspace: string;
  /** Claude's home on the scripted model: the user's own settings and history stay out of it. */
  home: string;
}

/** `HIBERNAUT_DATA_DIR`, or `hibernaut-sandbox` in the XDG state folder. */
export function sandboxFolder(environment: NodeJS.ProcessEnv): string {
  const { HIBERNAUT_DATA_DIR: chosen, XDG_STATE_HOME: state, HOME: home } = environment;
  if (chosen) return resolve(chosen);
  const parent = state && isAbsolute(state) ? state : join(home ?? homedir(), '.local', 'state');
  return join(parent, 'hibernaut-sandbox');
}

/** Makes what is missing, for this user only. */
export async function createFolders(data: string): Promise<SandboxFolders> {
  const folders = foldersOf(data);
  for (const folder of Object.values<string>({ ...folders }))
    await mkdir(folder, { recursive: true, mode: 0o700 });
  return folders;
}

function foldersOf(data: string): SandboxFolders {
  const own = join(data, 'sandbox');
  return { data, own, workspace: join(own, 'workspace'), home: join(own, 'home') };
}

/** With any of them Claude Code reaches the real model. */
const CREDENTIALS = ['ANTHROPIC_API_KEY', 'ANTHROPIC_AUTH_TOKEN', 'CLAUDE_CODE_OAUTH_TOKEN'];

export function hasCredentials(environment: NodeJS.ProcessEnv): boolean {
  return CREDENTIALS.some((name) => Boolean(environment[name]));
}

export interface DaemonSettings {
  telegram: { url: string; token: string };
  /** Null: the real model. */
  modelUrl: string | null;
  folders: SandboxFolders;
}

export function daemonEnvironment(
  environment: NodeJS.ProcessEnv,
  { telegram, modelUrl, folders }: DaemonSettings,
): NodeJS.ProcessEnv {
  const own: NodeJS.ProcessEnv = {
    // What the user's says is in `environment` already, and the rest is none of this daemon's business.
    HIBERNAUT_ENV_FILE: 'off',
    TELEGRAM_BOT_TOKEN: telegram.token,
    TELEGRAM_API_ROOT: telegram.url,
    HIBERNAUT_ALLOWED_USERS: people.flatMap(({ id, allowed }) => (allowed ? [id] : [])).join(','),
    HIBERNAUT_DATA_DIR: folders.data,
    // The terminal is for the address: what goes wrong is still said.
    HIBERNAUT_LOG_LEVEL: environment['HIBERNAUT_LOG_LEVEL'] || 'warn',
    // A daemon with a token may hold the usual port.
    HIBERNAUT_HTTP: environment['HIBERNAUT_HTTP'] || '127.0.0.1:0',
    ...workspaceSettings(environment, folders),
  };
  return { ...withModel(environment, modelUrl, folders.home), ...own };
}

/** As the sandbox's Claude has it, for one that a person opens beside it. @param data its data folder */
export async function environmentInSandbox(
  environment: NodeJS.ProcessEnv,
  data: string,
): Promise<NodeJS.ProcessEnv> {
  const { own, home } = foldersOf(data);
  const url = await readFile(modelFile(own), 'utf8').catch(() => null);
  return withModel(environment, url, home);
}

/** Where the scripted model is, as long as it is there: its port is another one each time. */
export function modelFile(own: string): string {
  return join(own, 'model.url');
}

function withModel(environment: NodeJS.ProcessEnv, modelUrl: string | null, home: string): NodeJS.ProcessEnv {
  if (modelUrl === null) return { ...environment };
  return { ...withoutModelSettings(environment), ...scriptedModelSettings(modelUrl, home) };
}

/** The user's workspace if one was named; its roots go with it. */
function workspaceSettings(environment: NodeJS.ProcessEnv, { workspace }: SandboxFolders): NodeJS.ProcessEnv {
  if (environment['HIBERNAUT_WORKSPACE']) return {};
  return { HIBERNAUT_WORKSPACE: workspace, HIBERNAUT_WORKSPACE_ROOTS: workspace };
}

/** What would lead Claude Code elsewhere than to the scripted model: other providers, models, proxies, settings. */
function withoutModelSettings(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const leadsElsewhere = /^(ANTHROPIC_.*|CLAUDE_.*|CLAUDECODE|(https?|all|no)_proxy)$/i;
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => name === 'CLAUDE_COMMAND' || !leadsElsewhere.test(name)),
  );
}

function scriptedModelSettings(modelUrl: string, home: string): NodeJS.ProcessEnv {
  return {
    HOME: home,
    CLAUDE_CONFIG_DIR: join(home, '.claude'),
    ANTHROPIC_BASE_URL: modelUrl,
    ANTHROPIC_API_KEY: 'scripted',
    CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
    DISABLE_TELEMETRY: '1',
    DISABLE_AUTOUPDATER: '1',
    // Claude Code refuses bypassPermissions under root without it.
    IS_SANDBOX: '1',
  };
}
