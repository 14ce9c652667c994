/** The tool with which the real Claude Code binary sends files. */
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../../helpers/real-claude.ts';

describe('sending files', () => {
  it.each(['default', 'acceptEdits', 'plan', 'bypassPermissions'] as const)(
    'needs no leave in the mode %s',
    async (permissionMode) => {
      await using real = await RealClaude.start();
      const { told, prompt } = await real.run({ permissionMode });
      prompt('send a.txt, b.png: **both**');
      await told.heard('claude.turnEnded');
      expect(told.files).toEqual([{ paths: ['a.txt', 'b.png'], caption: '**both**' }]);
      expect(told.types).not.toContain('claude.approvalRequested');
      expect(told.answers).toEqual(['Sent.']);
      expect(told.shown.flatMap(({ tools }) => tools.latest.map(({ words }) => words))).toContain(
        'Sending files',
      );
    },
  );

  it('is there again in a conversation that goes on', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt('remember this');
    await first.told.heard('claude.turnEnded');
    first.process.send({ type: 'claude.stop' });
    await first.told.heard('claude.exited');
    const { told, prompt } = await real.run({ ...first.input, conversationStarted: true });
    prompt('send a.txt');
    await told.heard('claude.turnEnded');
    expect(told.files).toEqual([{ paths: ['a.txt'], caption: null }]);
  });

  it('tells Claude why nothing was sent', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    told.refusal = 'There is no file a.txt.';
    prompt('send a.txt');
    await told.heard('claude.turnEnded');
    expect(told.answers).toEqual(['It did not run: Nothing was sent. There is no file a.txt.']);
  });

  it('takes ten files at most', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run();
    prompt(`send ${Array.from({ length: 11 }, (_, index) => `${String(index)}.txt`).join(', ')}`);
    await told.heard('claude.turnEnded');
    expect(told.files).toEqual([]);
    expect(told.answers[0]).toContain('It did not run');
  });
});
