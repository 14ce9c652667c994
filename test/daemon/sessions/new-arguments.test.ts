/** What /new makes of the words behind it. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readNewArguments } from '../../../src/daemon/sessions/new-arguments.ts';

const work = realpathSync(mkdtempSync(join(tmpdir(), 'hibernaut-new-')));
afterAll(() => rmSync(work, { recursive: true }));
for (const folder of ['app', 'my app', 'login']) mkdirSync(join(work, folder));
writeFileSync(join(work, 'notes.txt'), '');
const rules = { workspace: work, workspaceRoots: [work], home: work };

it.each([
  ['', '', null],
  ['app', 'app', null],
  ['my app', 'my app', null],
  ['app fix the login', 'app', 'fix the login'],
  ['"my app" fix it', 'my app', 'fix it'],
  ["'my app'", 'my app', null],
  ['“my app” fix', 'my app', 'fix'],
  ['. fix the login', '', 'fix the login'],
  ['~/app  two', 'app', 'two'],
  ['app\nfix', 'app', 'fix'],
])('%j is a folder and a name', async (argument, folder, name) => {
  expect(await readNewArguments(argument, rules)).toEqual({ workspace: join(work, folder), name });
});

it('a word that is no folder is not guessed at: both ways are offered', async () => {
  const refused =
    `There is no folder "tests" in ${work}. ` +
    'For a session of that name in the default folder, send: /new . tests';
  expect(await readNewArguments('tests', rules)).toEqual({ refused });
  expect(await readNewArguments('fix the tests', rules)).toHaveProperty('refused');
});

it.each(['./nowhere', '~/nowhere', '/nowhere', 'app/nowhere', '"no where" name', 'notes.txt', '..'])(
  '%s is refused as a folder',
  async (argument) => {
    expect(await readNewArguments(argument, rules)).toHaveProperty('refused');
  },
);
