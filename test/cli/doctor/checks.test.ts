/** The small checks, each with what it is given: what is fine, what is not, and what is to be done. */
import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { examine, ok, problem, type Check, type Finding } from '../../../src/cli/doctor/check.ts';
import { claudeCheck } from '../../../src/cli/doctor/claude-code.ts';
import { clockCheck } from '../../../src/cli/doctor/clock.ts';
import { configurationCheck } from '../../../src/cli/doctor/configuration.ts';
import { daemonCheck, type DaemonSeen } from '../../../src/cli/doctor/daemon.ts';
import { httpCheck } from '../../../src/cli/doctor/http.ts';
import { memoryCheck } from '../../../src/cli/doctor/memory.ts';
import { nodeCheck } from '../../../src/cli/doctor/node.ts';
import { orphansCheck } from '../../../src/cli/doctor/orphans.ts';
import { recordsCheck } from '../../../src/cli/doctor/records.ts';
import type { ServiceLook } from '../../../src/cli/doctor/service-look.ts';
import { serviceCheck } from '../../../src/cli/doctor/service.ts';
import type { ServiceReport } from '../../../src/cli/service/status.ts';
import { telegramCheck, type TelegramFacts } from '../../../src/cli/doctor/telegram.ts';
import { describeFindings } from '../../../src/cli/doctor/text.ts';
import { examineConfig, readConfig } from '../../../src/config/config.ts';
import { listenOnLoopback } from '../../../src/loopback/server.ts';
import type { Examination } from '../../../src/store/examination.ts';
import type { BotFacts, BotLook } from '../../../src/telegram/diagnosis.ts';
import { temporaryFolder } from '../../helpers/temporary-folder.ts';
import { NOON } from '../../helpers/records.ts';

const of = async (check: Check): Promise<readonly Finding[]> => (await examine([check]))[0]?.findings ?? [];
const worst = async (check: Check) =>
  (await of(check)).filter(({ level }) => level !== 'ok').map(({ level, found }) => `${level}: ${found}`);

describe('a check', () => {
  const check = (probe: Check['probe'], timeoutMs = 1_000): Check => ({ name: 'It', timeoutMs, probe });

  it('that hangs is given up, told, and holds no other one up', async () => {
    const examined = await examine([
      check(() => new Promise(() => undefined), 20),
      check(() => Promise.resolve([ok('fine')])),
    ]);
    expect(examined.map(({ findings }) => findings[0]?.level)).toEqual(['problem', 'ok']);
    expect(examined[0]?.findings[0]?.found).toContain('longer than 0.02 s');
  });

  it('that hangs is told so by its signal', async () => {
    let isOver = false;
    const hangs = check((signal) => {
      signal.addEventListener('abort', () => (isOver = true));
      return new Promise(() => undefined);
    }, 20);
    await examine([hangs]);
    expect(isOver).toBe(true);
  });

  it('that fails is a problem, told without secrets', async () => {
    const token = '123456789:AAEmulatedTelegramTokenForTheSandbox';
    const findings = await of(check(() => Promise.reject(new Error(`no ${token}`))));
    expect(findings).toMatchObject([
      { level: 'problem', found: 'This could not be looked at: no [redacted]' },
    ]);
  });
});

describe('Node', () => {
  const node = (version: string) => worst(nodeCheck({ version, path: '/bin/node', wanted: '>=22.18' }));

  it.each(['22.18.0', '22.19.1', '24.0.0', '100.1.0'])('%s is new enough', async (version) => {
    expect(await node(version)).toEqual([]);
  });

  it.each(['22.17.9', '20.19.0', '9.99.0'])('%s is too old', async (version) => {
    expect(await node(version)).toEqual([`problem: ${version} (/bin/node) is too old`]);
  });
});

describe('Claude Code', () => {
  const known = { state: 'known', executable: '/bin/claude', version: '2.1.330' } as const;
  const loggedIn = {
    state: 'loggedIn',
    method: 'claude.ai',
    provider: 'firstParty',
    email: 'a@example.com',
    plan: null,
  } as const;
  const claude = (over: Partial<Parameters<typeof claudeCheck>[0]>) =>
    claudeCheck({
      version: () => Promise.resolve(known),
      login: () => Promise.resolve(loggedIn),
      expected: '2.1.330',
      ...over,
    });

  it('that starts and is logged in is fine, and whose login it is is shown', async () => {
    expect(await of(claude({}))).toEqual([
      ok('2.1.330 (/bin/claude)'),
      ok('logged in (claude.ai, a@example.com)'),
    ]);
  });

  it('that is older than the one we were made with is told of', async () => {
    expect(await worst(claude({ expected: '2.2.0' }))).toEqual([
      'warning: 2.1.330 (/bin/claude) is older than 2.2.0, which this Hibernaut was made with',
    ]);
  });

  it('that is not logged in needs a login', async () => {
    const [, login] = await of(claude({ login: () => Promise.resolve({ state: 'loggedOut' }) }));
    expect(login).toMatchObject({ level: 'problem', repair: expect.stringContaining('/login') as string });
  });

  it('that does not start is one problem, with what is to be done', async () => {
    const why = "/bin/claude can't be run (ENOENT). Install Claude Code anew, or set CLAUDE_COMMAND.";
    const version = () => Promise.resolve({ state: 'unknown', why } as const);
    expect(await of(claude({ version }))).toEqual([
      problem("/bin/claude can't be run (ENOENT).", 'Install Claude Code anew, or set CLAUDE_COMMAND.'),
    ]);
  });
});

const bot: BotFacts = {
  username: 'anna_bot',
  canJoinGroups: true,
  readsAllOfGroups: false,
  hasTopics: false,
  webhookHost: null,
  pendingUpdates: 0,
  clockAheadMs: 900,
};
const looks =
  (over: Partial<BotFacts> = {}) =>
  (): Promise<BotLook> =>
    Promise.resolve({ outcome: 'known', facts: { ...bot, ...over } });

const serving = (telegram: object = {}, version = '1.0.0'): DaemonSeen => ({
  state: 'answers',
  status: {
    daemon: {
      ...{ pid: 42, version, state: 'serving', startedAt: NOON - 60_000 },
      telegram: { state: 'polling', lastError: null, conflict: null, ...telegram },
    },
  },
});
const ABSENT: DaemonSeen = { state: 'absent', hasSocket: false };

describe('Telegram', () => {
  const telegram = (over: Partial<TelegramFacts>) =>
    telegramCheck({
      look: looks(),
      apiRoot: 'https://api.example.com',
      isConfigured: true,
      removeWebhook: () => Promise.resolve(),
      daemon: ABSENT,
      hasGroups: () => Promise.resolve(false),
      ...over,
    });

  it('that knows the bot is fine', async () => {
    expect(await worst(telegram({}))).toEqual([]);
  });

  it.each<[string, Partial<TelegramFacts>, RegExp]>([
    [
      'refuses the token',
      { look: () => Promise.resolve({ outcome: 'tokenRefused' }) },
      /^problem: Telegram does not know/,
    ],
    [
      'can not be reached',
      { look: () => Promise.resolve({ outcome: 'unreachable', why: 'no route' }) },
      /^problem: https:\/\/api\.example\.com can not be reached: no route/,
    ],
    [
      'sends updates to a webhook',
      { look: looks({ webhookHost: 'x.example', pendingUpdates: 3 }) },
      /^problem: A webhook is set, to x\.example.*3 updates wait/,
    ],
    ['has no token', { look: null }, /^warning: No token is set/],
    ['has a token that could not be read', { look: null, isConfigured: false }, /^warning: not looked at/],
    [
      'gives updates to another program',
      { daemon: serving({ conflict: { count: 4, lastAt: NOON } }) },
      /^problem: Another program took updates over .* 4 times, last 20/,
    ],
    [
      'gives the daemon no updates',
      { daemon: serving({ state: 'backingOff', lastError: 'timed out' }) },
      /^problem: The daemon receives no updates: it is backingOff \(timed out\)/,
    ],
    [
      'lets the bot into no group any more, and it has sessions there',
      { look: looks({ canJoinGroups: false }), hasGroups: () => Promise.resolve(true) },
      /^warning: It can not be added to groups/,
    ],
  ])('that %s is told of', async (_what, over, expected) => {
    expect(await worst(telegram(over))).toEqual([expect.stringMatching(expected)]);
  });

  it('says what privacy mode keeps from it, and how it goes only where there are groups', async () => {
    const text = async (hasGroups: boolean) =>
      (await of(telegram({ hasGroups: () => Promise.resolve(hasGroups) })))
        .map(({ found }) => found)
        .join('\n');
    expect(await text(true)).toMatch(/privacy mode is on: .*\/setprivacy/);
    expect(await text(false)).not.toContain('/setprivacy');
  });
});

describe('the clock', () => {
  it.each<[string, number | null, string[]]>([
    ['right to a second', 900, []],
    ['not compared', null, []],
    ['ahead', 90_000, ["warning: The clock is 1 min 30 s ahead of Telegram's."]],
    ['behind', -3_600_000, ["warning: The clock is 1 h behind Telegram's."]],
  ])('that is %s', async (_what, clockAheadMs, expected) => {
    expect(await worst(clockCheck(looks({ clockAheadMs })))).toEqual(expected);
  });
});

describe('the daemon', () => {
  const daemon = (seen: DaemonSeen, isHeld: 'yes' | 'no' | 'perhaps' = 'no') =>
    worst(
      daemonCheck({
        ...{ daemon: seen, dataDir: '/data', version: '1.0.0', now: () => NOON },
        holder: () => Promise.resolve({ isHeld, pid: isHeld === 'no' ? null : 42 }),
      }),
    );

  it('may be absent, also if it was killed', async () => {
    expect(await daemon(ABSENT)).toEqual([]);
    expect(await daemon({ state: 'absent', hasSocket: true })).toEqual([]);
  });

  it('that serves is fine, and one of another version is told of', async () => {
    expect(await daemon(serving(), 'yes')).toEqual([]);
    expect(await daemon(serving({}, '0.9.0'), 'yes')).toEqual([
      'warning: Hibernaut 0.9.0 (pid 42) is serving, up 1 min; this command is of 1.0.0.',
    ]);
  });

  it('that holds the folder and does not answer is a problem', async () => {
    expect(await daemon(ABSENT, 'yes')).toEqual([
      'problem: A process (pid 42) holds the data folder /data, and no daemon answers there.',
    ]);
    expect(await daemon({ state: 'silent', why: 'nothing came.' }, 'yes')).toEqual([
      'problem: The daemon does not answer: nothing came.',
    ]);
  });
});

describe('records', () => {
  const none: Examination = {
    ...{ sessions: 2, chats: 1, hasGroups: false, paired: 0, newerFolder: null },
    ...{ unreadable: [], newer: [], setAside: [], processes: [] },
  };
  const file = (name: string) => ({
    path: `/data/${name}`,
    name,
    why: 'version 9, and this Hibernaut knows 2 at most',
  });

  it('that can all be read are counted', async () => {
    expect(await of(recordsCheck(() => Promise.resolve(none)))).toEqual([ok('2 sessions of 1 chat')]);
  });

  it('of a folder that a newer Hibernaut wrote are refused once, with the version that is needed', async () => {
    const newerFolder = { writtenBy: '2.0.0', why: 'its session records are of version 9' };
    const findings = await of(
      recordsCheck(() => Promise.resolve({ ...none, newerFolder, newer: [file('a.json')] })),
    );
    expect(findings).toMatchObject([
      { level: 'problem', found: expect.stringContaining('written by Hibernaut 2.0.0') as string },
      { level: 'ok' },
    ]);
    expect(findings[0]?.repair).toContain('Hibernaut 2.0.0 or newer');
  });

  it('that can not be read are named, and of very many some', async () => {
    const unreadable = Array.from({ length: 8 }, (_, index) => file(`${String(index)}.json`));
    const found = await worst(
      recordsCheck(() => Promise.resolve({ ...none, unreadable, newer: [file('n.json')] })),
    );
    expect(found).toHaveLength(7);
    expect(found[5]).toBe('problem: … and 3 more like these');
    expect(found[6]).toMatch(/^problem: \/data\/n\.json is of version 9/);
  });
});

describe('orphans', () => {
  const orphans = (runs: boolean, pids: number[]) =>
    of(
      orphansCheck({
        find: () => Promise.resolve(pids.map((pid) => ({ pid }))),
        mayDaemonRun: () => Promise.resolve(runs),
        end: () => Promise.resolve(),
      }),
    );

  it('can be ended while no daemon runs, and are left to a person while one does', async () => {
    expect(await orphans(false, [])).toMatchObject([{ level: 'ok' }]);
    expect(await orphans(false, [7, 8])).toMatchObject([
      { level: 'problem', fix: expect.anything() as object },
    ]);
    expect((await orphans(true, [7]))[0]).toMatchObject({ level: 'warning' });
    expect((await orphans(true, [7]))[0]).not.toHaveProperty('fix');
  });
});

describe('the HTTP address', () => {
  const http = (port: number, runs: boolean) =>
    worst(httpCheck({ address: { host: '127.0.0.1', port }, mayDaemonRun: () => Promise.resolve(runs) }));

  it("that another program has is a problem, and the daemon's own is asked", async () => {
    let status = 200;
    const server = await listenOnLoopback('127.0.0.1', 0, (_, response) => response.writeHead(status).end());
    const port = Number(new URL(server.url).port);
    try {
      expect(await http(port, true)).toEqual([]);
      status = 503;
      expect(await http(port, true)).toEqual([`warning: ${server.url}/healthz answers 503.`]);
      expect(await http(port, false)).toEqual([expect.stringMatching(/^problem: .*(taken|in use|listen)/)]);
    } finally {
      await server.close();
    }
    expect(await http(port, false)).toEqual([]);
    expect(await http(port, true)).toEqual([expect.stringContaining('does not answer, and a daemon runs')]);
  });

  it('that is off is none', async () => {
    expect(await worst(httpCheck({ address: null, mayDaemonRun: () => Promise.resolve(false) }))).toEqual([]);
  });
});

describe('the configuration', () => {
  const config = readConfig({
    HIBERNAUT_ENV_FILE: 'off',
    TELEGRAM_BOT_TOKEN: '123456789:AAEmulatedTelegramTokenForTheSandbox',
  });
  const facts = { config, faults: [], envFile: null, paired: () => Promise.resolve(0) };

  it('tells every fault, and of people only without one', async () => {
    expect(await worst(configurationCheck({ ...facts, faults: ['A is 1. Make it 2.', 'B.'] }))).toEqual([
      'problem: A is 1. Make it 2.',
      'problem: B.',
    ]);
  });

  it('by which nobody may use the bot is told of, until somebody came with a code', async () => {
    expect(await worst(configurationCheck(facts))).toEqual(['warning: Nobody may use the bot yet.']);
    expect(await worst(configurationCheck({ ...facts, paired: () => Promise.resolve(1) }))).toEqual([]);
  });
});

describe('the text', () => {
  const examined = [
    { name: 'Node', findings: [ok('24')] },
    {
      name: 'Telegram',
      findings: [problem('bad\u001b[2J', 'Mend it.', { done: 'x', run: () => Promise.resolve() })],
    },
  ];

  it('has a line for each finding, its repair below, and a closing sentence', () => {
    expect(describeFindings(examined, { isUnicode: true, mended: [] })).toBe(
      [
        '✓ Node      24',
        '✗ Telegram  bad?[2J',
        '            Mend it.',
        '',
        '1 thing needs mending. "hibernaut doctor --fix" mends one by itself.',
        '',
      ].join('\n'),
    );
  });

  it('says what was mended, and that all is well', () => {
    const text = describeFindings(examined.slice(0, 1), { isUnicode: false, mended: ['Mended: x'] });
    expect(text).toBe('ok Node  24\n\nMended: x\nAll is well.\n');
  });
});

describe('memory', () => {
  const memory = (places: number) =>
    worst(
      memoryCheck({ maxLive: { places, why: 'as set' }, byMemory: { places: 4, why: 'by the machine' } }),
    );

  it('holds as many processes as it gives itself, and of more it is told', async () => {
    expect(await memory(4)).toEqual([]);
    expect(await memory(9)).toEqual([
      'warning: 9 Claude processes at once (as set), and there is room for 4 (by the machine).',
    ]);
  });
});

describe('the service', () => {
  const service = {
    ...{ installed: true, active: 'active', detail: 'running', enabled: true, pid: 7, says: null },
    ...{ result: null, exitCode: null, restarts: 0, since: null },
  };
  const report: ServiceReport = {
    manager: 'systemd',
    ...{ file: '/unit', service, daemon: null, lingering: true },
    settings: { envFile: '/env', data: { dataDir: '/data' } },
  };
  const look = (over: Partial<ServiceReport> = {}, isStale = false): ServiceLook => ({
    ...{ state: 'installed', isStale, isSystem: false },
    report: { ...report, ...over },
  });
  const seen = (said: ServiceLook) =>
    worst(serviceCheck({ look: () => Promise.resolve(said), dataDir: '/data' }));

  it.each<[string, ServiceLook, RegExp[]]>([
    ['not installed', { state: 'none' }, []],
    ['running', look(), []],
    ['not to be asked', { state: 'unknown', why: 'no bus', isInstalled: true }, [/^warning: .*no bus/]],
    ['failed', look({ service: { ...service, active: 'failed' } }), [/^problem: .*failed/]],
    ['stopped', look({ service: { ...service, active: 'inactive' } }), [/^warning: .*inactive/]],
    [
      'not enabled',
      look({ service: { ...service, enabled: false } }),
      [/^warning: It does not start by itself/],
    ],
    ['ended by a logout', look({ lingering: false }), [/^warning: .*lingering is off/]],
    ['of another version', look({}, true), [/^warning: \/unit is not what this Hibernaut would write/]],
    [
      'kept out by another daemon',
      look({ daemon: { pid: 8, state: 'serving', version: '1' } }),
      [/^problem: .*as pid 7, and another daemon .*pid 8/],
    ],
    [
      'on another folder',
      look({ settings: { envFile: '/env', data: { dataDir: '/other' } } }),
      [/^warning: It works on \/other/],
    ],
    [
      'wrongly set up',
      look({ settings: { envFile: '/env', data: { problem: 'no token' } } }),
      [/^problem: Its settings can't serve: no token/],
    ],
  ])('that is %s', async (_what, said, expected) => {
    expect(await seen(said)).toEqual(expected.map((pattern) => expect.stringMatching(pattern) as string));
  });
});

it('an env file that others can read is closed by --fix, and counts then', async () => {
  const envFile = join(temporaryFolder(), 'hibernaut.env');
  writeFileSync(envFile, 'HIBERNAUT_HTTP=off\n');
  chmodSync(envFile, 0o646);
  const environment = { HIBERNAUT_ENV_FILE: envFile };
  const check = () =>
    configurationCheck({ ...examineConfig(environment), envFile, paired: () => Promise.resolve(0) });
  const findings = await of(check());
  expect(findings).toMatchObject([
    { level: 'problem', found: expect.stringContaining('open to others') as string },
  ]);
  await findings[0]?.fix?.run();
  expect(await of(check())).toEqual([ok(`from ${envFile} and the environment`)]);
});
