/** `hibernaut pair` and `hibernaut access`, with a daemon that answers and without one. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { accessMethods } from '../../src/cli/daemon/access-methods.ts';
import { runCli } from '../../src/cli/program.ts';
import { callControl } from '../../src/control/call.ts';
import { acquireLock } from '../../src/control/lock.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import type { AccessList } from '../../src/daemon/chats/access.ts';
import type { DaemonAccess } from '../../src/daemon/daemon.ts';
import { accessFileAtRest } from '../../src/store/access-file.ts';
import type { AccessRecord } from '../../src/store/ports.ts';
import { aCliHost, type TestHost } from '../helpers/cli-host.ts';
import { NOON } from '../helpers/records.ts';

let folder: string;
let environment: NodeJS.ProcessEnv;
let socket: ControlSocket | null = null;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hibernaut-access-'));
  environment = {
    HIBERNAUT_DATA_DIR: folder,
    HIBERNAUT_WORKSPACE: folder,
    HIBERNAUT_ALLOWED_USERS: '7',
  };
});

afterEach(async () => {
  await socket?.close();
  socket = null;
  await rm(folder, { recursive: true, force: true });
});

const HOUR_MS = 3_600_000;
const BEN: AccessRecord['people'][number] = {
  userId: 8,
  name: 'Ben \u001b[2J(@ben)',
  since: NOON - 90_000,
  how: 'paired',
  messageId: 3,
};
const OWNER: AccessList['people'][number] = { userId: 7, name: null, since: null, from: ['setting'] };
const PAIRED: AccessList['people'][number] = {
  userId: 8,
  name: BEN.name,
  since: BEN.since,
  from: ['paired'],
};

/** A daemon that lets Ben in when it is asked for the list for the third time. */
async function aDaemon(over: Partial<DaemonAccess> = {}): Promise<{ revoked: number[] }> {
  const revoked: number[] = [];
  let asked = 0;
  const access: DaemonAccess = {
    list: () => {
      asked += 1;
      return asked < 3
        ? { people: [OWNER, { ...PAIRED, userId: 9 }], pairing: { expiresAt: NOON + HOUR_MS } }
        : { people: [OWNER, { ...PAIRED, userId: 9 }, { ...PAIRED, since: NOON }], pairing: null };
    },
    open: () =>
      Promise.resolve({
        code: 'K7QM2-XRT9D',
        openedAt: NOON,
        expiresAt: NOON + HOUR_MS,
        botUsername: 'hiber_bot',
      }),
    revoke: (userId) => {
      revoked.push(userId);
      return Promise.resolve('revoked');
    },
    ...over,
  };
  socket = await startControlSocket({
    dataDir: folder,
    methods: accessMethods(() => access),
    onError: () => {},
  });
  return { revoked };
}

async function run(...args: string[]): Promise<TestHost & { code: number }> {
  const host = aCliHost(environment);
  return Object.assign(host, { code: await runCli(args, host) });
}

async function onDisk(record: Partial<AccessRecord> = {}): Promise<void> {
  await accessFileAtRest(folder, Date.now).save({ version: 1, people: [BEN], pairing: null, ...record });
}

describe('hibernaut pair', () => {
  it('shows the code, for how long, and where it goes', async () => {
    await aDaemon();
    const { code, written } = await run('pair');
    expect(code).toBe(0);
    expect(written()).toBe(
      'The code is K7QM2-XRT9D. It lets one person in, within 1 h.\n' +
        'They send it to @hiber_bot in a private chat, or open https://t.me/hiber_bot?start=K7QM2XRT9D and press Start.\n',
    );
  });

  it('shows no link as long as Telegram has not told the name of the bot', async () => {
    const expiresAt = NOON + HOUR_MS;
    await aDaemon({
      open: () => Promise.resolve({ code: 'K7QM2-XRT9D', openedAt: NOON, expiresAt, botUsername: null }),
    });
    expect((await run('pair')).written()).not.toContain('t.me');
  });

  it('waits until somebody used it, and says who, in a way that a terminal does not obey', async () => {
    await aDaemon();
    const { code, written } = await run('pair', '--wait');
    expect(code).toBe(0);
    expect(written()).toContain(
      'Ben ?[2J(@ben), Telegram id 8, is in. If that is not who you meant: hibernaut access revoke 8\n',
    );
  });

  it('is over with 1 once the code is of no use any more', async () => {
    await aDaemon({ list: () => ({ people: [OWNER], pairing: null }) });
    const { code, complained } = await run('pair', '--wait');
    expect(code).toBe(1);
    expect(complained()).toContain('Nobody used the code');
  });

  it('leaves the code as it is when the wait is ended', async () => {
    await aDaemon({ list: () => ({ people: [OWNER], pairing: { expiresAt: NOON + HOUR_MS } }) });
    const host = aCliHost(environment);
    const ended = runCli(['pair', '--wait'], host);
    await expect.poll(() => host.written()).toContain('Waiting');
    host.process.emit('SIGINT');
    expect(await ended).toBe(0);
  });

  it('is one line of JSON for programs, and another for who came', async () => {
    await aDaemon();
    const lines = (await run('pair', '--wait', '--json')).written().trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toMatchObject([
      { code: 'K7QM2-XRT9D', expiresAt: NOON + HOUR_MS },
      { userId: 8 },
    ]);
  });

  it('says so if no daemon runs', async () => {
    const { code, complained } = await run('pair');
    expect(code).toBe(1);
    expect(complained()).toBe(`No Hibernaut runs on ${folder}. Start it with "hibernaut start".\n`);
  });
});

describe('hibernaut access list', () => {
  it('shows who has access and where it comes from', async () => {
    await aDaemon({ list: () => ({ people: [OWNER, PAIRED], pairing: { expiresAt: NOON + 60_000 } }) });
    const { code, written } = await run('access', 'list');
    expect(code).toBe(0);
    expect(written().split('\n')).toEqual([
      'ID  NAME            FROM                     SINCE',
      '7   -               HIBERNAUT_ALLOWED_USERS  -',
      '8   Ben ?[2J(@ben)  paired                   1 min 30 s ago',
      '',
      'A code waits for somebody, for 1 min more.',
      '',
    ]);
  });

  it('reads the file if no daemon runs', async () => {
    await onDisk();
    expect(JSON.parse((await run('access', 'list', '--json')).written())).toEqual({
      people: [OWNER, PAIRED],
      pairing: null,
    });
  });

  it('says how to let somebody in if nobody has access', async () => {
    delete environment['HIBERNAUT_ALLOWED_USERS'];
    expect((await run('access', 'list')).written()).toBe(
      'Nobody has access. "hibernaut pair" lets somebody in.\n',
    );
  });

  it('tells of a file that it can not read, and leaves it where it is', async () => {
    const path = join(folder, 'access.json');
    await writeFile(path, 'nonsense');
    const { code, written, complained } = await run('access', 'list');
    expect([code, complained()]).toEqual([
      0,
      `${path} can't be read (not JSON in UTF-8), so it lets nobody in.\n`,
    ]);
    expect(written()).not.toContain('paired');
    expect(await readFile(path, 'utf8')).toBe('nonsense');
    expect((await run('status')).written()).toContain(`Unreadable, kept as ${path}`);
  });
});

describe('hibernaut access revoke', () => {
  it('has the daemon do it', async () => {
    const { revoked } = await aDaemon();
    const { code, written } = await run('access', 'revoke', '8');
    expect([code, written(), revoked]).toEqual([0, '8 may no longer use the bot.\n', [8]]);
  });

  it('does it in the file if no daemon runs', async () => {
    await onDisk();
    expect((await run('access', 'revoke', '8')).code).toBe(0);
    expect((await accessFileAtRest(folder, Date.now).load())?.people).toEqual([]);
  });

  it('waits for nobody who holds the folder: that one is to be asked', async () => {
    await onDisk();
    const lock = await acquireLock(folder);
    const { code, complained } = await run('access', 'revoke', '8');
    lock.release();
    expect(code).toBe(75);
    expect(complained()).toContain('already running');
    expect((await accessFileAtRest(folder, Date.now).load())?.people).toEqual([BEN]);
  });

  it.each([
    ['7', 'HIBERNAUT_ALLOWED_USERS names 7, so they stay allowed.'],
    ['9', '9 has no access, so there is nothing to revoke.'],
    ['ben', '"ben" is no Telegram user id.'],
    ['-8', ''],
  ])('can not: %s', async (userId, why) => {
    await onDisk();
    const { code, complained } = await run('access', 'revoke', userId);
    expect(code).not.toBe(0);
    expect(complained()).toContain(why);
    expect((await accessFileAtRest(folder, Date.now).load())?.people).toEqual([BEN]);
  });

  it('asks the daemon with a number above 0 only', async () => {
    const { revoked } = await aDaemon();
    await expect(callControl(folder, 'access.revoke', { userId: '8' })).rejects.toThrow('wants {"userId"');
    expect(revoked).toEqual([]);
  });
});

it.each([[['pair']], [['access', 'revoke', '8']], [['init', '--allow', '8']]])(
  'within a session, where Claude runs the command, nobody is let in or shut out: %j',
  async (args) => {
    const { revoked } = await aDaemon({ open: () => Promise.reject(new Error('Opened.')) });
    environment['HIBERNAUT_OWNER'] = 'folder/session/daemon';
    const { code, complained, written } = await run(...args);
    expect([code, written(), revoked]).toEqual([1, '', []]);
    expect(complained()).toContain('in a terminal of your own');
  },
);
