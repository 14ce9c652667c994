/** Which Claude Code there is: the bundled one says it itself, and what does not start is told with the repair. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { claudeVersion, expectedClaudeVersion } from '../../src/claude/version.ts';
import { temporaryFolder } from '../helpers/temporary-folder.ts';

const environment = { PATH: process.env['PATH'] ?? '' };

function script(text: string): string {
  const path = join(temporaryFolder(), 'claude');
  writeFileSync(path, `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  return path;
}

it('the bundled one is of the version that the Agent SDK was made for', async () => {
  const seen = await claudeVersion({ command: null, environment });
  expect(seen).toMatchObject({ state: 'known', version: expectedClaudeVersion() });
});

it.each([
  ['fails', 'exit 3', /did not say its version \(exit code 3\)\. Install Claude Code anew/],
  ['says something else', 'echo hello', /did not say its version \(exit code 0\)/],
  ['never ends', 'exec sleep 1000', /did not answer within 0\.3 s/],
])('one that %s is told of', async (_what, text, why) => {
  const seen = await claudeVersion({ command: script(text), environment, timeoutMs: 300 });
  expect(seen).toEqual({ state: 'unknown', why: expect.stringMatching(why) as string });
});

it('one that is not there is told of', async () => {
  const seen = await claudeVersion({ command: '/no/such/claude', environment });
  expect(seen).toMatchObject({
    state: 'unknown',
    why: expect.stringContaining("can't be run (ENOENT)") as string,
  });
});
