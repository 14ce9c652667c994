/** Claude Code's conversations, as the real binary keeps them. */
import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../../helpers/real-claude.ts';

async function says(real: RealClaude, text: string, change: Parameters<RealClaude['run']>[0] = {}) {
  const { told, prompt, process, input } = await real.run(change);
  prompt(text);
  const { markdown } = await told.heard('claude.answered');
  await told.heard('claude.turnEnded');
  process.send({ type: 'claude.stop' });
  await told.heard('claude.exited');
  return { markdown, ...input };
}

describe('conversations', () => {
  it('are listed by folder, the last used first, and found by their id', async () => {
    await using real = await RealClaude.start();
    const { conversations } = real.claude;
    expect(await conversations.list(real.workspace)).toEqual([]);
    const elsewhere = join(real.folder, 'elsewhere');
    await mkdir(elsewhere);
    const first = await says(real, 'remember the red door');
    const second = await says(real, 'remember the blue door');
    const other = await says(real, 'hello', { workspace: elsewhere });
    expect(await conversations.list(real.workspace)).toMatchObject([
      { claudeSessionId: second.claudeSessionId, title: 'remember the blue door', folder: real.workspace },
      { claudeSessionId: first.claudeSessionId, title: 'remember the red door' },
    ]);
    expect(await conversations.find(other.claudeSessionId)).toMatchObject({ folder: elsewhere });
    expect(await conversations.find(randomUUID())).toBeNull();
    expect(await conversations.find('../../etc/passwd')).toBeNull();
  });

  it('are forked: both remember what was said before, and neither what the other hears after', async () => {
    await using real = await RealClaude.start();
    const { claudeSessionId } = await says(real, 'remember the red door');
    const fork = await real.claude.conversations.fork(claudeSessionId, 'The way in');
    expect(fork).not.toBe(claudeSessionId);
    expect(await real.claude.conversations.find(fork)).toMatchObject({ title: 'The way in' });
    const original = { claudeSessionId, conversationStarted: true };
    const copy = { claudeSessionId: fork, conversationStarted: true };
    await says(real, 'remember the oak', original);
    await says(real, 'remember the elm', copy);
    const recalled = (await says(real, 'what did I say?', copy)).markdown;
    expect(recalled).toContain('red door');
    expect(recalled).toContain('elm');
    expect(recalled).not.toContain('oak');
    expect((await says(real, 'what did I say?', original)).markdown).not.toContain('elm');
  });

  it('that a process has open are known to be, until it has ended', async () => {
    await using real = await RealClaude.start();
    const { told, prompt, process, input, identity } = await real.run();
    prompt('hello');
    await told.heard('claude.turnEnded');
    const open = () => real.claude.conversations.openIn(input.claudeSessionId);
    expect(await open()).toBe(identity.pid);
    expect(await real.claude.conversations.openIn(randomUUID())).toBeNull();
    await process.kill();
    expect(await open()).toBeNull();
  });
});
