/** What the live message shows, from the messages that stream by. */
import { describe, expect, it } from 'vitest';
import type { TurnProgress } from '../../../src/claude/ports.ts';
import { readMessage } from '../../../src/claude/talk/messages.ts';
import { activityOf } from '../../../src/claude/progress/activity.ts';
import { ProgressReader } from '../../../src/claude/progress/progress-reader.ts';

const stream = (event: object, parent: string | null = null) => ({
  type: 'stream_event',
  parent_tool_use_id: parent,
  event,
});
const start = stream({ type: 'message_start' });
const block = (type: string, name?: string, id = 'call1') =>
  stream({ type: 'content_block_start', content_block: { type, ...(name ? { id, name } : {}) } });
const text = (words: string, parent: string | null = null) =>
  stream({ type: 'content_block_delta', delta: { type: 'text_delta', text: words } }, parent);
const thinking = (words: string) =>
  stream({ type: 'content_block_delta', delta: { type: 'thinking_delta', thinking: words } });
const toolUse = (name: string, input: object, id = 'call1', parent: string | null = null) => ({
  type: 'assistant',
  parent_tool_use_id: parent,
  message: { content: [{ type: 'tool_use', id, name, input }] },
});
const toolResult = (id = 'call1', result: unknown = undefined, hasFailed = false) => ({
  type: 'user',
  parent_tool_use_id: null,
  message: { content: [{ type: 'tool_result', tool_use_id: id, is_error: hasFailed }] },
  tool_use_result: result,
});
const idle = { type: 'system', subtype: 'session_state_changed', state: 'idle' };
const result = { type: 'result', subtype: 'success', is_error: false, result: 'x' };
const agentStarted = (id: string, call: string, description: string, over: object = {}) => ({
  type: 'system',
  subtype: 'task_started',
  task_id: id,
  tool_use_id: call,
  description,
  task_type: 'local_agent',
  ...over,
});

function progressAfter(messages: unknown[]): TurnProgress[] {
  const reader = new ProgressReader('/home/someone/project');
  return messages.flatMap((raw) => {
    const message = readMessage(raw);
    const progress = message && reader.read(message);
    return progress ? [progress] : [];
  });
}

const lastOf = (messages: unknown[]) => progressAfter(messages).at(-1);
const texts = (messages: unknown[]) => progressAfter(messages).map((progress) => progress.text);

describe('the words', () => {
  it('before a tool stay until Claude has new ones', () => {
    const messages = [
      ...[start, block('text'), text('Let me '), text('look.'), block('tool_use', 'Bash')],
      ...[toolUse('Bash', { command: 'npm test' }), toolResult()],
      ...[start, block('text'), text('All '), text('green.')],
    ];
    const looking = ['Let me ', 'Let me look.', 'Let me look.', 'Let me look.', 'Let me look.'];
    expect(texts(messages)).toEqual([...looking, 'All ', 'All green.']);
  });

  it('of one message are put below each other', () => {
    expect(texts([start, block('text'), text('One.'), block('text'), text('Two.')]).at(-1)).toBe(
      'One.\n\nTwo.',
    );
  });

  it('are not those of sub-agents', () => {
    expect(texts([start, text('mine'), text('theirs', 'call9')])).toEqual(['mine']);
  });

  it('begin anew with each turn, and behind each answer', () => {
    const one = [start, block('text'), text('One')];
    const two = [start, block('text'), text('Two')];
    expect(texts([...one, idle, ...two])).toEqual(['One', 'Two']);
    expect(texts([...one, result, ...two])).toEqual(['One', 'Two']);
  });

  it('are a thought while Claude thinks, whether it shows what or not', () => {
    const messages = [
      start,
      block('thinking'),
      thinking('Is it '),
      thinking('blue?'),
      block('text'),
      text('Blue'),
    ];
    expect(progressAfter(messages).map(({ thought }) => thought)).toEqual([
      '',
      'Is it ',
      'Is it blue?',
      null,
      null,
    ]);
  });
});

describe('the tools', () => {
  it('are at work, done, or failed', () => {
    const messages = [
      ...[
        block('tool_use', 'Bash'),
        toolUse('Bash', { command: 'npm test' }),
        toolResult('call1', null, true),
      ],
      ...[toolUse('Read', { file_path: '/etc/hosts' }, 'call2'), toolResult('call2')],
      toolUse('Grep', { pattern: 'TODO' }, 'call3'),
    ];
    expect(progressAfter(messages).map(({ tools }) => tools.latest.at(-1))).toEqual([
      { words: 'Bash', state: 'running' },
      { words: 'Bash: npm test', state: 'running' },
      { words: 'Bash: npm test', state: 'failed' },
      { words: 'Read /etc/hosts', state: 'running' },
      { words: 'Read /etc/hosts', state: 'done' },
      { words: 'Grep: TODO', state: 'running' },
    ]);
    expect(lastOf(messages)?.tools.count).toBe(3);
  });

  it('are counted though only the last ones are told', () => {
    const many = Array.from({ length: 100 }, (_, number) =>
      toolUse('Bash', { command: `${number}` }, `call${number}`),
    );
    const { count, latest } = lastOf(many)?.tools ?? { count: 0, latest: [] };
    expect([count, latest.length, latest.at(-1)?.words]).toEqual([100, 30, 'Bash: 99']);
  });

  it('are those of one answer', () => {
    const call = toolUse('Bash', { command: 'a' });
    expect(lastOf([call, result, toolUse('Bash', { command: 'b' }, 'call2')])?.tools.count).toBe(1);
    expect(lastOf([call, idle, text('next')])?.tools.count).toBe(0);
  });

  it('are not what keeps the list of what is to be done', () => {
    expect(progressAfter([toolUse('TaskList', {})])).toEqual([]);
  });
});

describe('what is to be done', () => {
  const todos = (messages: unknown[]) =>
    lastOf(messages)?.todos.map(({ words, state }) => `${state} ${words}`);
  const create = (number: number, subject: string) => [
    toolUse('TaskCreate', { subject, description: 'x' }, `create${number}`),
    toolResult(`create${number}`, { task: { id: `${number}`, subject } }),
  ];
  const update = (taskId: string, fields: object, result: unknown = { success: true }, hasFailed = false) => [
    toolUse('TaskUpdate', { taskId, ...fields }, `update${taskId}`),
    toolResult(`update${taskId}`, result, hasFailed),
  ];

  it('is the list that TodoWrite wrote last', () => {
    const write = (...list: [string, string][]) => [
      toolUse('TodoWrite', {
        todos: list.map(([content, status]) => ({ content, status, activeForm: 'x' })),
      }),
      toolResult(),
    ];
    expect(
      todos([
        ...write(['a', 'in_progress'], ['b', 'pending']),
        ...write(['a', 'completed'], ['b', 'in_progress'], ['c', 'pending']),
      ]),
    ).toEqual(['done a', 'doing b', 'open c']);
  });

  it('is created and ticked off by task', () => {
    const messages = [...create(1, 'Look'), ...create(2, 'Fix'), ...create(3, 'Drop')];
    expect(todos(messages)).toEqual(['open Look', 'open Fix', 'open Drop']);
    const changes = [
      ...update('1', { status: 'completed' }),
      ...update('2', { status: 'in_progress', subject: 'Mend' }),
      ...update('3', { status: 'deleted' }),
      ...update('77', { status: 'completed' }),
    ];
    expect(todos([...messages, ...changes])).toEqual(['done Look', 'doing Mend']);
  });

  it('is as it was when the tool failed', () => {
    const failed = update('1', { status: 'completed' }, 'Error', true);
    expect(todos([...create(1, 'Look'), ...failed])).toEqual(['open Look']);
  });

  it('is learnt from a listing, as in a process that goes on with earlier tasks', () => {
    const tasks = [{ id: '4', subject: 'Look', status: 'pending' }];
    const messages = [
      toolUse('TaskList', {}),
      toolResult('call1', { tasks }),
      ...update('4', { status: 'completed' }),
    ];
    expect(todos(messages)).toEqual(['done Look']);
  });

  it('is not shown in a turn that has nothing to do with it, and goes on in the next that has', () => {
    const made = [...create(1, 'Look'), idle];
    expect(todos([...made, text('Hello')])).toEqual([]);
    expect(todos([...made, ...update('1', { status: 'completed' })])).toEqual(['done Look']);
  });
});

describe('the sub-agents', () => {
  const agents = (messages: unknown[]) => lastOf(messages)?.agents;

  it('are shown with what they do, until they have ended', () => {
    const messages = [agentStarted('t1', 'call1', 'Look around'), agentStarted('t2', 'call2', 'Count')];
    expect(agents(messages)).toEqual([
      { task: 'Look around', doing: null },
      { task: 'Count', doing: null },
    ]);
    const working = [...messages, toolUse('Grep', { pattern: 'TODO' }, 'inner', 'call2')];
    expect(agents(working)?.[1]).toEqual({ task: 'Count', doing: 'Grep: TODO' });
    const ended = { type: 'system', subtype: 'task_notification', task_id: 't1' };
    const updated = { type: 'system', subtype: 'task_updated', task_id: 't2', patch: { status: 'killed' } };
    expect(agents([...working, ended])).toEqual([{ task: 'Count', doing: 'Grep: TODO' }]);
    expect(agents([...working, ended, updated])).toEqual([]);
  });

  it('go on behind an answer', () => {
    expect(agents([agentStarted('t1', 'call1', 'Look'), result, text('x')])).toHaveLength(1);
  });

  it('are no commands in the background, and no housekeeping', () => {
    const others = [
      agentStarted('t1', 'call1', 'npm test', { task_type: 'local_bash' }),
      agentStarted('t2', 'call2', 'watch', { ambient: true }),
      agentStarted('t3', 'call3', 'tidy', { skip_transcript: true }),
    ];
    expect(progressAfter(others)).toEqual([]);
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
