/** Opens an address that holds a secret in the browser of this machine. */
import { join } from 'node:path';
import { execa } from 'execa';
import { writePrivateFile } from '../control/private-file.ts';

/**
 * Resolves with why it could not, or null. The arguments of a program are no secret: the browser is handed a file (0600, in
 * the data folder) that leads to the address.
 * @param name of the file
 */
export async function openBrowser(
  address: string,
  { dataDir, name, environment }: { dataDir: string; name: string; environment: NodeJS.ProcessEnv },
): Promise<string | null> {
  const path = join(dataDir, name);
  await writePrivateFile(path, `<!doctype html><meta http-equiv="refresh" content="0;url=${address}">\n`);
  const program = process.platform === 'darwin' ? 'open' : 'xdg-open';
  const { failed, originalMessage } = await execa(program, [path], {
    env: environment,
    extendEnv: false,
    reject: false,
    stdio: 'ignore',
  });
  return failed ? (originalMessage ?? `${program} failed`) : null;
}
