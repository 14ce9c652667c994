/** `hibernaut logs`: for people and for programs, as it is and as it comes. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { logMethods } from '../../src/cli/daemon/log-methods.ts';
import { describeLogLine } from '../../src/cli/log-text.ts';
import { runCli } from '../../src/cli/program.ts';
import { startControlSocket, type ControlSocket } from '../../src/control/socket.ts';
import { createLog } from '../../src/log/log.ts';
import { LogRing } from '../../src/log/log-ring.ts';
import { aCliHost } from '../helpers/cli-host.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

let folder: string;
let socket: ControlSocket;
const TOKEN = `123456789:${'A'.repeat(35)}`;

beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => socket.close());

async function serve() {
  const ring = new LogRing();
  const written: string[] = [];
  const destination = { write: (line: string) => void written.push(line) };
  const log = createLog({ level: 'info', destination, onLine: ring.add });
  socket = await startControlSocket({ dataDir: folder, methods: logMethods(ring), onError: () => {} });
  return { log, written };
}

function hibernaut(...args: string[]) {
  const host = aCliHost({ HIBERNAUT_DATA_DIR: folder, HIBERNAUT_WORKSPACE: folder });
  return {
    host,
    done: runCli(['logs', ...args], host).then((code) => ({
      code,
      out: host.written(),
      err: host.complained(),
    })),
  };
}

it('shows a line for each fact, without secrets, and as it was written with --json', async () => {
  const { log, written } = await serve();
  log.info({ url: `https://x/bot${TOKEN}/getMe`, count: 3 }, 'telegram.asked');
  log.warn({ err: new Error('It broke') }, 'session.failed');
  const { code, out } = await hibernaut().done;
  expect(code).toBe(0);
  expect(out).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}telegram\.asked url=\S+redacted\S* count=3\n/);
  expect(out).toMatch(
    /warn {2}session\.failed err=\{"name":"Error","message":"It broke"\}\n {4}Error: It broke\n {4}at /,
  );
  expect(out).not.toContain(TOKEN);
  expect((await hibernaut('--json').done).out).toBe(written.join(''));
  expect((await hibernaut('--json', '--level', 'warn').done).out).toBe(written[1]);
  expect((await hibernaut('--json', '-n', '1').done).out).toBe(written[1]);
});

it('follows what comes until Ctrl+C', async () => {
  const { log } = await serve();
  const { host, done } = hibernaut('-f', '-n', '0');
  await expect
    .poll(() => {
      log.info('daemon.ticked');
      return host.written();
    })
    .toContain('daemon.ticked');
  host.process.emit('SIGINT');
  expect((await done).code).toBe(0);
});

it('says when the daemon stops meanwhile: exit code 1', async () => {
  const { log } = await serve();
  log.info('daemon.started');
  const { host, done } = hibernaut('-f');
  await expect.poll(() => host.written()).toContain('daemon.started');
  await socket.close();
  expect(await done).toMatchObject({
    code: 1,
    err: expect.stringContaining('It may just have stopped') as string,
  });
});

it('says where the log is if no daemon runs: exit code 1', async () => {
  await serve();
  await socket.close();
  const { code, err } = await hibernaut().done;
  expect(code).toBe(1);
  expect(err).toContain(`No Hibernaut runs on ${folder}`);
  expect(err).toContain('"hibernaut service logs"');
});

it.each(['-1', 'many', '2001'])('refuses %s lines', async (count) => {
  await serve();
  expect((await hibernaut(`--lines=${count}`).done).code).toBe(1);
});

it('lets no line tell the terminal what to do', () => {
  expect(describeLogLine('plain \u001b[31m')).toBe('plain ?[31m');
  expect(
    describeLogLine(JSON.stringify({ level: 'info', time: 'x', msg: 'a', b: '\u001b[2J' })),
  ).not.toContain('\u001b');
});
