/** Tool calls of the real Claude Code binary that wait for a person. */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { RealClaude } from '../../helpers/real-claude.ts';

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
      suggestion: 'edits',
      subject: { type: 'tool' },
      awaits: 'tap',
      messageId: null,
      request: { state: 'open', id: approval.id },
    });
    expect(existsSync(file)).toBe(false);
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'allow' } });
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
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'deny', why: null } });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toContain('The user denied this tool call.');
    expect(existsSync(join(real.workspace, 'a.txt'))).toBe(false);
  });

  it('waits for its own answer: another id changes nothing', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    prompt('write a.txt: some words');
    const { approval } = await told.heard('claude.approvalRequested');
    process.send({ type: 'claude.answerApproval', id: 'another', answer: { type: 'allow' } });
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'deny', why: null } });
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'allow' } });
    await told.heard('claude.turnEnded');
    expect(existsSync(join(real.workspace, 'a.txt'))).toBe(false);
  });

  it.each([
    ['run: node -e "console.log((1 + 2), 3)"', 'rules'],
    ['run: touch "a,b (c)"', 'edits'],
    ['write a.txt: words', 'edits'],
  ])('for the session is not asked for again, in a later process either: %s', async (text, suggestion) => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt(text);
    const { approval } = await first.told.heard('claude.approvalRequested');
    expect(approval.suggestion).toBe(suggestion);
    first.process.send({
      type: 'claude.answerApproval',
      id: approval.id,
      answer: { type: 'allowForSession' },
    });
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
  });

  it('for the session is nothing that other sessions get', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt('run: touch x');
    const { approval } = await first.told.heard('claude.approvalRequested');
    first.process.send({
      type: 'claude.answerApproval',
      id: approval.id,
      answer: { type: 'allowForSession' },
    });
    await first.told.heard('claude.turnEnded');
    const other = await real.run();
    other.prompt('run: touch x');
    await other.told.heard('claude.approvalRequested');
  });

  it('for the project is not asked for again, in another session of that folder either', async () => {
    await using real = await RealClaude.start();
    const first = await real.run();
    first.prompt('run: touch x');
    const { approval } = await first.told.heard('claude.approvalRequested');
    first.process.send({
      type: 'claude.answerApproval',
      id: approval.id,
      answer: { type: 'allowForProject' },
    });
    await first.told.heard('claude.turnEnded');
    expect(first.told.all('claude.sessionRulesGranted')).toEqual([]);
    const other = await real.run();
    other.prompt('run: touch x');
    await other.told.heard('claude.turnEnded');
    expect(other.told.all('claude.approvalRequested')).toEqual([]);
  });

  it('that is denied in words tells Claude the words', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    prompt('write a.txt: some words');
    const { approval } = await told.heard('claude.approvalRequested');
    const answer = { type: 'deny', why: 'wrong file' } as const;
    process.send({ type: 'claude.answerApproval', id: approval.id, answer });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toContain('denied this tool call, and says: wrong file');
  });
});

describe('a question of Claude', () => {
  it('comes with its options, and gets its answer', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt } = await real.run();
    prompt('ask');
    const { approval } = await told.heard('claude.approvalRequested');
    expect(approval).toMatchObject({
      toolName: 'AskUserQuestion',
      suggestion: 'none',
      subject: {
        type: 'questions',
        questions: [
          {
            question: 'Which colour do you like better?',
            options: [{ label: 'Red' }, { label: 'Blue' }],
            multiSelect: false,
          },
        ],
      },
    });
    const answers = { 'Which colour do you like better?': 'Blue' };
    process.send({ type: 'claude.answerApproval', id: approval.id, answer: { type: 'answers', answers } });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toMatch(/^Your answer: .*Blue/);
  });
});

describe('a plan of Claude', () => {
  const planned = async (real: RealClaude) => {
    const running = await real.run({ permissionMode: 'plan' });
    running.prompt('plan');
    const { approval } = await running.told.heard('claude.approvalRequested');
    expect(approval).toMatchObject({ toolName: 'ExitPlanMode', subject: { type: 'plan' } });
    return { ...running, id: approval.id };
  };

  it('that is approved ends the mode in which it was made: edits are asked for', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt, id } = await planned(real);
    process.send({ type: 'claude.answerApproval', id, answer: { type: 'allow' } });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toContain('approved');
    prompt('write a.txt: words');
    const { approval } = await told.heard('claude.approvalRequested', 2);
    expect(approval.toolName).toBe('Write');
  });

  it('that is approved with its edits does not ask for them', async () => {
    await using real = await RealClaude.start();
    const { told, process, prompt, id } = await planned(real);
    process.send({ type: 'claude.answerApproval', id, answer: { type: 'acceptEdits' } });
    await told.heard('claude.turnEnded');
    prompt('write a.txt: words');
    await told.heard('claude.turnEnded', 2);
    expect(told.all('claude.approvalRequested')).toHaveLength(1);
  });

  it('goes back with a remark', async () => {
    await using real = await RealClaude.start();
    const { told, process, id } = await planned(real);
    process.send({ type: 'claude.answerApproval', id, answer: { type: 'deny', why: 'smaller steps' } });
    await told.heard('claude.turnEnded');
    expect(told.answers[0]).toContain('wants to keep planning, and says: smaller steps');
  });
});

describe('leave', () => {
  it('is asked for questions even in a session that asks for nothing else', async () => {
    await using real = await RealClaude.start();
    const { told, prompt } = await real.run({ permissionMode: 'bypassPermissions' });
    prompt('ask');
    const { approval } = await told.heard('claude.approvalRequested');
    expect(approval.toolName).toBe('AskUserQuestion');
  });
});
