/** Whether a person's services run without the person being logged in (loginctl(1), enable-linger). */
import { ServiceError } from './facts.ts';
import type { RunProgram } from './programs.ts';

/** A user whom logind does not know does not linger. */
export async function lingers(run: RunProgram, user: string): Promise<boolean> {
  const { code, stdout } = await run('loginctl', ['show-user', user, '--property=Linger', '--value']);
  return code === 0 && stdout.trim() === 'yes';
}

/** @throws ServiceError if logind refuses */
export async function enableLingering(run: RunProgram, user: string): Promise<void> {
  const { code, stderr } = await run('loginctl', ['enable-linger', user]);
  if (code === 0) return;
  throw new ServiceError(
    `Lingering can't be enabled: ${stderr.trim()}. Ask an administrator for: loginctl enable-linger ${user}`,
  );
}
