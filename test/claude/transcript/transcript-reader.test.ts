/** Transcripts of real runs (Claude Code 2.1.330, shortened), and what became of the prompts in them. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { TranscriptReader } from '../../../src/claude/transcript/transcript-reader.ts';

const [hello, first, second, third, fourth] = [0, 1, 2, 3, 4].map(
  (number) => `00000000-0000-4000-8000-00000000000${String(number)}`,
);

/** What became of each prompt that arrived: the answer, or null. */
function read(lines: string[]): Record<string, string | null> {
  const uuids = [hello, first, second, third, fourth].filter((uuid) => uuid !== undefined);
  const reader = new TranscriptReader(uuids);
  for (const line of lines) reader.read(line);
  reader.endFile();
  const arrived = uuids.filter((uuid) => reader.hasArrived(uuid));
  return Object.fromEntries(arrived.map((uuid) => [uuid.slice(-1), reader.answerTo(uuid)]));
}

function linesOf(name: string): string[] {
  return readFileSync(new URL(`../../fixtures/transcripts/${name}.jsonl`, import.meta.url), 'utf8').split(
    '\n',
  );
}

const GREETING = 'You said: hello there (after 0)';

describe('a transcript tells that a prompt', () => {
  it.each([
    ['answered-after-a-tool', { 0: GREETING, 1: 'Done: ["(Bash completed with no output)"]' }],
    ['two-answered', { 0: GREETING, 1: 'You said: first (after 1)', 2: 'You said: second (after 2)' }],
    ['killed-right-after-the-answer', { 0: GREETING, 1: 'You said: quick (after 1)' }],
    ['compacted', { 0: GREETING, 1: 'Compacted', 2: expect.stringContaining('You said:') as string }],
  ])('was answered: %s', (name, expected) => {
    expect(read(linesOf(name))).toEqual(expected);
  });

  it.each([
    'killed-while-streaming',
    'killed-in-a-tool',
    'killed-while-awaiting-approval',
    'asked-leave-as-the-daemon-died',
    'asked-a-question-as-the-daemon-died',
    'terminated-while-streaming',
    'api-error',
  ])('arrived and was cut off: %s', (name) => {
    expect(read(linesOf(name))).toEqual({ 0: GREETING, 1: null });
  });

  it('never arrived, though Claude had read it', () => {
    expect(read(linesOf('killed-before-it-arrived'))).toEqual({ 0: GREETING });
  });

  it.each([
    ['interrupted-while-streaming', /^word1 .*word13\s+\[Request interrupted by user\]$/s],
    ['interrupted-in-a-tool', /^\[Request interrupted by user for tool use\]$/],
  ])('was stopped by the person, so that nobody goes on with it: %s', (name, expected) => {
    expect(read(linesOf(name))).toEqual({ 0: GREETING, 1: expect.stringMatching(expected) as string });
  });

  it('has the answer of its own turn, not of the turn that a background task began later', () => {
    const answers = read(linesOf('background-task'));
    expect(answers['1']).toMatch(/^Done: \["Command running in background with ID: be8olpqnc/);
  });

  it('was taken into the turn of another one and answered with it', () => {
    const answer = 'Done: ["(Bash completed with no output)"]';
    expect(read(linesOf('taken-in-during-a-turn'))).toEqual({ 1: answer, 2: answer });
  });

  it('was cut off, though Claude Code put words into its mouth on resume', () => {
    expect(read(linesOf('resumed-after-a-kill'))).toEqual({
      0: 'You said: one (after 0)',
      2: 'You said: two (after 1)',
      3: null,
      4: 'You said: continue (after 4)',
    });
  });

  it('arrived, though the last line is torn', () => {
    const lines = linesOf('killed-right-after-the-answer');
    const last = lines.findLastIndex((line) => line !== '');
    for (let length = 0; length < (lines[last]?.length ?? 0); length += 7) {
      const torn = [...lines.slice(0, last), lines[last]?.slice(0, length) ?? ''];
      expect(read(torn)).toEqual({ 0: GREETING, 1: null });
    }
  });

  it('was answered only if no tool call came after the text', () => {
    const lines = linesOf('answered-after-a-tool');
    const call = lines.find((line) => line.includes('"tool_use","id"')) ?? '';
    expect(read([...lines, call])['1']).toBeNull();
  });

  it('was answered, though the conversation was compacted in the midst of its turn', () => {
    const summary = linesOf('compacted').filter(
      (line) => line.includes('"isCompactSummary":true') || line.includes('"isMeta":true'),
    );
    const lines = linesOf('two-answered');
    const prompt = lines.findIndex((line) => line.includes(second ?? '?'));
    expect(summary).toHaveLength(2);
    expect(read(lines.toSpliced(prompt + 1, 0, ...summary))['2']).toBe('You said: second (after 2)');
  });

  it('was not answered by a sub-agent', () => {
    const lines = linesOf('killed-right-after-the-answer');
    const sidechain = lines.map((line) =>
      line.includes('"quick (after') || line.includes('You said: quick')
        ? line.replace('"isSidechain":false', '"isSidechain":true')
        : line,
    );
    expect(read(sidechain)).toEqual({ 0: GREETING, 1: null });
  });

  it('nothing at all, when it holds garbage', () => {
    expect(read(['', 'null', '42', '[]', '{"type":"user"}', '{"type":7}', '\u0000', '{"uuid":'])).toEqual({});
  });
});
