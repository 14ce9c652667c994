/** What a simulated Claude says in a turn: the messages of Claude Code's stream, as lines, one for each event. */
import { randomUUID } from 'node:crypto';

/** Ten words and a tool call, then again: a long turn as the chat sees it. */
const WORDS =
  'I look at what the tests say about the file, and then I change it so that they pass again '.split(' ');

/** At the handshake. */
export function handshake(): object {
  return { commands: [], models: [], output_style: 'default', available_output_styles: [], account: {} };
}

/**
 * The lines of one turn. At least a dozen.
 * @param answer what is in the last message
 */
export function turnLines(uuid: string, answer: string, events: number): string[] {
  const lines = [
    { type: 'command_lifecycle', command_uuid: uuid, state: 'queued' },
    { type: 'system', subtype: 'session_state_changed', state: 'running' },
    { type: 'command_lifecycle', command_uuid: uuid, state: 'started' },
    stream({ type: 'message_start', message: {} }),
    stream({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }),
  ];
  const end = [
    ...finished({ type: 'text', text: answer }),
    {
      type: 'result',
      subtype: 'success',
      is_error: false,
      result: answer,
      duration_ms: events * 100,
      total_cost_usd: 0.01,
      user_message_uuids: [uuid],
    },
    { type: 'system', subtype: 'session_state_changed', state: 'idle' },
  ];
  for (let word = 0; lines.length < events - end.length; word += 1) {
    if (word % 20 === 19) lines.push(...toolCall(word));
    else lines.push(words(`${WORDS[word % WORDS.length] ?? ''} `));
  }
  return [...lines.slice(0, events - end.length), ...end].map(lineOf);
}

function toolCall(number: number): object[] {
  const id = `toolu_${String(number)}`;
  const call = { type: 'tool_use', id, name: 'Bash', input: { command: `npm test -- ${String(number)}` } };
  return [
    stream({ type: 'content_block_start', index: 1, content_block: { ...call, input: {} } }),
    stream({ type: 'content_block_delta', delta: { type: 'input_json_delta', partial_json: '{"comm' } }),
    ...finished(call),
    {
      type: 'user',
      message: {
        role: 'user',
        content: [{ type: 'tool_result', tool_use_id: id, content: 'ok '.repeat(100) }],
      },
    },
  ];
}

function finished(block: object): object[] {
  return [{ type: 'assistant', message: { id: 'msg_1', role: 'assistant', content: [block] } }];
}

function words(text: string): object {
  return stream({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text } });
}

function stream(event: object): object {
  return { type: 'stream_event', parent_tool_use_id: null, event };
}

/** As each line of Claude Code's says of whom and which it is. */
function lineOf(message: object): string {
  return `${JSON.stringify({ ...message, uuid: randomUUID(), session_id: '' })}\n`;
}
