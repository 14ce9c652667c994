/** What the scripted model answers to which words: one rule each, the first that fits speaks. To teach it more, add a rule. */
import { resolve } from 'node:path';
import { CONTINUE_PROMPT } from '../../../machines/session-inbox.ts';
import { longDocument, markdownDocument } from './documents.ts';
import type { Prompt } from './conversation.ts';
import { type Answer, say, think, tool, type ToolResult } from './parts.ts';
import { readRules } from './read-rules.ts';
import type { Asked, Rule } from './rule.ts';

const MAX_WORDS = 2000;
const MAX_PARAGRAPHS = 500;
const MAX_OUTPUT_LENGTH = 1500;

const INSIST = /^insist:\s*([\s\S]+)$/i;

export const rules: readonly Rule[] = [
  {
    usage: 'run: <command>',
    help: 'runs a shell command; what changes something needs your approval',
    pattern: /^run:\s*([\s\S]+)$/i,
    *answer([command = '']) {
      const result = yield tool('Bash', { command, description: 'Run what the user asked for' });
      yield outcome(result, `Done: ${shorten(result.text)}`);
    },
  },
  {
    usage: 'background: <command>',
    help: 'runs it in the background and comes back when it ended',
    pattern: /^background:\s*([\s\S]+)$/i,
    *answer([command = '']) {
      const result = yield tool('Bash', {
        command,
        description: 'Run in the background',
        run_in_background: true,
      });
      yield outcome(result, 'Started in the background.');
    },
  },
  ...readRules,
  {
    usage: 'write <path>: <content>',
    help: 'writes a file',
    pattern: /^write\s+([^\s:]+):\s?([\s\S]*)$/i,
    *answer([path = '', content = ''], { conversation }) {
      const result = yield tool('Write', {
        file_path: resolve(conversation.workingDirectory, path),
        content,
      });
      yield outcome(result, `Wrote \`${path}\`.`);
    },
  },
  {
    usage: 'edit <path>: <old> => <new>',
    help: 'reads a file, then changes it',
    pattern: /^edit\s+([^\s:]+):\s?([\s\S]+?)\s*=>\s?([\s\S]*)$/i,
    *answer([path = '', before = '', after = ''], { conversation }) {
      const file = resolve(conversation.workingDirectory, path);
      const read = yield tool('Read', { file_path: file });
      const edit = tool('Edit', { file_path: file, old_string: before, new_string: after });
      const result = read.failed ? read : yield edit;
      yield outcome(result, `Edited \`${path}\`.`);
    },
  },
  {
    usage: 'send <path>, <path> …: <caption>',
    help: 'sends you files; the caption may be left out',
    pattern: /^send\s+([^:]+?)(?:\s*:\s*([\s\S]+))?$/i,
    *answer([names = '', caption]) {
      const paths = names.split(',').map((name) => name.trim());
      const result = yield tool('mcp__hibernaut__send_files', { paths, ...(caption && { caption }) });
      yield outcome(result, 'Sent.');
    },
  },
  {
    usage: 'slow <n>',
    help: 'streams n words, one after the other',
    pattern: /^slow\s+(\d+)$/i,
    *answer([count = ''], { settings: { wordPauseMs } }) {
      const words = upTo(MAX_WORDS, count).map((number) => `word${number} `);
      yield { kind: 'text', deltas: words, pauseMs: wordPauseMs };
    },
  },
  {
    usage: 'hang',
    help: 'starts to answer and says nothing, until you stop it',
    pattern: /^hang$/i,
    answer: hang,
  },
  {
    usage: 'hang on',
    help: 'the same, and again when the turn is taken up again',
    pattern: /^hang on$/,
    answer: hang,
  },
  {
    usage: 'insist: <any of these>',
    help: 'does it, and begins it anew when its turn is taken up again',
    pattern: INSIST,
    *answer([inner = ''], { prompt, ...rest }) {
      yield* answerTo({ ...rest, prompt: { ...prompt, text: inner } });
    },
  },
  {
    usage: 'fail <status>',
    help: 'an error of the model: 400, 401, 429, 500, 529 …',
    pattern: /^fail\s+([45]\d\d)$/i,
    *answer([status = '']) {
      yield { kind: 'fail', status: Number(status) };
    },
  },
  {
    usage: 'remember <something>',
    help: 'says that it will',
    pattern: /^remember\s+([\s\S]+)$/i,
    *answer([something = '']) {
      yield say(`I will remember ${something}.`);
    },
  },
  {
    usage: 'what did I say?',
    help: 'lists all you said in this conversation',
    pattern: /^what did i say\s*\??$/i,
    *answer(_groups, { prompt }) {
      const lines = prompt.earlier.map((text, index) => `${index + 1}. ${text.replaceAll('\n', '\n   ')}`);
      yield say(lines.length === 0 ? 'Nothing yet.' : `You said:\n\n${lines.join('\n')}`);
    },
  },
  {
    usage: 'markdown',
    help: 'one document with every kind of formatting',
    pattern: /^markdown$/i,
    *answer() {
      yield say(markdownDocument);
    },
  },
  {
    usage: 'long <n>',
    help: 'n paragraphs at once',
    pattern: /^long\s+(\d+)$/i,
    *answer([count = '']) {
      yield say(longDocument(upTo(MAX_PARAGRAPHS, count)));
    },
  },
  {
    usage: 'ask',
    help: 'asks you to choose between two options',
    pattern: /^ask$/i,
    *answer() {
      const result = yield tool('AskUserQuestion', { questions: [QUESTION] });
      yield say(`${result.failed ? 'You did not choose' : 'Your answer'}: ${shorten(result.text)}`);
    },
  },
  {
    usage: 'plan',
    help: 'in plan mode: makes a plan and asks you to approve it',
    pattern: /^plan$/i,
    *answer(_groups, { conversation: { planFile } }) {
      if (planFile === null) {
        yield say('This session is not in plan mode, so there is nothing to approve.');
        return;
      }
      const written = yield tool('Write', { file_path: planFile, content: PLAN });
      const result = written.failed ? written : yield tool('ExitPlanMode', {});
      yield outcome(result, 'The plan is approved.');
    },
  },
  {
    usage: 'tasks <task> | <task> …',
    help: 'sets itself tasks, runs them as shell commands, and ticks them off',
    pattern: /^tasks\s+([\s\S]+)$/i,
    *answer([tasks = '']) {
      const commands = tasks.split('|').map((task) => task.trim());
      for (const command of commands) {
        yield tool('TaskCreate', { subject: command, description: `Run ${command}` });
      }
      for (const [index, command] of commands.entries()) {
        const taskId = String(index + 1);
        yield tool('TaskUpdate', { taskId, status: 'in_progress' });
        yield tool('Bash', { command, description: 'Run a task' });
        yield tool('TaskUpdate', { taskId, status: 'completed' });
      }
      yield say('All tasks are done.');
    },
  },
  {
    usage: 'agents <prompt> | <prompt> …',
    help: 'gives each prompt to a sub-agent, all at work at once',
    pattern: /^agents\s+([\s\S]+)$/i,
    *answer([prompts = '']) {
      for (const prompt of prompts.split('|').map((text) => text.trim())) {
        yield tool('Task', { description: `Do ${prompt}`, prompt, subagent_type: 'general-purpose' });
      }
      yield say('The sub-agents are at work.');
    },
  },
  {
    usage: 'think',
    help: 'thinks before it answers',
    pattern: /^think$/i,
    *answer() {
      yield think('The user wants to see me think. So I think about what to say, and then I say it.');
      yield say('I have thought about it.');
    },
  },
  {
    usage: 'who are you?',
    help: 'says which model was asked for, and with which effort',
    pattern: /^who are you\s*\??$/i,
    *answer(_groups, { settings: { model, effort } }) {
      yield say(`I stand in for ${model}, effort: ${effort ?? 'not said'}.`);
    },
  },
  {
    usage: 'help',
    help: 'this list',
    pattern: /^help$/i,
    *answer() {
      const lines = rules.map((rule) => `- \`${rule.usage}\`: ${rule.help}`);
      yield say(
        `I am a scripted stand-in for the model. I understand:\n\n${lines.join('\n')}\n\nAnything else I repeat.`,
      );
    },
  },
];

/** What the script says to these words. */
export function answerTo(asked: Asked): Answer {
  const { text, byUser, earlier } = asked.prompt;
  if (!byUser) return backgroundTaskEnded();
  const cutOff = text === CONTINUE_PROMPT ? earlier.findLast((words) => words !== text) : undefined;
  if (cutOff === 'hang on') return hang();
  const inner = cutOff === undefined ? undefined : INSIST.exec(cutOff)?.[1];
  if (inner !== undefined) return answerTo({ ...asked, prompt: { ...asked.prompt, text: inner } });
  for (const rule of rules) {
    const match = rule.pattern.exec(text);
    if (match) return rule.answer(match.slice(1), asked);
  }
  return echo(asked.prompt);
}

function* hang(): Answer {
  yield { kind: 'hang' };
}

function* backgroundTaskEnded(): Answer {
  yield say('The background task ended.');
}

function* echo({ text, messagesBefore }: Prompt): Answer {
  yield say(`You said: ${text}`);
  if (messagesBefore > 0) return;
  yield say('\n\nI am a scripted stand-in for the model; `help` lists what I understand.');
}

function outcome(result: ToolResult, success: string) {
  return say(result.failed ? `It did not run: ${shorten(result.text)}` : success);
}

function shorten(text: string): string {
  const trimmed = text.trim();
  return trimmed.length > MAX_OUTPUT_LENGTH ? `${trimmed.slice(0, MAX_OUTPUT_LENGTH)} …` : trimmed;
}

/** 1, 2, 3 … `count`, but no more than `limit`. */
function upTo(limit: number, count: string): number[] {
  return Array.from({ length: Math.min(limit, Number(count)) }, (_, index) => index + 1);
}

const QUESTION = {
  question: 'Which colour do you like better?',
  header: 'Colour',
  multiSelect: false,
  options: [
    { label: 'Red', description: 'The colour of tomatoes' },
    { label: 'Blue', description: 'The colour of the sea' },
  ],
};

const PLAN = `# The scripted plan

1. Look at what is there.
2. Change one thing.
3. Check that it works.
`;
