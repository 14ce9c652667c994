/** The real Claude Code binary understands the scripted model, offline. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CanUseTool } from '@anthropic-ai/claude-agent-sdk';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startModel } from '../../../src/sandbox/model/model.ts';
import type { ScriptedModel } from '../../../src/sandbox/ports.ts';
import { type Claude, isIdle, startClaude, textsOf } from './claude.ts';

let model: ScriptedModel;
beforeAll(async () => {
  model = await startModel();
});
afterAll(() => model.close());

describe('in one process', () => {
  let claude: Claude;
  const asked: string[] = [];
  const canUseTool: CanUseTool = (name, input) => {
    asked.push(name);
    if (JSON.stringify(input).includes('refused'))
      return Promise.resolve({ behavior: 'deny', message: 'No.' });
    const answers =
      name === 'AskUserQuestion' ? { answers: { 'Which colour do you like better?': 'Blue' } } : {};
    return Promise.resolve({ behavior: 'allow', updatedInput: { ...input, ...answers } });
  };
  beforeAll(async () => {
    claude = await startClaude({ modelUrl: model.url, canUseTool });
  });
  afterAll(() => claude.close());

  it('talks, runs what is allowed, and says what was refused', async () => {
    expect(await claude.ask('hello')).toMatch(/^You said: hello\n\nI am a scripted stand-in/);
    expect(await claude.ask('run: echo one > f; cat f')).toBe('Done: one');
    expect(await claude.ask('run: touch refused')).toBe('It did not run: No.');
    expect(await claude.ask('run: false')).toContain('It did not run: Exit code 1');
    // `false` needs no permission: Claude Code knows that it changes nothing.
    expect(asked).toEqual(['Bash', 'Bash']);
  });

  it('writes and edits files, and asks', async () => {
    expect(await claude.ask('write sub/a.txt: some text')).toBe('Wrote `sub/a.txt`.');
    expect(await claude.ask('edit sub/a.txt: some => other')).toBe('Edited `sub/a.txt`.');
    expect(await readFile(join(claude.folder, 'sub/a.txt'), 'utf8')).toBe('other text');
    expect(await claude.ask('edit missing.txt: a => b')).toContain('It did not run:');
    expect(await claude.ask('ask')).toContain('="Blue"');
    expect(asked.slice(2)).toEqual(['Write', 'Edit', 'AskUserQuestion']);
  });

  it('thinks, remembers, and goes on after errors of the model', async () => {
    expect(await claude.ask('think')).toBe('I have thought about it.');
    expect(await claude.ask('fail 401')).toContain('Invalid API key');
    expect(await claude.ask('fail 529')).toContain('Overloaded');
    const memory = await claude.ask('what did I say?');
    expect(memory).toMatch(/^You said:\n\n1\. hello\n2\. run: echo one/);
    expect(memory).toContain('\n10. fail 401\n11. fail 529');
    expect(model.turns.at(-1)).toMatchObject({ text: 'what did I say?' });
    expect(model.turns.at(-1)?.earlier).toBeGreaterThan(20);
  });

  it('stops a hanging answer when interrupted', async () => {
    claude.push('hang');
    await expect.poll(() => model.turns.at(-1)?.text).toBe('hang');
    const from = claude.messages.length;
    await claude.interrupt();
    // It says that it is idle a little after the result; the next question would take that for its own end.
    await claude.waitFor(isIdle, from);
    expect(claude.messages.slice(from).some((message) => message.type === 'result')).toBe(true);
    expect(await claude.ask('slow 2')).toBe('word1 word2 ');
  });

  it('comes back by itself when a background task ended', async () => {
    // It ends when it is told to: one that ended during the turn that started it would be heard of in that turn.
    expect(await claude.ask('background: until [ -e go ]; do sleep 0.05; done')).toBe(
      'Started in the background.',
    );
    await writeFile(join(claude.folder, 'go'), '');
    await claude.waitFor((message) => textsOf([message]).includes('The background task ended.'));
  });

  it('hears nothing but what it is asked, and asks for nothing else', () => {
    expect(model.unknownRequests).toEqual([]);
    expect(new Set(model.turns.map((turn) => turn.text)).size).toBe(model.turns.length);
  });
});

describe('with a process of its own', () => {
  let claude: Claude;
  afterEach(() => claude.close());

  it('makes a plan in plan mode, and asks for its approval', async () => {
    const plans: unknown[] = [];
    claude = await startClaude({
      modelUrl: model.url,
      permissionMode: 'plan',
      canUseTool: (name, input) => {
        if (name === 'ExitPlanMode') plans.push(input['plan']);
        return Promise.resolve({ behavior: 'allow', updatedInput: input });
      },
    });
    expect(await claude.ask('plan')).toBe('The plan is approved.');
    expect(plans).toEqual([expect.stringContaining('# The scripted plan')]);
    expect(await claude.ask('plan')).toContain('not in plan mode');
  });

  it('answers what is typed while a tool runs', async () => {
    claude = await startClaude({ modelUrl: model.url });
    claude.push('run: until [ -e go ]; do perl -e "select undef,undef,undef,.05"; done');
    await claude.waitFor((message) => JSON.stringify(message).includes('"requires_action"'));
    const before = model.turns.length;
    claude.push('slow 2');
    claude.push('slow 3');
    await writeFile(join(claude.folder, 'go'), '');
    await claude.waitFor((message) => textsOf([message]).join().includes('word3'));
    const words = textsOf(claude.messages).join('\n');
    expect(words).toMatch(/Done:[\s\S]*word1 word2 [\s\S]*word1 word2 word3 /);
    expect(model.turns.slice(before).map((turn) => turn.text)).toEqual(['slow 2', 'slow 3']);
  });
});
