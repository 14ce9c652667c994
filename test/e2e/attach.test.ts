/** `hibernaut attach` with the real Claude Code in a real terminal: the desk takes over, the phone waits, and gets it back. */
import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { query } from '@anthropic-ai/claude-agent-sdk';
import { execa } from 'execa';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ANNA, MAIN, startProgram, type Program } from '../helpers/program.ts';
import { childrenOf, isRunning } from '../helpers/processes.ts';
import { openTerminal, type Terminal } from '../helpers/terminal.ts';
import { until } from '../helpers/until.ts';

/** Claude Code moves the cursor where a line of text would have spaces. */
const loosely = (words: string) => new RegExp(words.replaceAll(' ', '\\s*'));
const OPEN = loosely('manual mode');

let program: Program;
const terminals: Terminal[] = [];
const over = new Set<Terminal>();

beforeAll(async () => {
  program = await startProgram();
  await setUpClaude();
});
afterEach(async () => {
  await Promise.all(terminals.splice(0).map(close));
});
afterAll(() => program.close());

function keep(terminal: Terminal): void {
  terminals.push(terminal);
  void terminal.exited.then(() => over.add(terminal));
}

/** Ends whatever of it still runs. */
async function close(terminal: Terminal): Promise<void> {
  if (over.has(terminal)) return;
  const wrapper = await terminal.pid();
  for (const pid of [...childrenOf(wrapper), wrapper]) process.kill(pid, 'SIGKILL');
  await terminal.exited;
}

/** As after a first start by hand: otherwise it asks about colours, the key, and whether the folder is trusted. */
async function setUpClaude(): Promise<void> {
  const folder = program.environment['CLAUDE_CONFIG_DIR'] ?? '';
  await mkdir(folder, { recursive: true });
  const settings = {
    hasCompletedOnboarding: true,
    theme: 'dark',
    customApiKeyResponses: { approved: ['scripted'], rejected: [] },
    projects: { [program.workspace]: { hasTrustDialogAccepted: true, hasCompletedProjectOnboarding: true } },
  };
  await writeFile(join(folder, '.claude.json'), JSON.stringify(settings));
}

function atTheDesk(...args: string[]): Terminal {
  const command = [process.execPath, MAIN, 'attach', ...args];
  const terminal = openTerminal(command, { environment: program.environment, cwd: '/' });
  keep(terminal);
  return terminal;
}

const phaseIs = (phase: string) =>
  until(
    `the session to be ${phase}`,
    () => program.session(),
    (session) => session.phase === phase,
  );

const isTheChatsAgain = () =>
  until(
    'the session to be the chat’s again',
    () => program.session(),
    ({ desk }) => desk === null,
  );

/** `hibernaut attach`, and the Claude that it has opened. */
async function processesOf(terminal: Terminal): Promise<{ wrapper: number; claude: number }> {
  const wrapper = await terminal.pid();
  const claude = await until(
    'Claude to be open',
    () => Promise.resolve(childrenOf(wrapper)[0] ?? 0),
    (pid) => pid > 0,
  );
  return { wrapper, claude };
}

async function says(terminal: Terminal, words: string, answer: RegExp): Promise<void> {
  terminal.types(words);
  await terminal.sees(loosely(words));
  terminal.types('\r');
  await terminal.sees(answer);
}

async function leaves(terminal: Terminal): Promise<void> {
  terminal.types('/exit');
  await terminal.sees(/\/exit/);
  terminal.types('\r');
}

const said = (text: RegExp) =>
  program.telegram.waitForMessage(ANNA, (message) => text.test(message.text ?? ''), 30_000);

it('the conversation goes on in the terminal, messages wait and say so, and then the chat has all of it', async () => {
  await program.ask('remember the blue gate', /I will remember/);
  const { pid } = await program.sessionIs('idle');
  const terminal = atTheDesk();
  await terminal.sees(OPEN);
  await phaseIs('suspended.attached.open');
  expect(isRunning(pid)).toBe(false);
  await says(terminal, 'remember the elm', loosely('I will remember'));
  await program.ask('what did I say?', /open at the desk, on .*\/detach takes it back/);
  expect((await program.session()).inbox).toBe(1);
  expect(await program.cli('sessions')).toContain('at the desk');
  await program.ask('/stop', /is open at the desk/);
  await program.ask('/clear', /is open at the desk/);
  await program.ask('/end', /is open at the desk/);
  await leaves(terminal);
  expect(await terminal.exited).toBe(0);
  expect(terminal.shown()).toContain("is the chat's again. 1 message that waited goes to Claude there now.");
  await said(/yours here again.*1 prompt there\.[^]*I will remember/);
  const answer = await said(/1\. remember the blue gate/);
  expect(answer.text).toContain('remember the elm');
});

it('/clear there begins a conversation that the chat goes on with', async () => {
  const before = await program.sessionIs('idle');
  const terminal = atTheDesk(before.id);
  await terminal.sees(OPEN);
  terminal.types('/clear');
  await terminal.sees(/\/clear/);
  terminal.types('\r');
  await says(terminal, 'remember the oak', loosely('You said'));
  await leaves(terminal);
  await terminal.exited;
  await said(/it goes on with the conversation that was open there last.* 1 prompt there/);
  const { claudeSessionId } = await program.session();
  expect(claudeSessionId).not.toBe(before.claudeSessionId);
  const recalled = await program.ask('what did I say?', /You said/);
  expect(recalled).toContain('oak');
  expect(recalled).not.toContain('elm');
});

it('/detach takes it back, and the terminal says so', async () => {
  const terminal = atTheDesk();
  await terminal.sees(OPEN);
  await phaseIs('suspended.attached.open');
  await program.ask('/detach', /Closing .* at the desk/);
  expect(await terminal.exited).toBe(143);
  expect(terminal.shown()).toContain('The phone took it back.');
  await said(/nothing was said there/);
});

it('a turn that runs is interrupted with --now', async () => {
  program.telegram.sendText({ chatId: ANNA, text: 'slow 400' });
  // Before that Claude may be on its way still, and would not have had the message.
  await said(/word3/);
  const terminal = atTheDesk('--now');
  await terminal.sees(OPEN);
  await said(/^Interrupted: this is not answered/);
  await leaves(terminal);
  await terminal.exited;
});

it('the daemon that is killed and started again leaves the terminal alone, and notices when both have been killed', async () => {
  const terminal = atTheDesk();
  await terminal.sees(OPEN);
  await phaseIs('suspended.attached.open');
  const { wrapper, claude } = await processesOf(terminal);
  await program.kill();
  await program.start();
  await phaseIs('suspended.attached.open');
  expect(isRunning(claude)).toBe(true);
  process.kill(wrapper, 'SIGKILL');
  await until(
    'the wrapper to be gone',
    () => Promise.resolve(isRunning(wrapper)),
    (runs) => !runs,
  );
  expect((await program.session()).phase).toBe('suspended.attached.open');
  if (isRunning(claude)) process.kill(claude, 'SIGKILL');
  await isTheChatsAgain();
});

it('a Claude that is killed is handed back by the wrapper, whose exit code says how it ended', async () => {
  const terminal = atTheDesk();
  await terminal.sees(OPEN);
  const { claude } = await processesOf(terminal);
  process.kill(claude, 'SIGKILL');
  expect(await terminal.exited).toBe(137);
  await isTheChatsAgain();
});

it('without a daemon it works as well, and the next one finds what was said', async () => {
  const { claudeSessionId } = await program.session();
  await program.stop();
  const terminal = atTheDesk();
  await terminal.sees(OPEN);
  await says(terminal, 'remember the ash', /remember/);
  await leaves(terminal);
  expect(await terminal.exited).toBe(0);
  await program.start();
  await said(/yours here again/);
  expect(await program.ask('what did I say?', /ash/)).toContain('ash');
  expect((await program.session()).claudeSessionId).toBe(claudeSessionId);
});

it('a conversation that a terminal began is adopted by the chat, which is told, and goes on there', async () => {
  // A bot may not write first.
  await program.ask('/help', /Claude Code/);
  for await (const message of query({
    prompt: 'remember the rowan',
    options: { cwd: program.workspace, env: program.environment },
  })) {
    if (message.type === 'result') break;
  }
  const run = (...args: string[]) =>
    execa(process.execPath, [MAIN, 'adopt', ...args], {
      env: program.environment,
      extendEnv: false,
      cwd: program.workspace,
      reject: false,
    });
  expect((await run('--last', '--chat', '5')).stderr).toMatch(/no chat 5 here.*--chat/);
  const { stdout } = await run('--last', '--chat', String(ANNA), '--name', 'rowan', '--json');
  const { claudeSessionId, id } = JSON.parse(stdout) as { claudeSessionId: string; id: string };
  await said(/goes on with a conversation from a terminal on/);
  expect(await program.session()).toMatchObject({ id, claudeSessionId, name: 'rowan' });
  await program.ask('what did I say?', /remember the rowan/);
  const again = await run(claudeSessionId, '--chat', String(ANNA));
  expect(again).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(`Session ${id}`) as string });
});

it('is refused where there is no terminal, and to Claude itself', async () => {
  await expect(program.cli('attach')).rejects.toThrow(/this is none/);
  const command = [process.execPath, MAIN, 'attach'];
  const terminal = openTerminal(command, {
    environment: { ...program.environment, HIBERNAUT_OWNER: 'x' },
    cwd: '/',
  });
  keep(terminal);
  expect(await terminal.exited).toBe(1);
  expect(terminal.shown()).toContain('This is inside of a session');
});
