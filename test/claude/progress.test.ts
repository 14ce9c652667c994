/** What the live message shows, from the messages that stream by. */
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../src/claude/messages.ts';
import { activityOf, ProgressReader } from '../../src/claude/progress.ts';

const stream = (event: object, parent: string | null = null) => ({
  type: 'stream_event',
  parent_tool_use_id: parent,
  event,
});
const start = stream({ type: 'message_start' });
const block = (type: string, name?: string) =>
  stream({ type: 'content_block_start', content_block: { type, ...(name ? { name } : {}) } });
const text = (words: string, parent: string | null = null) =>
  stream({ type: 'content_block_delta', delta: { type: 'text_delta', text: words } }, parent);
const toolUse = (name: string, input: object, parent: string | null = null) => ({
  type: 'assistant',
  parent_tool_use_id: parent,
  message: { content: [{ type: 'tool_use', name, input }] },
});
const toolResult = {
  type: 'user',
  parent_tool_use_id: null,
  message: { content: [{ type: 'tool_result' }] },
};
const idle = { type: 'system', subtype: 'session_state_changed', state: 'idle' };

function shown(messages: unknown[]): string[] {
  const reader = new ProgressReader('/home/someone/project');
  return messages.flatMap((raw) => {
    const message = readMessage(raw);
    const progress = message && reader.read(message);
    return progress ? [`${progress.text}|${progress.activity ?? ''}`] : [];
  });
}

describe('progress', () => {
  it('keeps the words before a tool until Claude has new ones', () => {
    const messages = [
      ...[start, block('text'), text('Let me '), text('look.'), block('tool_use', 'Bash')],
      ...[toolUse('Bash', { command: 'npm test' }), toolResult],
      ...[start, block('thinking'), block('text'), text('All '), text('green.')],
    ];
    expect(shown(messages)).toEqual([
      'Let me |',
      'Let me look.|',
      'Let me look.|Bash',
      'Let me look.|Bash: npm test',
      'Let me look.|',
      'All |',
      'All green.|',
    ]);
  });

  it('puts the parts of one message below each other', () => {
    expect(shown([start, block('text'), text('One.'), block('text'), text('Two.')]).at(-1)).toBe(
      'One.\n\nTwo.|',
    );
  });

  it('is not of sub-agents', () => {
    const messages = [
      start,
      text('mine'),
      text('theirs', 'toolu_1'),
      toolUse('Bash', { command: 'x' }, 'toolu_1'),
    ];
    expect(shown(messages)).toEqual(['mine|']);
  });

  it('begins anew with each turn', () => {
    expect(shown([start, block('text'), text('One'), idle, start, block('text'), text('Two')])).toEqual([
      'One|',
      'Two|',
    ]);
  });
});

describe('an activity', () => {
  it.each([
    ['Bash', { command: 'npm test', description: 'Run tests' }, 'Bash: npm test'],
    ['Edit', { file_path: '/home/someone/project/src/x.ts', old_string: 'a' }, 'Edit src/x.ts'],
    ['Read', { file_path: '/etc/hosts' }, 'Read /etc/hosts'],
    ['Grep', { pattern: 'TODO', path: 'src' }, 'Grep: TODO'],
    ['WebFetch', { url: 'https://example.org/', prompt: 'secret' }, 'WebFetch: https://example.org/'],
    ['Agent', { description: 'Look around', prompt: 'long' }, 'Agent: Look around'],
    ['mcp__github__create_issue', { title: 'x' }, 'github: create_issue'],
    ['TodoWrite', { todos: [] }, 'TodoWrite'],
    ['Bash', { command: 'one\ntwo   three' }, 'Bash: one two three'],
  ])('of %s with %j is "%s"', (name, input, expected) => {
    expect(activityOf(name, input, '/home/someone/project')).toBe(expected);
  });

  it('is short', () => {
    const activity = activityOf('Bash', { command: 'x'.repeat(500) });
    expect(activity).toHaveLength(120);
    expect(activity).toMatch(/x…$/);
  });
});
