/** A tool call in full, for people: commands as commands, changes as differences, everything else as it is. */
import { z } from 'zod';
import { expandTabs } from '../render/columns.ts';
import { lineDiff } from '../render/line-diff.ts';
import { renderMarkdown } from '../render/markdown.ts';
import { code, italic, join, pre, rich, type RichText } from '../render/rich-text.ts';
import { visible } from '../render/visible.ts';
import { words } from './others-words.ts';

type Input = Record<string, unknown>;

/** How a tool's input is shown; null if it is not what the tool takes. */
type Show = (input: Input) => RichText | null;

/** @param input untrusted: a model wrote it, perhaps led by what it read */
export function toolCallText(toolName: string, input: Input): RichText {
  return TOOLS.get(toolName)?.(input) ?? otherToolText(toolName, input);
}

/** A tool that takes what `schema` says. Further fields are shown below what `show` makes of those. */
function tool<T extends Input>(schema: z.ZodType<T>, show: (input: T) => RichText): Show {
  return (input) => {
    const { data } = schema.safeParse(input);
    if (!data) return null;
    const rest = Object.entries(input).filter(([name]) => !(name in data));
    if (rest.length === 0) return show(data);
    return join([show(data), rich`With these settings:\n${json(Object.fromEntries(rest))}`], '\n\n');
  };
}

const bash = tool(
  z.object({ command: z.string(), description: z.string().optional() }),
  ({ command, description }) => {
    const purpose = description ? rich`: ${italic(words(oneLine(description)))}` : ':';
    return rich`Claude wants to run a command${purpose}\n${block(command, 'bash')}`;
  },
);

const change = z.strictObject({
  old_string: z.string(),
  new_string: z.string(),
  replace_all: z.boolean().optional(),
});

const edit = tool(
  z.object({ ...change.shape, file_path: z.string() }),
  ({ file_path, ...changed }) =>
    rich`Claude wants to change ${path(file_path)}${everywhere(changed)}:\n${difference(changed)}`,
);

const multiEdit = tool(
  z.object({ file_path: z.string(), edits: z.array(change) }),
  ({ file_path, edits }) => {
    const changes = edits.map(
      (changed, index) => rich`Change ${String(index + 1)}${everywhere(changed)}:\n${difference(changed)}`,
    );
    return join([rich`Claude wants to change ${path(file_path)}:`, ...changes], '\n\n');
  },
);

const write = tool(
  z.object({ file_path: z.string(), content: z.string() }),
  ({ file_path, content }) =>
    rich`Claude wants to write ${path(file_path)}, in place of what may be there:\n${difference({ old_string: '', new_string: content })}`,
);

const exitPlanMode = tool(z.object({ plan: z.string() }), ({ plan }) =>
  join([rich`Claude has a plan and wants to begin:`, renderMarkdown(visible(plan))], '\n\n'),
);

/** A plan as Claude wrote it, with its links and all its settings; null if there is none in the input. */
export function planSource({ plan, ...settings }: Input): string | null {
  if (typeof plan !== 'string') return null;
  const rest = Object.keys(settings).length > 0 ? [`With these settings:\n${asJson(settings)}`] : [];
  return visible([plan, ...rest].join('\n\n'));
}

/** Claude Code's own tools, as far as they are shown in a way of their own (their input: the SDK's `sdk-tools.d.ts`). */
const TOOLS = new Map<string, Show>([
  ['Bash', bash],
  ['Edit', edit],
  ['MultiEdit', multiEdit],
  ['Write', write],
  ['ExitPlanMode', exitPlanMode],
]);

function otherToolText(toolName: string, input: Input): RichText {
  const asked = rich`Claude wants to use ${code(visible(toolName))}`;
  return Object.keys(input).length === 0 ? asked : rich`${asked}:\n${json(input)}`;
}

type Change = z.infer<typeof change>;

function everywhere({ replace_all }: Change): string {
  return replace_all ? ', wherever this occurs' : '';
}

function difference({ old_string, new_string }: Change): RichText {
  return block(lineDiff(old_string, new_string), 'diff');
}

function json(value: unknown): RichText {
  return block(asJson(value), 'json');
}

function asJson(value: unknown): string {
  return JSON.stringify(value, null, 2);
}

function block(text: string, language: string): RichText {
  return pre(expandTabs(visible(text)), language);
}

function path(file: string): RichText {
  return code(visible(file));
}

/** So that what Claude says of a command can't look like a paragraph of ours. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
