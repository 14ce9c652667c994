/** `hibernaut watch`: the address that lets one browser in, shown, or handed to the browser of this machine. */
import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { watchMethods } from '../../src/cli/daemon/watch-methods.ts';
import { runCli } from '../../src/cli/program.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { createLivePage, type LivePage } from '../../src/watch/live/page-server.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { NOON } from '../helpers/records.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const ORIGIN = 'http://127.0.0.1:4747';
/** What opens a browser on this system. */
const OPENER = process.platform === 'darwin' ? 'open' : 'xdg-open';

let folder: string;
let page: LivePage;
let socket: ControlSocket;
let token: string | null;

beforeEach(async () => {
  folder = temporaryFolder();
  token = null;
  page = await createLivePage({
    source: {
      views: () => Promise.resolve(null),
      view: () => Promise.resolve(null),
      timeline: () => Promise.resolve([]),
      host: () => ({}),
      memoryOf: () => Promise.resolve(null),
    },
    actions: {},
    tokens: {
      read: () => Promise.resolve(token),
      write: (given) => Promise.resolve(void (token = given)),
    },
    version: '1.2.3',
    log: { warn: () => undefined, error: () => undefined },
    now: () => NOON,
  });
  const methods = watchMethods({ page, url: ORIGIN });
  socket = await startControlSocket({ dataDir: folder, methods, onError: () => undefined });
});
afterEach(() => socket.close());

/** @param opener a shell script that stands where the system's own would; null: there is none */
async function watch(opener: string | null, ...args: string[]) {
  const bin = join(folder, 'bin');
  await mkdir(bin);
  if (opener !== null) {
    await writeFile(join(bin, OPENER), `#!/bin/sh\n${opener}\n`);
    await chmod(join(bin, OPENER), 0o755);
  }
  const host = aCliHost({
    HIBERNAUT_DATA_DIR: folder,
    HIBERNAUT_WORKSPACE: folder,
    PATH: opener === null ? bin : `${bin}:/usr/bin:/bin`,
    OPENED: join(folder, 'opened'),
  });
  return { host, code: await runCli(['watch', ...args], host) };
}

const addressIn = (text: string): string =>
  /http:\/\/127\.0\.0\.1:4747\/watch\/#[\w-]{32}/.exec(text)?.[0] ?? '';

it('shows an address, how long it is good, and how to get there from elsewhere', async () => {
  const { host, code } = await watch(null);
  expect(code).toBe(0);
  expect(addressIn(host.written())).not.toBe('');
  expect(host.written()).toContain('within 10 min');
  expect(host.written()).toContain('ssh -L 4747:127.0.0.1:4747');
});

it('--open hands the browser a file of the owner alone, which leads there, and no secret as an argument', async () => {
  const { host, code } = await watch('printf "%s" "$*" > "$OPENED"', '--open');
  expect([code, host.complained()]).toEqual([0, '']);
  const given = await readFile(join(folder, 'opened'), 'utf8');
  expect(given).toBe(join(folder, 'watch-open.html'));
  expect(await readFile(given, 'utf8')).toContain(`content="0;url=${addressIn(host.written())}"`);
  expect((await stat(given)).mode & 0o777).toBe(0o600);
});

it.each([
  ['is not there', null],
  ['finds no browser', 'exit 3'],
])(
  '--open says what to do where the opener %s, and the address is good all the same',
  async (_why, opener) => {
    const { host, code } = await watch(opener, '--open');
    expect(code).toBe(1);
    expect(addressIn(host.written())).not.toBe('');
    expect(host.complained()).toMatch(
      /^No browser could be opened here \(.+\)\. Open the address yourself\.\n$/s,
    );
  },
);

it('--shut-out makes every browser that was known a stranger', async () => {
  const before = token;
  expect((await watch(null, '--shut-out')).code).toBe(0);
  expect(token).not.toBe(before);
});
