/** The user who shall run a service of the whole machine, and what that user can't get at. */
import { statSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '../config/config.ts';
import { ServiceError } from './facts.ts';
import type { RunProgram } from './programs.ts';

export interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/** passwd(5), whoever keeps it: a directory of users, too. */
export async function accountOf(name: string, run: RunProgram): Promise<Account> {
  const { code, stdout } = await run('getent', ['passwd', name]);
  const [, , uid = '', gid = '', , home = ''] = stdout.trim().split(':');
  if (code !== 0 || !home.startsWith('/')) {
    throw new ServiceError(
      `There is no user ${JSON.stringify(name)} on this machine. Name one with --user, or make one: useradd --create-home ${/^[\w.-]+$/.test(name) ? name : 'NAME'}`,
    );
  }
  return { name, uid: Number(uid), gid: Number(gid), home };
}

/** Groups beyond the first one are not looked at: the repair makes it the first one's. */
export function refuseUnreadable(envFile: string, { name, uid, gid }: Account): void {
  const stats = statSync(envFile);
  if (uid === 0 || stats.uid === uid || (stats.gid === gid && (stats.mode & 0o040) !== 0)) return;
  throw new ConfigError([
    `${envFile} can't be read by ${name}, who shall run the service. Run: chgrp ${String(gid)} '${envFile}' && chmod 640 '${envFile}'`,
  ]);
}

/** A Node that root installed for itself is in a folder that nobody else may enter. */
export function refuseUnreachable(path: string, { name, uid, gid }: Account): void {
  const closed = foldersAbove(path).find((folder) => {
    const stats = statSync(folder);
    const mayEnter = stats.uid === uid ? 0o100 : stats.gid === gid ? 0o010 : 0o001;
    return uid !== 0 && (stats.mode & mayEnter) === 0;
  });
  if (closed === undefined) return;
  throw new ServiceError(
    `${path} can't be reached by ${name}, who shall run the service: ${closed} is closed to others. Keep it where everybody may enter; Node and Hibernaut are installed for the whole machine, the settings in /etc/hibernaut.`,
  );
}

/** From the root down. */
function foldersAbove(path: string): string[] {
  const folder = dirname(path);
  return folder === path ? [] : [...foldersAbove(folder), folder];
}
