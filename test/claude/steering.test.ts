/** Prompts that reach the real Claude Code binary during a turn: what it does with them, and what its transcript says. */
import { describe, expect, it } from 'vitest';
import { RealClaude, type Running } from '../helpers/real-claude.ts';
import { until } from '../helpers/until.ts';

const WAITS = (file: string) =>
  `run: node -e "const t = setInterval(() => require('fs').existsSync('${file}') && clearInterval(t), 50)"`;

/** A turn whose tool runs until the file is there. */
async function atWork(real: RealClaude, file = 'go'): Promise<Running & { first: string; goOn: () => void }> {
  const running = await real.run({ permissionMode: 'bypassPermissions' });
  const first = running.prompt(WAITS(file));
  await until(
    'the tool',
    () => running.told.shown.at(-1)?.tools.latest.at(-1)?.words ?? '',
    (words) => words.startsWith('Bash'),
  );
  return { ...running, first, goOn: () => real.touch(file) };
}

describe('a prompt that comes during a turn', () => {
  it('is taken in after the next tool, and answered with the turn', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, first, goOn, input } = await atWork(real);
    const second = prompt('hello');
    goOn();
    await told.heard('claude.turnEnded');
    expect(told.all('claude.answered')).toMatchObject([{ answers: [first, second] }]);
    expect(told.answers[0]).toContain('You said: hello');
    expect(told.all('claude.promptTaken').map(({ uuid }) => uuid)).toEqual([first, second]);
    const { fates } = await real.claude.recover(real.recoveryOf(input, [first, second]));
    expect(fates).toEqual([
      { uuid: first, fate: 'answered', markdown: told.answers[0] },
      { uuid: second, fate: 'joined', turnOf: first },
    ]);
  });

  it('has a turn of its own if no tool follows, and so has each behind it: all are in the transcript', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, input } = await real.run();
    const uuids = ['slow 20', 'one', 'two', 'three'].map(prompt);
    await told.heard('claude.turnEnded');
    expect(told.all('claude.answered').map(({ answers }) => answers)).toEqual(uuids.map((uuid) => [uuid]));
    const { fates } = await real.claude.recover(real.recoveryOf(input, uuids));
    expect(fates.map(({ fate }) => fate)).toEqual(['answered', 'answered', 'answered', 'answered']);
  });

  it('is not left behind if the turn before it ends while its record is still being written', async () => {
    await using real = await RealClaude.start();
    let saved = Promise.resolve();
    const { told, prompt, process } = real.begin({}, () => saved);
    await told.heard('claude.ready');
    const first = prompt('one');
    await told.heard('claude.promptTaken');
    const { promise, resolve: save } = Promise.withResolvers<void>();
    saved = promise;
    const second = prompt('two');
    await told.heard('claude.answered');
    // Claude answers in order: by then it has said that it is idle.
    for (let asked = 0; asked < 20; asked += 1) await process.usage();
    expect(told.types).not.toContain('claude.turnEnded');
    save();
    await told.heard('claude.turnEnded');
    expect(told.all('claude.answered').map(({ answers }) => answers)).toEqual([[first], [second]]);
  });

  it('is never left behind, at whatever moment of the turn before it comes', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    const uuids: string[] = [];
    for (let round = 1; round <= 25; round++) {
      uuids.push(prompt(`number ${String(round)}`));
      await told.heard(round % 2 === 0 ? 'claude.answered' : 'claude.promptTaken', round);
    }
    await until(
      'all answers',
      () => told.all('claude.answered').flatMap(({ answers }) => answers),
      (answered) => answered.length === uuids.length,
    );
    expect(told.all('claude.answered').flatMap(({ answers }) => answers)).toEqual(uuids);
    await until(
      'the end',
      () => told.types.at(-1),
      (type) => type === 'claude.turnEnded',
    );
  });

  it('can be taken back until Claude has taken it', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, process, first, goOn, input } = await atWork(real);
    const [second, third] = [prompt('never said'), prompt('not said either')];
    for (const uuid of [second, third]) process.send({ type: 'claude.withdraw', uuid });
    await told.heard('claude.promptWithdrawn', 2);
    const fourth = prompt('what did I say?');
    process.send({ type: 'claude.withdraw', uuid: first });
    goOn();
    await told.heard('claude.turnEnded');
    expect(told.all('claude.promptWithdrawn').map(({ uuid }) => uuid)).toEqual([second, third]);
    expect(told.all('claude.answered').flatMap(({ answers }) => answers)).toEqual([first, fourth]);
    expect(told.answers.join()).not.toContain('said either');
    const { fates } = await real.claude.recover(real.recoveryOf(input, [second, third]));
    expect(fates.map(({ fate }) => fate)).toEqual(['absent', 'absent']);
  });

  it('is dropped by an interrupt, and so are those behind it', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, process, input } = await atWork(real);
    const dropped = [prompt('one'), prompt('two')];
    process.send({ type: 'claude.interrupt' });
    await told.heard('claude.turnEnded');
    prompt('what did I say?');
    await told.heard('claude.turnEnded', 2);
    expect(told.answers).toHaveLength(1);
    expect(told.answers[0]).not.toMatch(/\d\. (one|two)/);
    const { fates } = await real.claude.recover(real.recoveryOf(input, dropped));
    expect(fates.map(({ fate }) => fate)).toEqual(['absent', 'absent']);
  });

  it('did not arrive if Claude was killed before it took it, and then goes to the next process, once', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, first, input, identity } = await atWork(real);
    await real.hasWrittenDown(input, first);
    const second = prompt('only once');
    // It is in Claude's own queue by then.
    await real.hasQueued(input, 'only once');
    process.kill(identity.pid, 'SIGKILL');
    await told.heard('claude.exited');
    const { fates } = await real.claude.recover(real.recoveryOf(input, [first, second]));
    expect(fates.map(({ fate }) => fate)).toEqual(['cutOff', 'absent']);

    const next = await real.run({ ...input, conversationStarted: true });
    next.prompt('what did I say?');
    await next.told.heard('claude.turnEnded');
    expect(next.told.answers[0]).not.toContain('only once');
    next.process.send({ type: 'claude.prompt', uuid: second, text: 'only once' });
    await next.told.heard('claude.turnEnded', 2);
    expect(next.told.answers[1]).toContain('You said: only once');
  });

  it('shares the fate of the turn that took it in when Claude is killed', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, first, goOn, input, identity } = await atWork(real);
    const second = prompt(WAITS('never'));
    goOn();
    await told.heard('claude.promptTaken', 2);
    await real.hasWrittenDown(input, second);
    process.kill(identity.pid, 'SIGKILL');
    await told.heard('claude.exited');
    const { fates } = await real.claude.recover(real.recoveryOf(input, [first, second]));
    expect(fates).toMatchObject([{ fate: 'cutOff' }, { uuid: second, fate: 'joined', turnOf: first }]);
  });
});
