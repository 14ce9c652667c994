/** What a live message shows of a turn. */
import { describe, expect, it } from 'vitest';
import type { ShownProgress } from '../../../src/telegram/ports.ts';
import { frameText } from '../../../src/telegram/send/frame.ts';
import { turnOverText } from '../../../src/telegram/texts/turn.ts';
import { aShownProgress, toolsUsed } from '../../helpers/progress.ts';
import { NOON } from '../../helpers/records.ts';

const short = (over: Partial<ShownProgress>, elapsedMs = 72_000) =>
  frameText(aShownProgress(over), { now: NOON + elapsedMs, isVerbose: false });
const verbose = (over: Partial<ShownProgress>) =>
  frameText(aShownProgress(over), { now: NOON + 72_000, isVerbose: true });
const todo = (words: string, state: ShownProgress['todos'][number]['state']) => ({ words, state });

describe('a frame', () => {
  it('has the answer so far, what Claude does now, how long it works and how many tools it used', () => {
    const { text } = short({ text: 'Let me **look**.', tools: toolsUsed('Read a', 'Bash: npm test') });
    expect(text).toBe('Let me look.\n\n▸ Bash: npm test\n1 min 12 s · 2 tools');
  });

  it.each<[Partial<ShownProgress>, string]>([
    [{}, 'Working…'],
    [{ thought: '' }, 'Thinking…'],
    [{ thought: 'Is it blue?' }, 'Thinking…'],
    [{ phase: 'waiting', tools: toolsUsed('Bash: x') }, 'Waiting for your answer'],
    [{ phase: 'stopping', tools: toolsUsed('Bash: x') }, 'Stopping…'],
    [{ text: 'x' }, 'Writing…'],
  ])('of %j says %j', (over, expected) => {
    expect(short(over).text).toContain(expected);
  });

  it('ticks off what is done', () => {
    const todos = [todo('Look', 'done'), todo('Mend', 'doing'), todo('Test', 'open')];
    expect(short({ todos }).text).toBe('Working…\n☑ Look\n▸ Mend\n☐ Test\n1 min 12 s');
  });

  it('shows of a long list the part where Claude is', () => {
    const todos = Array.from({ length: 30 }, (_, index) =>
      todo(`item ${index}`, index < 15 ? 'done' : 'open'),
    );
    const lines = short({ todos }).text.split('\n');
    expect(lines).toHaveLength(14);
    expect(lines.slice(1, 4)).toEqual(['… 14 before', '☑ item 14', '☐ item 15']);
    expect(lines.at(-2)).toBe('… 6 more');
    const done = todos.map(({ words }) => todo(words, 'done'));
    expect(short({ todos: done }).text).toContain('☑ item 29\n1 min');
  });

  it('shows the sub-agents, and what each of them does', () => {
    const agents = [
      { task: 'Look around', doing: 'Grep: TODO' },
      { task: 'Count', doing: null },
    ];
    const { text } = short({ agents });
    expect(text).toBe('Working…\n2 sub-agents at work\n• Look around – Grep: TODO\n• Count\n1 min 12 s');
    const many = Array.from({ length: 9 }, (_, index) => ({ task: `t${index}`, doing: null }));
    expect(short({ agents: many }).text).toContain('• t4\n… 4 more');
  });

  it('has each tool call, and what Claude thinks, only where all is wanted', () => {
    const over: Partial<ShownProgress> = {
      text: 'So far.',
      thought: 'Is it blue?',
      tools: {
        count: 14,
        latest: [
          { words: 'Read a', state: 'done' },
          { words: 'Bash: false', state: 'failed' },
          { words: 'Bash: sleep', state: 'running' },
        ],
      },
    };
    expect(verbose(over).text).toBe(
      'So far.\n\nIs it blue?\n\n… 11 earlier tools\n✓ Read a\n✗ Bash: false\n▸ Bash: sleep\n1 min 12 s · 14 tools',
    );
    expect(short(over).text).not.toMatch(/blue|false/);
  });

  it('fits a message whatever is in it, and keeps to the end of the answer', () => {
    const long = 'x'.repeat(118);
    const over: Partial<ShownProgress> = {
      text: `${'word '.repeat(5_000)}end`,
      thought: 'y'.repeat(2_000),
      tools: { count: 30, latest: Array.from({ length: 30 }, () => ({ words: long, state: 'running' })) },
      todos: Array.from({ length: 50 }, () => todo(long, 'open')),
      agents: Array.from({ length: 50 }, () => ({ task: long, doing: long })),
    };
    for (const { text } of [short(over), verbose(over)]) {
      expect(text.length).toBeLessThan(4_096);
      expect(text).toMatch(/word end\n\n/);
      expect(text).toMatch(/1 min 12 s · 30 tools$/);
    }
  });

  it('has nothing of Claude’s that can be tapped', () => {
    const { text, entities } = short({
      tools: toolsUsed('Bash: echo /end'),
      todos: [todo('tap /end', 'open')],
      agents: [{ task: 'ask @someone', doing: null }],
    });
    const codes = entities.filter(({ type }) => type === 'code');
    const inCode = codes.map(({ offset, length }) => text.slice(offset, offset + length));
    expect(inCode).toEqual(['/end', '/end', '@someone']);
  });

  it('does not count back when the clock was set back', () => {
    expect(short({}, -5_000).text).toBe('Working…\n0 s');
  });
});

describe('what is left of a turn', () => {
  it.each([
    [3, 72_000, 0.0412, '3 tools · 1 min 12 s · $0.04'],
    [1, 5_000, 0, '1 tool · 5 s'],
    [0, 42_000, 1.5, '42 s · $1.50'],
    [0, 42_000, 0.001, '42 s · under $0.01'],
  ])('of %d tools, %d ms and %d dollars is %j', (tools, elapsedMs, costUsd, expected) => {
    expect(turnOverText(tools, elapsedMs, costUsd).text).toBe(expected);
  });
});
