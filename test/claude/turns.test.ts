/** Turns of the real Claude Code binary: what is told of them, and shown. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../helpers/real-claude.ts';
import { until } from '../helpers/until.ts';

describe('a turn', () => {
  it('happens in the workspace, in the conversation that an earlier process left', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt('remember the blue door');
    await first.told.heard('claude.turnEnded');
    first.process.send({ type: 'claude.stop' });
    await first.told.heard('claude.exited');

    const second = await real.run({ ...first.input, conversationStarted: true });
    second.prompt('what did I say?');
    await second.told.heard('claude.turnEnded');
    expect(second.told.answers[0]).toContain('remember the blue door');
    expect(second.identity.pid).not.toBe(first.identity.pid);
  });

  it("takes Unicode's own line ends for text, on the way there, back, and in the transcript", async () => {
    await using real = await RealClaude.start();
    const { told, prompt, input } = await real.run();
    const uuid = prompt('one\u2028two\u2029three');
    await told.heard('claude.turnEnded');
    const [markdown] = told.answers;
    expect(markdown).toContain('You said: one\u2028two\u2029three');
    const { fates } = await real.claude.recover(real.recoveryOf(input, [uuid]));
    expect(fates).toEqual([{ uuid, fate: 'answered', markdown }]);
  });

  it('is shown as it streams, and what the tool at work is', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run({ permissionMode: 'bypassPermissions' });
    prompt('slow 5');
    await told.heard('claude.turnEnded');
    const texts = told.shown.map(({ text }) => text.trim());
    expect(texts).toContain('word1');
    expect(texts.at(-1)).toBe('word1 word2 word3 word4 word5');

    told.shown.length = 0;
    prompt('run: touch made-here');
    await told.heard('claude.turnEnded', 2);
    const call = { words: 'Bash: touch made-here', state: 'running' };
    expect(told.shown.map(({ tools }) => tools.latest)).toContainEqual([call]);
    expect(told.shown.at(-1)).toMatchObject({
      text: expect.stringContaining('Done') as string,
      tools: { count: 1, latest: [{ ...call, state: 'done' }] },
    });
    expect(existsSync(join(real.workspace, 'made-here'))).toBe(true);
  });

  it('answers with all of its last message, also when a prompt came during the turn, and after a crash', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, process, input } = await real.run();
    const first = prompt('run: touch made-here');
    const { approval } = await told.heard('claude.approvalRequested');
    const second = prompt('slow 3');
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'deny', why: null } });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toMatch(/^It did not run: .*word1 word2 word3$/s);
    const { fates } = await real.claude.recover(real.recoveryOf(input, [first, second]));
    expect(fates[0]).toMatchObject({ uuid: first, fate: 'answered', markdown: told.answers[0] });
  });

  it('gives signs of life, at most one a second', async () => {
    let now = 1_000;
    await using real = await RealClaude.start({ now: () => now });
    const { told, prompt } = await real.run();
    prompt('slow 20');
    await until(
      'some words',
      () => told.shown.length,
      (shown) => shown > 3,
    );
    const before = told.all('claude.heard').length;
    now += 1_000;
    await told.heard('claude.turnEnded');
    expect(before).toBe(1);
    expect(told.all('claude.heard').map(({ at }) => at)).toEqual([1_000, 2_000]);
  });

  it('is followed by one of its own when a background task ends', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run({ permissionMode: 'bypassPermissions' });
    // It ends when it is told to: one that ended during the first turn would have no turn of its own.
    prompt('background: until [ -e go ]; do sleep 0.05; done');
    await told.heard('claude.turnEnded');
    real.touch('go');
    await told.heard('claude.turnEnded', 2);
    expect(told.types.slice(2)).toEqual([
      'claude.turnStarted',
      'claude.backgroundTasksChanged',
      'claude.answered',
      'claude.turnEnded',
      'claude.backgroundTasksChanged',
      'claude.turnStarted',
      'claude.answered',
      'claude.turnEnded',
    ]);
    expect(told.all('claude.backgroundTasksChanged').map(({ count }) => count)).toEqual([1, 0]);
    expect(told.answers[1]).toBe('The background task ended.');
  });

  it("ends without an answer when the conversation already has the prompt's uuid", async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    const uuid = prompt('hello');
    await told.heard('claude.turnEnded');
    process.send({ type: 'claude.prompt', uuid, text: 'hello' });
    await told.heard('claude.turnEnded', 2);
    expect(told.answers).toHaveLength(1);
  });

  it('keeps its one conversation: /clear is answered, not carried out', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    prompt('remember the blue door');
    await told.heard('claude.turnEnded');
    prompt('/clear');
    await told.heard('claude.turnEnded', 2);
    prompt('what did I say?');
    await told.heard('claude.turnEnded', 3);
    expect(told.answers[1]).toContain('Send /clear');
    expect(told.answers[2]).toContain('blue door');
  });

  it('has an answer when Claude Code carries out a command itself', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    prompt('hello');
    await told.heard('claude.turnEnded');
    prompt('/compact');
    await told.heard('claude.turnEnded', 2);
    expect(told.answers[1]).toMatch(/^Compacted/);
  });
});
