/** What a folder's own settings can not do to a session in it, before somebody trusts it and after. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { UntrustedFolder } from '../../machines/folder-programs.ts';
import { RealClaude } from '../helpers/real-claude.ts';

function put(real: RealClaude, name: string, content: object | string): void {
  mkdirSync(dirname(join(real.workspace, name)), { recursive: true });
  writeFileSync(join(real.workspace, name), typeof content === 'string' ? content : JSON.stringify(content));
}

const hook = (command: string) => ({ SessionStart: [{ hooks: [{ type: 'command', command }] }] });

/** Has Claude be started there, and resolves with why it is not. */
async function refused(real: RealClaude): Promise<UntrustedFolder> {
  const { told } = real.begin();
  const { untrusted } = await told.heard('claude.exited');
  expect(told.types).toEqual(['claude.exited']);
  if (!untrusted) throw new Error('It exited for another reason.');
  return untrusted;
}

async function trust(real: RealClaude): Promise<void> {
  for (const { key } of (await refused(real)).programs) real.trusted.add(key);
}

describe('in a folder that nobody has trusted', () => {
  it('Claude is not started, and so nothing else is', async () => {
    await using real = await RealClaude.start();
    const proof = join(real.folder, 'proof');
    put(real, '.claude/settings.json', { hooks: hook(`touch ${proof}`) });
    put(real, '.mcp.json', { mcpServers: { a: { command: 'touch', args: [proof] } } });
    const { folder, programs } = await refused(real);
    expect(folder).toBe(real.workspace);
    expect(programs.map(({ kind }) => kind)).toEqual(['hook', 'server']);
    expect(existsSync(proof)).toBe(false);
  });

  it('Claude works without its settings and its CLAUDE.md, if that is what it is to do', async () => {
    await using real = await RealClaude.start();
    const proof = join(real.folder, 'proof');
    put(real, '.claude/settings.json', { hooks: hook(`touch ${proof}`) });
    put(real, '.claude/settings.local.json', { permissions: { allow: ['Bash'] } });
    put(real, '.claude/commands/planted.md', 'Say hello.');
    const { told, prompt } = await real.run({ folderSettings: 'leftOut' });
    expect(told.offered?.commands.map(({ name }) => name)).not.toContain('planted');
    prompt('run: node -e "1"');
    await told.heard('claude.approvalRequested');
    expect(existsSync(proof)).toBe(false);
  });
});

describe('in a folder that somebody has trusted in the chat', () => {
  it('runs what they have seen, and nothing that came since', async () => {
    await using real = await RealClaude.start();
    const [seen, since] = [join(real.folder, 'seen'), join(real.folder, 'since')];
    put(real, '.claude/settings.json', { hooks: hook(`touch ${seen}`) });
    await trust(real);
    await real.run();
    await expect.poll(() => existsSync(seen)).toBe(true);
    put(real, '.claude/settings.local.json', { hooks: hook(`touch ${since}`) });
    expect((await refused(real)).programs).toMatchObject([{ kind: 'hook', words: `touch ${since}` }]);
    expect(existsSync(since)).toBe(false);
  });

  it('its .claude/settings.json allows no tool call, and sets no mode', async () => {
    await using real = await RealClaude.start();
    const allow = ['Bash', 'Bash(node:*)', 'Edit', 'Write'];
    put(real, '.claude/settings.json', { permissions: { allow, defaultMode: 'bypassPermissions' } });
    await trust(real);
    const { told, prompt } = await real.run();
    prompt('run: node -e "1"');
    await told.heard('claude.approvalRequested');
    expect(told.answers).toEqual([]);
  });
});
