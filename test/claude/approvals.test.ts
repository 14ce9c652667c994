/** Tool calls of the real Claude Code binary that wait for a person. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../helpers/real-claude.ts';

describe('an approval', () => {
  it('shows the whole call, and lets it happen once when allowed', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    prompt('write a.txt: some words');
    const { approval } = await told.heard('claude.approvalRequested');
    const file = join(real.workspace, 'a.txt');
    expect(approval).toEqual({
      id: expect.stringMatching(/^[\w-]{22}$/) as string,
      toolName: 'Write',
      input: { file_path: file, content: 'some words' },
      canAllowForSession: true,
      messageId: null,
    });
    expect(existsSync(file)).toBe(false);
    process.send({ type: 'claude.answerApproval', id: approval.id, decision: 'allow' });
    await told.heard('claude.turnEnded');
    expect(await readFile(file, 'utf8')).toBe('some words');

    prompt('write b.txt: some words');
    const second = await told.heard('claude.approvalRequested', 2);
    expect(second.approval.id).not.toBe(approval.id);
  });

  it('tells Claude when it is denied', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    prompt('write a.txt: some words');
    const { approval } = await told.heard('claude.approvalRequested');
    process.send({ type: 'claude.answerApproval', id: approval.id, decision: 'deny' });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toContain('The user denied this tool call.');
    expect(existsSync(join(real.workspace, 'a.txt'))).toBe(false);
  });

  it('waits for its own answer: another id changes nothing', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    prompt('write a.txt: some words');
    const { approval } = await told.heard('claude.approvalRequested');
    process.send({ type: 'claude.answerApproval', id: 'another', decision: 'allow' });
    process.send({ type: 'claude.answerApproval', id: approval.id, decision: 'deny' });
    process.send({ type: 'claude.answerApproval', id: approval.id, decision: 'allow' });
    await told.heard('claude.turnEnded');
    expect(existsSync(join(real.workspace, 'a.txt'))).toBe(false);
  });

  it.each(['run: node -e "console.log((1 + 2), 3)"', 'run: touch "a,b (c)"', 'write a.txt: words'])(
    'for the session is not asked for again, in a later process either: %s',
    async (text) => {
      await using real = await RealClaude.start();
      const first = await real.run();
      first.prompt(text);
      const { approval } = await first.told.heard('claude.approvalRequested');
      expect(approval.canAllowForSession).toBe(true);
      first.process.send({ type: 'claude.answerApproval', id: approval.id, decision: 'allowForSession' });
      const { rules } = await first.told.heard('claude.sessionRulesGranted');
      await first.told.heard('claude.turnEnded');
      first.prompt(text);
      await first.told.heard('claude.turnEnded', 2);
      first.process.send({ type: 'claude.stop' });
      await first.told.heard('claude.exited');

      const sessionRules: unknown = JSON.parse(JSON.stringify(rules));
      const second = await real.run({
        ...first.input,
        sessionRules: sessionRules as typeof rules,
        conversationStarted: true,
      });
      second.prompt(text);
      await second.told.heard('claude.turnEnded');
      expect(first.told.all('claude.approvalRequested')).toHaveLength(1);
      expect(second.told.all('claude.approvalRequested')).toEqual([]);
      expect(second.told.answers).toHaveLength(1);
    },
  );

  it('for the session is nothing that other sessions get', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt('run: touch x');
    const { approval } = await first.told.heard('claude.approvalRequested');
    first.process.send({ type: 'claude.answerApproval', id: approval.id, decision: 'allowForSession' });
    await first.told.heard('claude.turnEnded');
    const other = await real.run();
    other.prompt('run: touch x');
    await other.told.heard('claude.approvalRequested');
  });

  it('is also how questions and plans are asked for this far, and hangs neither', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run({ permissionMode: 'plan' });
    prompt('ask');
    const { approval: question } = await told.heard('claude.approvalRequested');
    process.send({ type: 'claude.answerApproval', id: question.id, decision: 'allowForSession' });
    await told.heard('claude.turnEnded');
    expect(question.toolName).toBe('AskUserQuestion');
    expect(question.canAllowForSession).toBe(false);
    expect(told.all('claude.sessionRulesGranted')).toEqual([]);
    prompt('plan');
    const { approval: plan } = await told.heard('claude.approvalRequested', 2);
    process.send({ type: 'claude.answerApproval', id: plan.id, decision: 'allow' });
    await told.heard('claude.turnEnded', 2);
    expect(plan.toolName).toBe('ExitPlanMode');
  });

  it('is asked for questions even in a session that asks for nothing else', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run({ permissionMode: 'bypassPermissions' });
    prompt('ask');
    const { approval } = await told.heard('claude.approvalRequested');
    expect(approval.toolName).toBe('AskUserQuestion');
  });
});
