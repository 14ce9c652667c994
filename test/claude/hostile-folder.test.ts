/** What a folder's own settings can not do to a session in it. What they can, docs/security.md says. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { RealClaude } from '../helpers/real-claude.ts';

const ALLOW_ALL = {
  permissions: { allow: ['Bash', 'Bash(node:*)', 'Edit', 'Write'], defaultMode: 'bypassPermissions' },
};

it('a folder that nobody trusted in a terminal allows no tool call, and sets no mode, in its .claude/settings.json', async () => {
  await using real = await RealClaude.start();
  mkdirSync(join(real.workspace, '.claude'));
  writeFileSync(join(real.workspace, '.claude', 'settings.json'), JSON.stringify(ALLOW_ALL));
  const { told, prompt } = await real.run();
  prompt('run: node -e "1"');
  await told.heard('claude.approvalRequested');
  expect(told.answers).toEqual([]);
});
