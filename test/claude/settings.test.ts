/** The settings of a live process of the real Claude Code binary, and what it offers. */
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../helpers/real-claude.ts';

describe('a live process', () => {
  it('changes its permission mode between turns and within one, and says so', async () => {
    await using real = await RealClaude.start();
    const { process, told, prompt } = await real.run();
    process.send({ type: 'claude.configure', settings: { permissionMode: 'acceptEdits' } });
    prompt('write a.txt: one');
    await told.heard('claude.turnEnded');
    expect(told.all('claude.approvalRequested')).toEqual([]);
    expect(existsSync(join(real.workspace, 'a.txt'))).toBe(true);
    expect(told.all('claude.permissionModeChanged')).toMatchObject([{ permissionMode: 'acceptEdits' }]);

    prompt('slow 900');
    await told.heard('claude.turnStarted', 2);
    process.send({ type: 'claude.configure', settings: { permissionMode: 'default' } });
    expect(await told.heard('claude.permissionModeChanged', 2)).toMatchObject({ permissionMode: 'default' });
    process.send({ type: 'claude.interrupt' });
    await told.heard('claude.turnEnded', 2);
    prompt('write a.txt: two');
    await told.heard('claude.approvalRequested');
  });

  it('can be put into the mode that asks for nothing only where that is allowed', async () => {
    await using allowing = await RealClaude.start({ allowBypass: true });
    const free = await allowing.run();
    free.process.send({ type: 'claude.configure', settings: { permissionMode: 'bypassPermissions' } });
    free.prompt('run: touch made');
    await free.told.heard('claude.turnEnded');
    expect(existsSync(join(allowing.workspace, 'made'))).toBe(true);

    await using forbidding = await RealClaude.start({ allowBypass: false });
    for (const permissionMode of ['default', 'bypassPermissions'] as const) {
      const { process, told, prompt } = await forbidding.run({ permissionMode });
      process.send({ type: 'claude.configure', settings: { permissionMode: 'bypassPermissions' } });
      prompt('run: touch made');
      await told.heard('claude.approvalRequested');
    }
  });

  it('asks again once a plan is approved, whatever it asked for before it planned', async () => {
    await using real = await RealClaude.start({ allowBypass: true });
    const { process, told, prompt } = await real.run({ permissionMode: 'bypassPermissions' });
    process.send({ type: 'claude.configure', settings: { permissionMode: 'plan' } });
    prompt('plan');
    const { approval } = await told.heard('claude.approvalRequested');
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'allow' } });
    await told.heard('claude.turnEnded');
    expect(told.all('claude.permissionModeChanged').at(-1)).toMatchObject({ permissionMode: 'default' });
    prompt('run: touch made');
    await told.heard('claude.approvalRequested', 2);
  });

  it('changes its model and its effort', async () => {
    await using real = await RealClaude.start();
    const { process, told, prompt } = await real.run({ effort: 'low' });
    prompt('who are you?');
    await told.heard('claude.turnEnded');
    process.send({ type: 'claude.configure', settings: { model: 'haiku', effort: 'max' } });
    prompt('who are you?');
    await told.heard('claude.turnEnded', 2);
    process.send({ type: 'claude.configure', settings: { model: null, effort: null } });
    prompt('who are you?');
    await told.heard('claude.turnEnded', 3);
    const [first, second, third] = told.answers;
    expect(first).toMatch(/effort: low/);
    expect(second).toMatch(/haiku.*effort: max/);
    expect(third).not.toMatch(/haiku|max/);
  });

  it('says at the start which models there are, and which commands, those of the project among them', async () => {
    await using real = await RealClaude.start();
    await mkdir(join(real.workspace, '.claude', 'commands'), { recursive: true });
    await writeFile(
      join(real.workspace, '.claude', 'commands', 'ship-it.md'),
      '---\ndescription: Ships it\nargument-hint: <where>\n---\nremember to ship it to $ARGUMENTS\n',
    );
    const { told } = await real.run();
    expect(told.offered?.models[0]).toMatchObject({ value: 'default' });
    expect(told.offered?.models.find(({ value }) => value === 'opus')?.efforts).toContain('high');
    expect(told.offered?.commands).toContainEqual({
      name: 'ship-it',
      description: 'Ships it (project)',
      argumentHint: '<where>',
      aliases: [],
      isBuiltin: false,
    });
    expect(told.offered?.commands.find(({ name }) => name === 'compact')?.isBuiltin).toBe(true);
  });
});
