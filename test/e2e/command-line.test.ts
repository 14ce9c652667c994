/** The command line beside a running daemon: what each command prints, does, and exits with, with the real Claude behind it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isRunning } from '../helpers/processes.ts';
import { ANNA, MAIN, startProgram, type Program } from '../helpers/program.ts';

const SECRET = 'the-secret-of-the-garden';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
  await program.ask(`hello ${SECRET}`, /You said: hello/);
  await program.sessionIs('idle');
});
afterAll(() => program.close());

async function hibernaut(args: string[], input = '') {
  const ran = await execa(process.execPath, [MAIN, ...args], {
    env: program.environment,
    extendEnv: false,
    reject: false,
    input,
  });
  return { code: ran.exitCode, out: ran.stdout, err: ran.stderr };
}

describe('the command line', () => {
  it('lists the sessions and shows one, without a word that was said', async () => {
    const { id, pid } = await program.session();
    const listed = await hibernaut(['sessions']);
    expect(listed).toMatchObject({ code: 0, err: '' });
    expect(listed.out).toMatch(
      new RegExp(`^${id} +work +idle .* ${String(pid)} +\\d+ MB +${program.workspace}$`, 'm'),
    );
    const shown = await hibernaut(['session', id.slice(0, 4), '--timeline']);
    expect(shown).toMatchObject({ code: 0, err: '' });
    expect(shown.out).toMatch(/active\.working +(Claude is ready|there is room)/);
    expect(shown.out).toMatch(/ idle +its turn was over/);
    const { out } = await hibernaut(['session', '--json']);
    expect(JSON.parse(out)).toMatchObject({ session: { id, state: 'idle' } });
    expect(listed.out + shown.out + out).not.toContain(SECRET);
  });

  it('suspends, wakes and changes the timeout', async () => {
    const { id, pid } = await program.session();
    expect(await hibernaut(['suspend'])).toMatchObject({
      code: 0,
      out: expect.stringMatching(
        / is suspended; its process had \d+ MB\. Its conversation is kept\.$/,
      ) as string,
    });
    expect(isRunning(pid)).toBe(false);
    expect((await program.session()).lastEnd?.reason).toBe('user');
    expect((await hibernaut(['wake', id])).out).toMatch(/ is awake, pid \d+\.$/);
    expect((await hibernaut(['timeout', id, '36h'])).out).toContain('after 1 d 12 h of being idle');
    expect(await program.sessionIs('idle')).toMatchObject({ idleTimeoutMs: 36 * 3_600_000 });
  });

  it('sends a message, prints the answer, and shows both in the chat', async () => {
    const { id } = await program.session();
    const { code, out } = await hibernaut(['send', id, '--wait', '-'], 'good morning\n');
    expect({ code, out }).toMatchObject({
      code: 0,
      out: expect.stringMatching(/You said: good morning/) as string,
    });
    const texts = () => program.telegram.messages(ANNA).map(({ text }) => text ?? '');
    await expect.poll(() => texts().some((text) => /^You said: good morning/.test(text))).toBe(true);
    const question = texts().findIndex((text) =>
      text.includes("From the host's command line:\ngood morning"),
    );
    expect(question).toBeGreaterThan(-1);
    expect(question).toBeLessThan(texts().findIndex((text) => /^You said: good morning/.test(text)));
  });

  it('interrupts a turn, and the chat is told', async () => {
    await program.sessionIs('idle');
    program.telegram.sendText({ chatId: ANNA, text: 'slow 900' });
    await program.telegram.waitForMessage(ANNA, ({ text }) => /word3/.test(text ?? ''));
    expect((await hibernaut(['stop'])).out).toContain('was interrupted. Its chat was told.');
    await program.telegram.waitForMessage(ANNA, ({ text }) =>
      /interrupted from the host's command line/.test(text ?? ''),
    );
    await program.sessionIs('idle');
  });

  it('shows the log, and follows it', async () => {
    const { code, out } = await hibernaut(['logs', '-n', '2000']);
    expect(code).toBe(0);
    expect(out).toMatch(/ info {2}session\.created /);
    expect(out).not.toContain(SECRET);
    const following = execa(process.execPath, [MAIN, 'logs', '-f', '--json'], {
      env: program.environment,
      extendEnv: false,
      reject: false,
    });
    let isFound = false;
    for await (const line of following) {
      isFound ||= (JSON.parse(line) as { msg: string }).msg === 'daemon.state';
      if (isFound) following.kill('SIGINT');
    }
    expect(isFound).toBe(true);
    expect((await following).exitCode).toBe(0);
  });

  it('ends a session, and the chat is told', async () => {
    const { id, pid } = await program.session();
    expect((await hibernaut(['end', id])).out).toMatch(
      / has ended; its process had \d+ MB\. Its chat was told\.$/,
    );
    expect(isRunning(pid)).toBe(false);
    await program.telegram.waitForMessage(ANNA, ({ text }) =>
      /ended from the host's command line/.test(text ?? ''),
    );
    expect((await hibernaut(['wake', id])).code).toBe(1);
    const { out } = await hibernaut(['session', id, '--timeline']);
    expect(out).toMatch(/ terminated +its process ended \(it was asked to/);
  });

  it('reads what is left when the daemon has stopped, and says so', async () => {
    expect(await program.stop()).toBe(0);
    const listed = await hibernaut(['sessions', '--all']);
    expect(listed.code).toBe(0);
    expect(listed.err).toContain('No daemon runs');
    const id = listed.out.split('\n')[1]?.split(' ')[0] ?? '?';
    expect((await hibernaut(['session', id, '--timeline'])).out).toMatch(/ asked to end \(command line\)/);
    expect(readFileSync(join(program.dataDir, 'history', `${id}.jsonl`), 'utf8')).not.toContain(SECRET);
    for (const command of [['suspend', id], ['send', id, 'hello'], ['logs']]) {
      const { code, err } = await hibernaut(command);
      expect({ code, err }).toMatchObject({
        code: 1,
        err: expect.stringContaining('No Hibernaut runs on') as string,
      });
    }
  });
});
