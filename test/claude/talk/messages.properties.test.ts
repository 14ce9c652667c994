/** Whatever comes from the process or stands in a transcript: what is known is read, the rest is let by, nothing throws. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMessage } from '../../../src/claude/talk/messages.ts';
import { ProgressReader } from '../../../src/claude/progress/progress-reader.ts';
import { TranscriptReader } from '../../../src/claude/transcript/transcript-reader.ts';
import { Turn } from '../../../src/claude/talk/turn.ts';
import { damaged, hostileJson } from '../../helpers/arbitraries/json.ts';
import { HOSTILE_RUNS, HOSTILE_TIMEOUT_MS } from '../../helpers/arbitraries/runs.ts';
import { hostileText } from '../../helpers/arbitraries/text.ts';

const PROMPT = '00000000-0000-4000-8000-000000000001';
const uuid = fc.constantFrom(PROMPT, '00000000-0000-4000-8000-000000000002');
const tool = fc.record({ type: fc.constant('tool_use'), name: hostileText, input: hostileJson });
const content = fc.oneof(
  hostileText,
  fc.array(fc.oneof(tool, fc.record({ type: fc.constant('text'), text: hostileText })), { maxLength: 3 }),
);
const assistantMessage = fc.record({ content, stop_reason: fc.constantFrom('end_turn', 'tool_use', null) });

/** Messages of the kinds that matter, in any order. */
const message: fc.Arbitrary<unknown> = fc.oneof(
  fc.record({
    type: fc.constant('system'),
    subtype: fc.constant('session_state_changed'),
    state: fc.constantFrom('running', 'requires_action', 'idle'),
  }),
  fc.record({
    type: fc.constant('system'),
    subtype: fc.constant('background_tasks_changed'),
    tasks: fc.array(fc.record({ task_id: hostileText }), { maxLength: 3 }),
  }),
  fc.record({ type: fc.constant('command_lifecycle'), command_uuid: uuid, state: fc.constant('started') }),
  fc.record({
    type: fc.constant('stream_event'),
    event: fc.record({
      type: fc.constantFrom('message_start', 'content_block_start', 'content_block_delta'),
      content_block: tool,
      delta: fc.record({ type: fc.constant('text_delta'), text: hostileText }),
    }),
  }),
  fc.record({ type: fc.constantFrom('assistant', 'user'), message: assistantMessage }),
  fc.record({
    type: fc.constant('result'),
    subtype: fc.constantFrom('success', 'error_during_execution'),
    is_error: fc.boolean(),
    result: hostileText,
    user_message_uuids: fc.array(uuid, { maxLength: 2 }),
  }),
);
const said = fc.oneof(
  { weight: 3, arbitrary: message },
  { weight: 2, arbitrary: damaged(message) },
  { weight: 1, arbitrary: hostileJson },
);

describe('what the process says', () => {
  it(
    'is read or let by, and makes only facts that the session knows',
    { timeout: HOSTILE_TIMEOUT_MS },
    () => {
      fc.assert(
        fc.property(fc.array(said, { maxLength: 8 }), (messages) => {
          const turn = new Turn();
          const progress = new ProgressReader('/work');
          turn.add({ uuid: PROMPT, text: 'x' });
          turn.sendNext();
          for (const raw of messages) {
            const read = readMessage(JSON.parse(JSON.stringify(raw)));
            if (!read) continue;
            for (const fact of turn.read(read)) expect(fact.type).toMatch(/^(claude\.\w+|failed)$/);
            const shown = progress.read(read);
            for (const { words } of shown?.tools.latest ?? []) expect(words).toMatch(/^.{0,120}$/su);
          }
        }),
        { numRuns: HOSTILE_RUNS },
      );
    },
  );
});

describe('the lines of a transcript', () => {
  const entry = fc.record({ type: fc.constantFrom('user', 'assistant'), uuid, message: assistantMessage });
  const line = fc.oneof(
    entry.map((value) => JSON.stringify(value)),
    damaged(entry).map((value) => JSON.stringify(value)),
    // Torn by a crash.
    fc.tuple(entry, fc.nat(200)).map(([value, length]) => JSON.stringify(value).slice(0, length)),
    hostileText,
  );

  it(
    'are read or let by; a prompt arrived or not, and has an answer or none',
    { timeout: HOSTILE_TIMEOUT_MS },
    () => {
      fc.assert(
        fc.property(fc.array(line, { maxLength: 8 }), (lines) => {
          const reader = new TranscriptReader([PROMPT]);
          for (const text of lines) reader.read(text);
          reader.endFile();
          const answer = reader.answerTo(PROMPT);
          if (answer !== null) expect(reader.hasArrived(PROMPT)).toBe(true);
        }),
        { numRuns: HOSTILE_RUNS },
      );
    },
  );
});
