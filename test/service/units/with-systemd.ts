/**
 * `npm run check:systemd`: the service from its installation to its removal under a real systemd, with the real Claude
 * Code, the emulated Telegram and the scripted model. Needs root, and systemd and util-linux installed, not running: it
 * starts a person's service manager in a mount namespace of its own, whose `/run` looks booted.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { startEmulator } from '../../../src/sandbox/bot-api/emulator.ts';
import { startModel } from '../../../src/sandbox/model/model.ts';
import { processesWhere } from '../../helpers/processes.ts';
import { ANNA, MAIN } from '../../helpers/program.ts';
import { until } from '../../helpers/until.ts';

const INSIDE = `
set -e
mount -t tmpfs tmpfs /run
mkdir -p /run/systemd/system /run/user/0
chmod 700 /run/user/0
export XDG_RUNTIME_DIR=/run/user/0
"$(command -v systemd || echo /usr/lib/systemd/systemd)" --user </dev/null >/dev/null 2>&1 &
manager=$!
"$@" && code=0 || code=$?
systemctl --user exit || kill $manager
wait $manager || true
exit $code
`;

const write = (text: string): void => void process.stdout.write(`${text}\n`);

process.exitCode = process.argv[2] === 'inside' ? await inside() : await outside();

async function outside(): Promise<number> {
  const home = await mkdtemp(join(tmpdir(), 'hibernaut systemd-'));
  try {
    const self = [process.execPath, fileURLToPath(import.meta.url), 'inside'];
    const { exitCode, code } = await execa(
      'unshare',
      ['--mount', '--propagation', 'private', 'bash', '-c', INSIDE, 'bash', ...self],
      {
        env: { HOME: home, PATH: process.env['PATH'] ?? '' },
        extendEnv: false,
        reject: false,
        stdio: 'inherit',
      },
    );
    if (code === 'ENOENT') write('There is no unshare here. Install it: apt-get install util-linux systemd');
    return exitCode ?? 1;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function inside(): Promise<number> {
  const home = process.env['HOME'] ?? '';
  const telegram = await startEmulator();
  const model = await startModel();
  const envFile = join(home, '.config', 'hibernaut', 'hibernaut.env');
  const dropIns = join(home, '.config', 'systemd', 'user', 'hibernaut.service.d');
  await Promise.all(
    [join(home, 'work'), join(envFile, '..'), dropIns].map((path) => mkdir(path, { recursive: true })),
  );
  const settings = (token: string): Promise<void> =>
    writeFile(
      envFile,
      [
        `TELEGRAM_BOT_TOKEN=${token}`,
        `TELEGRAM_API_ROOT=${telegram.url}`,
        `HIBERNAUT_ALLOWED_USERS=${String(ANNA)}`,
        `HIBERNAUT_WORKSPACE='${join(home, 'work')}'`,
        'HIBERNAUT_HTTP=off',
        'HIBERNAUT_DRAIN=1m',
        `ANTHROPIC_BASE_URL=${model.url}`,
        'ANTHROPIC_API_KEY=scripted',
        'CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC=1',
        'IS_SANDBOX=1',
        '',
      ].join('\n'),
      { mode: 0o600 },
    );
  const ofThisHome = (): number[] => processesWhere((variables) => variables.includes(`HOME=${home}`));
  const hibernaut = async (...args: string[]) => {
    const { exitCode, all } = await execa(process.execPath, [MAIN, 'service', ...args], {
      all: true,
      reject: false,
      env: { HIBERNAUT_ENV_FILE: '' },
    });
    return { exitCode, said: all };
  };
  const property = async (name: string): Promise<string> =>
    (await execa('systemctl', ['--user', 'show', '--value', `--property=${name}`, 'hibernaut.service']))
      .stdout;
  const dropIn = async (...lines: string[]): Promise<void> => {
    await writeFile(join(dropIns, 'check.conf'), ['[Service]', ...lines, ''].join('\n'));
    await execa('systemctl', ['--user', 'daemon-reload']);
  };
  const replaced = (pid: string): Promise<string> =>
    until(
      'another process that serves',
      () => property('MainPID'),
      (now) => now !== pid && now !== '0',
    );

  const steps: [what: string, step: () => Promise<boolean>][] = [
    [
      'is installed and serves',
      async () => {
        await settings(telegram.token);
        const { exitCode, said } = await hibernaut('install');
        write(said);
        return (
          exitCode === 0 &&
          (await property('ActiveState')) === 'active' &&
          (await hibernaut('status')).exitCode === 0
        );
      },
    ],
    [
      'answers, with Claude in its control group',
      async () => {
        telegram.sendText({ chatId: ANNA, text: 'run: id' });
        await until(
          'a live session',
          () => property('StatusText'),
          (text) => text === 'Serving, 1 session live.',
        );
        const { stdout } = await execa('systemd-cgls', ['--no-pager', '--user-unit', 'hibernaut.service']);
        return /main\.ts start/.test(stdout) && /claude/.test(stdout);
      },
    ],
    [
      'is started again when its event loop stands still',
      async () => {
        await dropIn('WatchdogSec=4s', 'RestartSec=1s');
        await hibernaut('install', '--restart');
        const pid = await property('MainPID');
        process.kill(Number(pid), 'SIGSTOP');
        return (await replaced(pid)) !== pid && (await property('NRestarts')) === '1';
      },
    ],
    [
      'is started again after a crash',
      async () => {
        const pid = await property('MainPID');
        process.kill(Number(pid), 'SIGKILL');
        await replaced(pid);
        return until(
          'readiness',
          () => property('ActiveState'),
          (state) => state === 'active',
        ).then(() => true);
      },
    ],
    [
      'is not started again for a wrong token, and says why',
      async () => {
        await settings(`123456789:${'B'.repeat(35)}`);
        const { exitCode, said } = await hibernaut('install', '--restart');
        write(said);
        const isFinal = (await property('ActiveState')) === 'failed' && (await property('NRestarts')) === '0';
        await settings(telegram.token);
        return (
          exitCode === 1 &&
          said.includes('it exits with 78') &&
          isFinal &&
          (await hibernaut('status')).exitCode === 3
        );
      },
    ],
    [
      'lets a turn end that takes longer than systemd would wait',
      async () => {
        await dropIn('TimeoutStopSec=2s');
        if ((await hibernaut('install')).exitCode !== 0) return false;
        const { message_id } = telegram.sendText({ chatId: ANNA, text: 'slow 200' });
        await until(
          'the turn',
          () => model.turns.at(-1)?.text,
          (text) => text?.includes('slow 200') ?? false,
        );
        const startedAt = Date.now();
        const { exitCode, said } = await hibernaut('uninstall');
        write(`${said}\nIt took ${String(Date.now() - startedAt)} ms.`);
        const answer = await telegram.waitForMessage(
          ANNA,
          (message) => message.message_id > message_id && /word200\s*$/.test(message.text ?? ''),
          5_000,
        );
        return exitCode === 0 && Date.now() - startedAt > 6_000 && answer.message_id > message_id;
      },
    ],
    [
      'leaves nothing behind',
      async () => {
        const left = ofThisHome().filter((pid) => !before.includes(pid));
        return left.length === 0 && (await hibernaut('status')).exitCode === 4;
      },
    ],
  ];
  await until(
    'the service manager',
    () => execa('systemctl', ['--user', 'is-system-running'], { reject: false }),
    ({ stdout }) => /running|degraded/.test(stdout),
  );
  const before = ofThisHome();
  let failed = 0;
  for (const [what, step] of steps) {
    const held = await step().catch((error: unknown) => {
      write(String(error));
      return false;
    });
    write(`${held ? '✓' : '✗'} ${what}`);
    if (!held) failed += 1;
  }
  await telegram.close();
  await model.close();
  return failed === 0 ? 0 : 1;
}
