/** The scripted model over plain HTTP: what the Messages API promises its clients. */
import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startModel } from '../../../src/sandbox/model/model.ts';
import type { ScriptedModel } from '../../../src/sandbox/ports.ts';

const TOOLS = [{ name: 'Bash', input_schema: {} }];

let model: ScriptedModel;
beforeEach(async () => {
  model = await startModel({ wordPauseMs: 1 });
});
afterEach(() => model.close());

type Json = Record<string, unknown>;

function post(body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${model.url}/v1/messages?beta=true`, {
    method: 'POST',
    headers,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

function say(text: unknown, more: Json = {}): Json {
  return { model: 'm', tools: TOOLS, messages: [{ role: 'user', content: text }], ...more };
}

async function answerTo(
  body: unknown,
): Promise<{ content: Json[]; stop_reason: string; usage: Json; id: string }> {
  const response = await post(body);
  expect(response.status).toBe(200);
  return (await response.json()) as { content: Json[]; stop_reason: string; usage: Json; id: string };
}

async function eventsOf(response: Response): Promise<Json[]> {
  const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '');
  return frames.map((frame) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
    const event = JSON.parse(data ?? '') as Json;
    expect(event['type']).toBe(name);
    return event;
  });
}

describe('a streamed answer', () => {
  it('comes in several deltas between the events that the API promises', async () => {
    const response = await post(say('good morning', { stream: true }));
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    const events = await eventsOf(response);
    const types = events.map((event) => event['type']);
    expect(types.filter((type) => type !== 'content_block_delta')).toEqual([
      'message_start',
      'ping',
      'content_block_start',
      'content_block_stop',
      'message_delta',
      'message_stop',
    ]);
    const deltas = events.filter((event) => event['type'] === 'content_block_delta');
    expect(deltas.length).toBeGreaterThanOrEqual(3);
    const text = deltas.map((event) => (event['delta'] as { text: string }).text).join('');
    expect(text).toMatch(/^You said: good morning\n\nI am a scripted stand-in.*`help`/);
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'end_turn' }, usage: { output_tokens: 31 } });
  });

  it('streams a tool call as JSON deltas', async () => {
    const events = await eventsOf(await post(say('run: echo "hi 👋"', { stream: true })));
    const start = events.find((event) => event['type'] === 'content_block_start');
    expect(start).toMatchObject({ content_block: { type: 'tool_use', name: 'Bash', input: {} } });
    const json = events
      .filter((event) => event['type'] === 'content_block_delta')
      .map((event) => (event['delta'] as { partial_json: string }).partial_json);
    expect(json).toHaveLength(2);
    expect(JSON.parse(json.join(''))).toMatchObject({ command: 'echo "hi 👋"' });
    expect(events.at(-2)).toMatchObject({ delta: { stop_reason: 'tool_use' } });
  });

  it('is the same text as the answer in one piece, with ids of its own', async () => {
    const [first, second] = [await answerTo(say('Slow 3')), await answerTo(say('slow 3'))];
    expect(first.content).toEqual([{ type: 'text', text: 'word1 word2 word3 ' }]);
    expect(first.id).not.toBe(second.id);
    const events = await eventsOf(await post(say('slow 3', { stream: true })));
    expect(events.filter((event) => event['type'] === 'content_block_delta')).toHaveLength(3);
  });

  it.each(['hang', 'slow 2000'])('ends with its client: %s', async (words) => {
    const req = httpRequest(`${model.url}/v1/messages`, { method: 'POST' });
    req.end(JSON.stringify(say(words, { stream: true })));
    const [res] = (await once(req, 'response')) as [IncomingMessage];
    const [chunk] = (await once(res, 'data')) as [Buffer];
    expect(chunk.toString()).toContain('message_start');
    req.on('error', () => undefined);
    req.destroy();
    // The server still lives, and serves the next one.
    expect((await answerTo(say('slow 1'))).content).toEqual([{ type: 'text', text: 'word1 ' }]);
  });
});

describe('the conversation', () => {
  const conversation = (...messages: Json[]) => ({ model: 'm', tools: TOOLS, messages });
  const user = (content: unknown) => ({ role: 'user', content });
  const assistant = (content: unknown) => ({ role: 'assistant', content });
  const call = assistant([{ type: 'tool_use', id: 't1', name: 'Bash', input: {} }]);
  const result = (content: unknown, failed = false) =>
    user([{ type: 'tool_result', tool_use_id: 't1', content, is_error: failed }]);
  const note = (content: string) => ({ role: 'system', content });
  const textOf = async (...messages: Json[]) =>
    (await answerTo(conversation(...messages))).content.map((block) => block['text']).join('|');

  it('finds the last words of the user behind notes and reminders', async () => {
    const reminder = { type: 'text', text: '<system-reminder>\nslow 7\n</system-reminder>\n' };
    expect(
      await textOf(user([reminder, { type: 'text', text: 'slow 1\n' }]), note('# Environment\nslow 9')),
    ).toBe('word1 ');
  });

  it('remembers every word of the user, numbered', async () => {
    expect(
      await textOf(
        user('remember 7'),
        assistant('Yes.'),
        user('and 8'),
        assistant('Yes.'),
        user('What did I say?'),
      ),
    ).toBe('You said:\n\n1. remember 7\n2. and 8');
  });

  it("goes on with the turn's rule when the tool's result comes", async () => {
    expect(await textOf(user('run: ls'), call, result('a\nb\n'))).toBe('Done: a\nb');
    expect(await textOf(user('run: ls'), call, result([{ type: 'text', text: 'a' }]))).toBe('Done: a');
    expect(await textOf(user('run: ls'), call, result('No.', true))).toBe('It did not run: No.');
    expect(await textOf(user('background: ls'), call, result('running'))).toBe('Started in the background.');
  });

  it('answers what was typed while a tool ran, too', async () => {
    const typed = note(
      'The user sent a new message while you were working:\nslow 2\n\nThis is how Claude Code surfaces …',
    );
    expect(await textOf(user('run: ls'), call, result('a'), typed)).toBe(
      'Done: a|word1 word2 '.replace('|', '\n\n|'),
    );
    expect(model.turns.map((turn) => turn.text)).toEqual(['slow 2']);
  });

  it('answers the end of a background task, which is nobody’s words', async () => {
    const notice =
      '<system-reminder>\n<task-notification>\n<status>completed</status>\n</task-notification>\n</system-reminder>';
    expect(
      await textOf(user('background: ls'), call, result('running'), assistant('Started.'), user(notice)),
    ).toBe('The background task ended.');
    expect(model.turns).toEqual([]);
  });

  it('does not take up a turn that was interrupted', async () => {
    expect(
      await textOf(
        user('run: ls'),
        call,
        result('The user does not want to go on.', true),
        user([
          { type: 'text', text: '[Request interrupted by user for tool use]' },
          { type: 'text', text: 'slow 1' },
        ]),
      ),
    ).toBe('word1 ');
  });

  it('answers the words after a prompt that failed, not the failure again', async () => {
    expect(
      await textOf(
        user([
          { type: 'text', text: 'fail 500\n' },
          { type: 'text', text: 'slow 1' },
        ]),
      ),
    ).toBe('word1 ');
  });

  it('counts each prompt once, with the messages before it, however often it is sent', async () => {
    const headers = { 'x-claude-code-session-id': 'a' };
    const later = conversation(user('slow 1'), assistant('word1'), note('later'), user('slow 2'));
    await post(say('slow 1'), headers);
    await post(later, headers);
    await post(later, headers);
    await post(say('slow 1'), { 'x-claude-code-session-id': 'b' });
    expect(model.turns).toEqual([
      { text: 'slow 1', earlier: 0 },
      { text: 'slow 2', earlier: 2 },
      { text: 'slow 1', earlier: 0 },
    ]);
  });

  it('answers side requests without counting them', async () => {
    const format = {
      type: 'json_schema',
      schema: { properties: { title: { type: 'string' }, long: { type: 'boolean' } } },
    };
    const answer = await answerTo({ ...say('Name it.'), tools: [], output_config: { format } });
    expect(JSON.parse(String(answer.content[0]?.['text']))).toEqual({
      title: 'Scripted conversation',
      long: false,
    });
    await answerTo({ ...say('hello'), tools: undefined });
    expect(model.turns).toEqual([]);
  });
});

describe('rules', () => {
  const blocksFor = async (text: string, more: Json = {}) => (await answerTo(say(text, more))).content;

  it('writes and edits below the working directory that Claude Code names', async () => {
    const messages = [
      { role: 'user', content: 'write notes/a.txt: one\ntwo' },
      { role: 'system', content: ' - Primary working directory: /home/me/work\n - Shell: bash' },
    ];
    expect((await answerTo({ model: 'm', tools: TOOLS, messages })).content).toMatchObject([
      { name: 'Write', input: { file_path: '/home/me/work/notes/a.txt', content: 'one\ntwo' } },
    ]);
    expect(await blocksFor('edit /tmp/a.txt: one => two')).toMatchObject([
      { name: 'Read', input: { file_path: '/tmp/a.txt' } },
    ]);
  });

  it('bounds what it is asked for', async () => {
    expect(String((await blocksFor('slow 99999'))[0]?.['text'])).toMatch(/word2000 $/);
    expect(String((await blocksFor('long 99999'))[0]?.['text']).match(/\*\*Paragraph/g)).toHaveLength(500);
  });

  it('thinks only where thinking is on', async () => {
    const types = (blocks: Json[]) => blocks.map((block) => block['type']);
    expect(types(await blocksFor('think', { thinking: { type: 'adaptive' } }))).toEqual(['thinking', 'text']);
    expect(types(await blocksFor('think', { thinking: { type: 'disabled' } }))).toEqual(['text']);
  });

  it.each([
    [400, 'invalid_request_error'],
    [401, 'authentication_error'],
    [429, 'rate_limit_error'],
    [500, 'api_error'],
    [529, 'overloaded_error'],
  ])('fails with %i as the API does', async (status, type) => {
    const response = await post(say(`fail ${status}`));
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type } });
    expect(response.headers.get('retry-after')).toBe(status === 429 ? '0' : null);
  });
});

describe('odd requests', () => {
  it.each([
    ['no JSON', '{'],
    ['no messages', { model: 'm', messages: [] }],
    ['a message that is none', { model: 'm', messages: [7] }],
    ['null', null],
  ])('get a 400 and do no harm: %s', async (_name, body) => {
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ type: 'error', error: { type: 'invalid_request_error' } });
    expect((await answerTo(say('slow 1'))).stop_reason).toBe('end_turn');
  });

  it.each([
    ['nothing at all', '', 'There is nothing to answer.'],
    ['a picture', [{ type: 'image', source: {} }], 'You said: [image]'],
    ['half a surrogate pair', '\ud83d', 'You said: '],
  ])('are answered: %s', async (_name, content, expected) => {
    expect(String((await answerTo(say(content))).content[0]?.['text'])).toContain(expected);
  });

  it('counts tokens, says that it lives, and remembers what it does not know', async () => {
    const counted = await fetch(`${model.url}/v1/messages/count_tokens`, {
      method: 'POST',
      body: 'x'.repeat(40),
    });
    expect(await counted.json()).toEqual({ input_tokens: 10 });
    expect((await fetch(model.url, { method: 'HEAD' })).status).toBe(200);
    const unknown = await fetch(`${model.url}/v1/models?x=1`);
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({ error: { type: 'not_found_error' } });
    expect(model.unknownRequests).toEqual(['GET /v1/models']);
  });
});
