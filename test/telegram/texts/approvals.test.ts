/** What is asked before a tool runs: whole, in order, with nothing hidden and nothing to tap. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { approvalClosedText, approvalText } from '../../../src/telegram/texts/approvals.ts';
import { subjectOf } from '../../../src/claude/talk/approval-subject.ts';
import { anApproval } from '../../helpers/records.ts';
import { checkEntities } from '../../helpers/tdlib.ts';
import { marked } from '../render/marked.ts';
import { tappableIn } from '../render/tappable.ts';

const asked = (toolName: string, input: Record<string, unknown>) =>
  approvalText(anApproval('id', { toolName, input, subject: subjectOf(toolName, input) }));
const parts = (toolName: string, input: Record<string, unknown>) => asked(toolName, input).whole;
const shown = (toolName: string, input: Record<string, unknown>) =>
  parts(toolName, input).map(marked).join('\n=====\n');

const QUESTION = {
  question: 'Which one?',
  header: 'One',
  multiSelect: true,
  options: [{ label: 'A', description: 'the first' }, { label: 'B' }],
};

describe('a command', () => {
  it('is shown as it will run, with what Claude says it is for', () => {
    expect(shown('Bash', { command: 'npm test &&\n\trm -rf x', description: 'Run\n\nthe tests' })).toBe(
      'Claude wants to run a command: <italic>Run the tests</italic>\n<pre bash>npm test &&\n    rm -rf x</pre>',
    );
  });

  it('is shown with every setting that it has', () => {
    expect(shown('Bash', { command: 'ls', dangerouslyDisableSandbox: true })).toBe(
      'Claude wants to run a command:\n<pre bash>ls</pre>\n\nWith these settings:\n<pre json>{\n  "dangerouslyDisableSandbox": true\n}</pre>',
    );
  });

  it('hides nothing: no direction override, no control character, no invisible one', () => {
    expect(shown('Bash', { command: 'ls \u202eharmless\x1b[8m; rm\u200b x\r' })).toBe(
      'Claude wants to run a command:\n<pre bash>ls ⟨U+202E⟩harmless␛[8m; rm⟨U+200B⟩ x␍</pre>',
    );
  });

  it('is shown whole over as many messages as it takes', () => {
    const command = Array.from({ length: 1_000 }, (_, line) => `echo ${line}`).join('\n');
    const all = parts('Bash', { command });
    expect(all.length).toBeGreaterThan(2);
    expect(all.every(({ text }) => text.length <= 4_000)).toBe(true);
    expect(all.map(({ text }) => text).join('\n')).toBe(`Claude wants to run a command:\n${command}`);
    expect(all.slice(1).every(({ entities }) => entities.length === 1 && entities[0]?.type === 'pre')).toBe(
      true,
    );
  });
});

describe('a change', () => {
  it('is shown as a difference', () => {
    expect(
      shown('Edit', { file_path: '/a/b.ts', old_string: 'a\nb', new_string: 'a\nc', replace_all: true }),
    ).toBe('Claude wants to change <code>/a/b.ts</code>, wherever this occurs:\n<pre diff> a\n-b\n+c</pre>');
  });

  it('may have several parts', () => {
    const edits = [
      { old_string: 'a', new_string: 'b' },
      { old_string: 'c', new_string: '', replace_all: true },
    ];
    expect(shown('MultiEdit', { file_path: '/a', edits })).toBe(
      'Claude wants to change <code>/a</code>:\n\nChange 1:\n<pre diff>-a\n+b</pre>\n\nChange 2, wherever this occurs:\n<pre diff>-c</pre>',
    );
  });

  it('is shown as lines that come if the file is written anew', () => {
    expect(shown('Write', { file_path: '/a', content: 'x\n\ty\n' })).toBe(
      'Claude wants to write <code>/a</code>, in place of what may be there:\n<pre diff>+x\n+   y</pre>',
    );
  });

  it('is shown as it is if it has fields that we do not know', () => {
    const edits = [{ old_string: 'a', new_string: 'b', also: 'c' }];
    expect(shown('MultiEdit', { file_path: '/a', edits })).toContain('"also": "c"');
  });
});

describe('any other tool', () => {
  it('is shown with its whole input', () => {
    expect(shown('mcp__github__create_issue', { title: 'a', labels: ['b'] })).toBe(
      'Claude wants to use <code>mcp__github__create_issue</code>:\n<pre json>{\n  "title": "a",\n  "labels": [\n    "b"\n  ]\n}</pre>',
    );
    expect(shown('ListMcpResources', {})).toBe('Claude wants to use <code>ListMcpResources</code>');
  });

  it('is shown like that if its input is not what it takes', () => {
    expect(shown('Bash', { command: 5 })).toBe(
      'Claude wants to use <code>Bash</code>:\n<pre json>{\n  "command": 5\n}</pre>',
    );
  });
});

describe('what does not fit into one message', () => {
  const lines = Array.from({ length: 1_000 }, (_, line) => `line ${line} \u202e`);
  const seen = lines.map((line) => line.replace('\u202e', '⟨U+202E⟩'));

  it('is a file with all of it, and a message that shows its beginning and says that it is no more', () => {
    const { long } = asked('Bash', { command: lines.join('\n'), description: 'Do it' });
    expect(long?.file.fileName).toBe('command.txt');
    expect(long?.file.text).toBe(`Claude wants to run a command: Do it\n${seen.join('\n')}`);
    const excerpt = long?.excerpt.text ?? '';
    expect(excerpt.length).toBeLessThan(4_000);
    expect(excerpt).toMatch(/^Claude wants to run a command: Do it\nline 0 ⟨U\+202E⟩\nline 1 ⟨/);
    expect(excerpt).toMatch(
      /\nline \d+ ⟨U\+202E⟩\n\n✂ This is only the beginning\. All of it is in the file above: read it before you decide\.$/,
    );
  });

  it('has the settings of a command in its file too, wherever they are cut', () => {
    const { long } = asked('Bash', { command: 'x'.repeat(9_000), dangerouslyDisableSandbox: true });
    expect(long?.file.text).toContain('"dangerouslyDisableSandbox": true');
  });

  it.each([
    ['Edit', { file_path: '/a', old_string: lines.join('\n'), new_string: '' }, 'change.txt'],
    ['Write', { file_path: '/a', content: lines.join('\n') }, 'change.txt'],
    ['mcp__x__y', { text: lines.join('\n') }, 'request.txt'],
    ['AskUserQuestion', { questions: [{ ...QUESTION, question: lines.join('\n') }] }, 'question.txt'],
  ])('has a name that says what it is: %s', (toolName, input, fileName) => {
    const { long } = asked(toolName, input);
    expect(long?.file.fileName).toBe(fileName);
    expect(long?.file.text).toContain('line 999 ');
  });

  it('is a plan as Claude wrote it, with where its links lead and with its settings', () => {
    const plan = `# Plan\n\n[here](https://x.dev/y)\n\n${lines.join('\n')}`;
    expect(asked('ExitPlanMode', { plan, allowed: ['a'] }).long?.file).toEqual({
      fileName: 'plan.md',
      text: `# Plan\n\n[here](https://x.dev/y)\n\n${seen.join('\n')}\n\nWith these settings:\n{\n  "allowed": [\n    "a"\n  ]\n}`,
    });
  });

  it('does not apply to what fits', () => {
    expect(asked('Bash', { command: 'x'.repeat(3_900) }).long).toBeNull();
  });
});

describe('a question and a plan', () => {
  it('can be read', () => {
    expect(shown('AskUserQuestion', { questions: [QUESTION] })).toMatchInlineSnapshot(`
      "Claude asks: <bold>Which one?</bold> Tap all that apply, then Done.
      • <bold>A</bold> – the first
      • B"
    `);
    expect(shown('ExitPlanMode', { plan: '# Plan\n\n1. **Do** it' })).toMatchInlineSnapshot(`
      "Claude has a plan and wants to begin:

      <bold>Plan</bold>

      1. <bold>Do</bold> it"
    `);
  });
});

describe('any tool call at all', () => {
  it('is taken by Telegram, holds nothing to tap, and never nothing', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.constantFrom('/end', '@someone', '```', '[a](https://x.dev)', '\ud800', 'x'.repeat(5_000)),
    );
    const input = fc.oneof(
      fc.record({ command: text, description: text }, { requiredKeys: ['command'] }),
      fc.record({ file_path: text, old_string: text, new_string: text }),
      fc.record({ file_path: text, content: text }),
      fc.record({ plan: text }),
      fc.record({
        questions: fc.array(fc.record({ question: text, options: fc.array(fc.record({ label: text })) })),
      }),
      fc
        .dictionary(text, fc.anything())
        .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>),
    );
    const name = fc.oneof(fc.constantFrom('Bash', 'Edit', 'Write', 'ExitPlanMode', 'AskUserQuestion'), text);
    fc.assert(
      fc.property(name, input, (toolName, given) => {
        const { whole, long } = asked(toolName, given);
        expect(whole.length).toBeGreaterThan(0);
        expect(long !== null).toBe(whole.length > 1);
        for (const part of long ? [...whole, long.excerpt] : whole) {
          expect(checkEntities(part.text, part.entities)).toBeNull();
          expect(part.text.length).toBeLessThanOrEqual(4_000);
          expect(tappableIn(part)).toEqual([]);
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('afterwards', () => {
  it('says why nobody needs to answer', () => {
    const outcomes = ['interrupted', 'ended'] as const;
    expect(outcomes.map((outcome) => marked(approvalClosedText('Bash', outcome)))).toMatchInlineSnapshot(`
      [
        "No longer asked, because the turn was interrupted: <code>Bash</code>",
        "No longer asked, because Claude's process ended: <code>Bash</code>",
      ]
    `);
  });
});
