/** Claude Code's own commands from the chat: its built-in ones, and those of the project. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ANNA, startProgram, type Program } from '../helpers/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
  const folder = join(program.workspace, '.claude', 'commands');
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'ship-it.md'),
    '---\ndescription: Ships it\n---\nremember to ship it to $ARGUMENTS\n',
  );
});
afterAll(() => program.close());

describe("Claude's own commands", () => {
  it('of the project are carried out before anything else was said, and offered in the menu', async () => {
    await program.ask('/ship_it the moon', /I will remember to ship it to the moon/);
    expect(program.telegram.commandsIn(ANNA)).toContainEqual({
      command: 'ship_it',
      description: 'Ships it (project)',
    });
    expect(program.telegram.commandsIn(ANNA)).toContainEqual(expect.objectContaining({ command: 'new' }));
    await program.ask('/commands', /\/ship_it – Ships it/);
  });

  it('are answered by Claude Code itself, without the model', async () => {
    await program.ask('/context', /Context Usage/);
    await program.ask('/nonsense', /There is no command \/nonsense/);
    expect(program.model.turns.map(({ text }) => text).join('\n')).not.toMatch(/context|nonsense/);
  });

  it('/compact says what it made of the conversation, which goes on', async () => {
    await program.ask('/compact keep the moon', /^Compacted: [\d,]+ tokens before/);
    await program.ask('still there?', /You said: still there\?/);
  });
});
