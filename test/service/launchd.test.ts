/** The service with launchd, against a `launchctl` that records what it is told: there is no Mac here. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { launchd } from '../../src/service/launchd.ts';
import type { ServiceManager } from '../../src/service/manager.ts';
import { programsOf } from '../../src/service/programs.ts';

/** What `launchctl print` is known to print, cut to what is read. */
const PRINTED = `gui/501/hibernaut = {
	active count = 1
	path = /Users/anna/Library/LaunchAgents/hibernaut.plist
	state = running

	runs = 3
	pid = 4242
	last exit code = 1
}`;

/** Loaded as long as the file \`loaded\` is there. */
const LAUNCHCTL = `#!/bin/sh
echo "$*" >> "$FAKES/calls"
case "$1" in
  print) [ -e "$FAKES/loaded" ] || { echo "Could not find service" >&2; exit 113; }; cat "$FAKES/loaded" ;;
  bootstrap) [ ! -e "$FAKES/refuses" ] || { echo "Bootstrap failed: 5: Input/output error" >&2; exit 5; }; cp "$FAKES/printed" "$FAKES/loaded" ;;
  bootout) rm "$FAKES/loaded" ;;
esac
`;

let folder: string;
let agent: ServiceManager;
let serves: boolean;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-launchd-'));
  serves = true;
  await writeFile(join(folder, 'launchctl'), LAUNCHCTL);
  await chmod(join(folder, 'launchctl'), 0o755);
  await writeFile(join(folder, 'printed'), PRINTED);
  await writeFile(join(folder, 'calls'), '');
  const { run } = programsOf({ PATH: `${folder}:/usr/bin:/bin`, FAKES: folder });
  const isServing = () => Promise.resolve(serves);
  agent = launchd({ run, uid: 501, home: folder, isServing, limits: { serveMs: 500, goneMs: 5_000 } });
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function orders(): Promise<string[]> {
  const calls = await readFile(join(folder, 'calls'), 'utf8');
  return calls.split('\n').filter((call) => call !== '' && !call.startsWith('print'));
}

const FILE = (): string => join(folder, 'Library/LaunchAgents/hibernaut.plist');

it('is loaded into the session at the screen, and awaited until the daemon serves', async () => {
  expect(agent.file).toBe(FILE());
  await agent.activate({ restart: false });
  expect(await orders()).toEqual(['enable gui/501/hibernaut', `bootstrap gui/501 ${FILE()}`]);
});

it('is loaded anew only for a restart', async () => {
  await agent.activate({ restart: false });
  await agent.activate({ restart: false });
  expect(await orders()).toHaveLength(2);
  await agent.activate({ restart: true });
  expect((await orders()).slice(2)).toEqual([
    'bootout gui/501/hibernaut',
    'enable gui/501/hibernaut',
    `bootstrap gui/501 ${FILE()}`,
  ]);
});

it('that does not serve is reported with the end of its log', async () => {
  serves = false;
  await mkdir(join(folder, 'Library/Logs/hibernaut'), { recursive: true });
  await writeFile(join(folder, 'Library/Logs/hibernaut/hibernaut.log'), 'The token is refused.\n');
  await expect(agent.activate({ restart: false })).rejects.toThrow(/does not serve.*The token is refused/s);
});

it('that launchd refuses is reported in its words', async () => {
  await writeFile(join(folder, 'refuses'), '');
  await expect(agent.activate({ restart: false })).rejects.toThrow(
    /Input\/output error.*logged in at the screen/,
  );
});

it('tells its state from what launchctl prints', async () => {
  expect(await agent.state()).toMatchObject({ installed: false, active: 'inactive', pid: null });
  await agent.activate({ restart: false });
  expect(await agent.state()).toEqual({
    installed: true,
    active: 'active',
    detail: 'running',
    enabled: null,
    pid: 4242,
    says: null,
    result: null,
    exitCode: 1,
    restarts: 2,
    since: null,
  });
});

it('is unloaded before its file is removed', async () => {
  await agent.activate({ restart: false });
  let loadedAtRemoval: boolean | null = null;
  await agent.deactivate(async () => {
    loadedAtRemoval = (await agent.state()).installed;
  });
  expect(loadedAtRemoval).toBe(false);
});

it('has its log in a file', () => {
  const log = join(folder, 'Library/Logs/hibernaut/hibernaut.log');
  expect(agent.logs({ follow: true, lines: 9 })).toEqual(['tail', ['-n', '9', '-F', log]]);
  expect(agent.logs({ follow: false, lines: 9 })).toEqual(['tail', ['-n', '9', log]]);
});
