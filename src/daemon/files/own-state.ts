/** Which files may leave this machine, and which never do. */
import { join } from 'node:path';
import type { Config } from '../../config.ts';
import type { WorkspaceOptions } from '../../workspace/workspace.ts';

/** @param home absolute: the user's, and what `~` stands for */
export function workspaceOptions(
  {
    dataDir,
    envFile,
    workspaceRoots,
    claudeEnvironment,
  }: Pick<Config, 'dataDir' | 'envFile' | 'workspaceRoots' | 'claudeEnvironment'>,
  home: string,
): WorkspaceOptions {
  const { HOME, CLAUDE_CONFIG_DIR, XDG_CONFIG_HOME } = claudeEnvironment;
  const homes = [...new Set([home, ...(HOME ? [HOME] : [])])];
  return {
    roots: workspaceRoots,
    ownState: [
      dataDir,
      // Credentials, conversations and settings (https://code.claude.com/docs/en/settings).
      ...(CLAUDE_CONFIG_DIR ? [CLAUDE_CONFIG_DIR] : []),
      ...homes.flatMap((folder) => [join(folder, '.claude'), join(folder, '.claude.json')]),
      // The env file with the bot's token, and where one would be.
      ...(envFile === null ? [] : [envFile]),
      ...(XDG_CONFIG_HOME ? [join(XDG_CONFIG_HOME, 'hibernaut')] : []),
      ...homes.map((folder) => join(folder, '.config', 'hibernaut')),
    ],
    home,
    copiesFolder: join(dataDir, 'outgoing'),
    snapshotsFolder: join(dataDir, 'snapshots'),
    environment: claudeEnvironment,
  };
}
