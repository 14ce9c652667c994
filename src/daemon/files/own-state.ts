/** Which files may leave this machine, which never do, and which not even Claude reads. */
import { join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { isInside } from '../../disk/folders.ts';
import type { WorkspaceOptions } from '../../workspace/workspace.ts';

type Places = Pick<Config, 'dataDir' | 'envFile' | 'workspaceRoots' | 'claudeEnvironment'>;

/** @param home absolute: the user's, and what `~` stands for */
export function workspaceOptions(places: Places, home: string): WorkspaceOptions {
  const { dataDir, workspaceRoots, claudeEnvironment } = places;
  const { CLAUDE_CONFIG_DIR } = claudeEnvironment;
  return {
    roots: workspaceRoots,
    ownState: [
      dataDir,
      // Credentials, conversations and settings (https://code.claude.com/docs/en/settings).
      ...(CLAUDE_CONFIG_DIR ? [CLAUDE_CONFIG_DIR] : []),
      ...homesOf(places, home).flatMap((folder) => [join(folder, '.claude'), join(folder, '.claude.json')]),
      ...envFilesOf(places, home),
    ],
    home,
    copiesFolder: join(dataDir, 'outgoing'),
    snapshotsFolder: join(dataDir, 'snapshots'),
    environment: claudeEnvironment,
  };
}

/**
 * What Claude never reads or changes with its file tools, though it may work in a folder above: the token, the records,
 * Claude Code's own credentials. The rest of Claude Code's folder it needs.
 */
export function offLimits(places: Places, home: string): string[] {
  const { dataDir, workspaceRoots, claudeEnvironment } = places;
  const { CLAUDE_CONFIG_DIR } = claudeEnvironment;
  const claudeFolders = [
    ...(CLAUDE_CONFIG_DIR ? [CLAUDE_CONFIG_DIR] : []),
    ...homesOf(places, home).map((folder) => join(folder, '.claude')),
  ];
  // Whoever puts a root, or Claude Code's own folder, into our state, as the sandbox does, means that Claude works there.
  const isWorkedIn = [...workspaceRoots, ...claudeFolders].some((folder) => isInside(dataDir, folder));
  return [
    ...(isWorkedIn ? [] : [dataDir]),
    ...envFilesOf(places, home),
    ...claudeFolders.map((folder) => join(folder, '.credentials.json')),
  ];
}

/** The env file with the bot's token, and where one would be. */
function envFilesOf(places: Places, home: string): string[] {
  const { XDG_CONFIG_HOME } = places.claudeEnvironment;
  return [
    ...(places.envFile === null ? [] : [places.envFile]),
    ...(XDG_CONFIG_HOME ? [join(XDG_CONFIG_HOME, 'hibernaut')] : []),
    ...homesOf(places, home).map((folder) => join(folder, '.config', 'hibernaut')),
  ];
}

function homesOf({ claudeEnvironment: { HOME } }: Places, home: string): string[] {
  return [...new Set([home, ...(HOME ? [HOME] : [])])];
}
