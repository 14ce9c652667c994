/** Interrupting the real Claude Code binary, at every moment of a turn. */
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { RealClaude, type Running } from '../helpers/real-claude.ts';
import { until } from '../helpers/until.ts';

const ENDED = ['claude.turnStarted', 'claude.turnEnded'];

/** The process works on afterwards, and nothing of the interrupted turn comes later. */
async function worksOn({ told, prompt }: Running): Promise<void> {
  const turns = told.all('claude.turnEnded').length;
  prompt('still there?');
  await told.heard('claude.turnEnded', turns + 1);
  expect(told.answers.at(-1)).toContain('You said: still there?');
}

describe('an interrupt', () => {
  it('ends a turn that streams, without an answer', async () => {
    await using real = await RealClaude.start();
    const running = await real.run();
    const { told, process, prompt } = running;
    prompt('slow 500');
    await until(
      'some words',
      () => told.shown.length,
      (shown) => shown > 3,
    );
    process.send({ type: 'claude.interrupt' });
    await told.heard('claude.turnEnded');
    expect(told.types.slice(2)).toEqual(ENDED);
    await worksOn(running);
  });

  it('ends a turn in which the model says nothing', async () => {
    await using real = await RealClaude.start();
    const running = await real.run();
    running.prompt('hang');
    await until(
      'the model',
      () => real.model.turns.length,
      (turns) => turns === 1,
    );
    running.process.send({ type: 'claude.interrupt' });
    await running.told.heard('claude.turnEnded');
    expect(running.told.answers).toEqual([]);
    await worksOn(running);
  });

  it('while only background tasks run ends those', async () => {
    await using real = await RealClaude.start();
    const running = await real.run({ permissionMode: 'bypassPermissions' });
    running.prompt('background: tail -f /dev/null');
    await running.told.heard('claude.turnEnded');
    const counts = () => running.told.all('claude.backgroundTasksChanged').map(({ count }) => count);
    expect(counts()).toEqual([1]);
    running.process.send({ type: 'claude.interrupt' });
    await until('the task to end', counts, (seen) => seen.at(-1) === 0);
  });

  it('ends a tool that runs', async () => {
    await using real = await RealClaude.start();
    const running = await real.run({ permissionMode: 'bypassPermissions' });
    running.prompt('run: tail -f /dev/null');
    await until(
      'the tool',
      () => running.told.shown.at(-1)?.tools.latest.at(-1)?.words,
      (words) => words === 'Bash: tail -f /dev/null',
    );
    running.process.send({ type: 'claude.interrupt' });
    await running.told.heard('claude.turnEnded');
    expect(running.told.answers).toEqual([]);
    await worksOn(running);
  });

  it('withdraws the approval that the turn waits for', async () => {
    await using real = await RealClaude.start();
    const running = await real.run();
    running.prompt('write a.txt: words');
    const { approval } = await running.told.heard('claude.approvalRequested');
    running.process.send({ type: 'claude.interrupt' });
    await running.told.heard('claude.turnEnded');
    expect(running.told.types.slice(2)).toEqual([
      'claude.turnStarted',
      'claude.approvalRequested',
      'claude.approvalWithdrawn',
      'claude.turnEnded',
    ]);
    expect(running.told.all('claude.approvalWithdrawn')[0]?.id).toBe(approval.id);
    await worksOn(running);
  });

  it.each(['first', 'second'])('reaches a %s prompt that Claude has not begun with', async (which) => {
    await using real = await RealClaude.start();
    const running = await real.run();
    const { told, process, prompt } = running;
    if (which === 'second') {
      prompt('hello');
      await told.heard('claude.turnEnded');
    }
    const answersBefore = told.answers.length;
    const turnsBefore = told.all('claude.turnEnded').length;
    prompt('slow 500');
    process.send({ type: 'claude.interrupt' });
    await told.heard('claude.turnEnded', turnsBefore + 1);
    expect(told.answers).toHaveLength(answersBefore);
    await worksOn(running);
  });

  it('is repeated until Claude has begun with the prompt, if it came too early', async () => {
    const command = fileURLToPath(new URL('../fixtures/begins-late.ts', import.meta.url));
    await using real = await RealClaude.start({ command });
    const { told, process, prompt } = await real.run();
    prompt('anything');
    process.send({ type: 'claude.interrupt' });
    await told.heard('claude.turnEnded');
    expect(told.types.slice(2)).toEqual(ENDED);
  });

  it('changes nothing when Claude is idle', async () => {
    await using real = await RealClaude.start();
    const running = await real.run();
    running.process.send({ type: 'claude.interrupt' });
    await worksOn(running);
    expect(running.told.all('claude.turnEnded')).toHaveLength(1);
  });
});
