/** What the real Claude Code binary keeps off, whatever it was allowed, in a folder above it. */
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { offLimitsRules } from '../../../src/claude/talk/off-limits.ts';
import { RealClaude } from '../../helpers/real-claude.ts';

/** A name that means something in a pattern and in a rule. */
const FOLDER = 'sta[t]e (1) *!';
const ALLOW_ALL = {
  type: 'addRules',
  rules: [{ toolName: 'Read' }, { toolName: 'Edit' }, { toolName: 'Write' }, { toolName: 'Bash' }],
  behavior: 'allow',
  destination: 'session',
} as const;

async function start() {
  const offLimits: string[] = [];
  const real = await RealClaude.start({ offLimits });
  const { workspace } = real;
  mkdirSync(join(workspace, FOLDER));
  writeFileSync(join(workspace, FOLDER, 'record.json'), 'a secret');
  writeFileSync(join(workspace, 'hibernaut.env'), 'a secret');
  writeFileSync(join(workspace, 'beside.txt'), 'no secret');
  symlinkSync(join(workspace, 'hibernaut.env'), join(workspace, 'link'));
  offLimits.push(join(workspace, FOLDER), join(workspace, 'hibernaut.env'));
  return real;
}

describe('what is off limits', () => {
  it.each(['default', 'acceptEdits', 'bypassPermissions'] as const)(
    'is neither read nor changed by the tools of Claude, nor by `cat`, in the mode %s, whatever was allowed',
    async (permissionMode) => {
      await using real = await start();
      const sessionRules = permissionMode === 'default' ? [ALLOW_ALL] : [];
      const { told, prompt } = await real.run({ permissionMode, sessionRules });
      const asked = [
        'read hibernaut.env',
        'read link',
        'edit hibernaut.env: secret => lie',
        'write hibernaut.env: a lie',
        `write ${join(real.workspace, 'link')}: a lie`,
        'run: cat hibernaut.env',
        `run: cat '${FOLDER}/record.json'`,
        'run: head -c 100 ./hibernaut.env',
      ];
      for (const [index, words] of asked.entries()) {
        prompt(words);
        await expect.poll(() => told.answers.length, { timeout: 30_000 }).toBe(index + 1);
      }
      expect(told.answers.join('\n')).not.toContain('a secret');
      expect(told.types).not.toContain('claude.approvalRequested');
      expect(readFileSync(join(real.workspace, 'hibernaut.env'), 'utf8')).toBe('a secret');
      prompt('read beside.txt');
      await expect.poll(() => told.answers.at(-1), { timeout: 30_000 }).toContain('no secret');
    },
  );

  it('is named by rules in which no sign of a path means anything else', () => {
    expect(offLimitsRules(['/a (b)/[c]'])).toEqual([
      'Read(//a \\(b\\)/\\\\[c\\\\])',
      'Read(//a \\(b\\)/\\\\[c\\\\]/**)',
      'Edit(//a \\(b\\)/\\\\[c\\\\])',
      'Edit(//a \\(b\\)/\\\\[c\\\\]/**)',
    ]);
  });
});
