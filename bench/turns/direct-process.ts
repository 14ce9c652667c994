/**
 * Claude as somebody drives it who needs no Hibernaut: through the SDK, with the very options that Hibernaut starts it
 * with, or as `claude -p`, once per message.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { claudeExecutable } from '../../src/claude/executable.ts';
import { launch, type Launched } from '../../src/claude/process/launch.ts';
import { PromptQueue } from '../../src/claude/talk/prompt-queue.ts';
import { randomUUID } from 'node:crypto';
import { servePart } from './part.ts';

/** A conversation: to be begun, or to be continued. */
export interface Spoken {
  claudeSessionId: string;
  isNew: boolean;
  workspace: string;
  environment: Record<string, string>;
  text: string;
}

let prompts = new PromptQueue();
let running: Launched | null = null;

function start({ claudeSessionId, isNew, workspace, environment }: Spoken): Launched {
  prompts = new PromptQueue();
  return launch({
    input: {
      ...{ id: 'direct', epoch: 1, workspace, claudeSessionId, conversationStarted: !isNew },
      ...{
        model: null,
        effort: null,
        permissionMode: 'default',
        sessionRules: [],
        folderSettings: 'asTrusted',
      },
    },
    settings: { command: null, environment, owner: 'bench', allowBypass: false },
    resumes: !isNew,
    prompts,
    canUseTool: (_tool, input) => Promise.resolve({ behavior: 'allow', updatedInput: input }),
    sendFiles: () => Promise.reject(new Error('No files are sent here.')),
  });
}

async function answerTo({ query }: Launched, text: string): Promise<void> {
  const message = { role: 'user', content: text } as const;
  void prompts.push({ type: 'user', uuid: randomUUID(), parent_tool_use_id: null, message });
  for (;;) {
    const { value, done } = await query.next();
    if (done) throw new Error('Claude has ended without an answer.');
    if (value.type === 'result') return;
  }
}

async function timed(work: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function end(): Promise<void> {
  if (!running) return;
  const { child, query } = running;
  running = null;
  prompts.end();
  child.stdin?.end();
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  query.close();
}

const methods = {
  /** From the spawn to the answer, ms. The process stays. */
  begin: (spoken: Spoken) =>
    timed(() => {
      running = start(spoken);
      return answerTo(running, spoken.text);
    }),
  /** From the prompt to the answer in the process that is there, ms. */
  turn: ({ text }: { text: string }) => {
    const warm = running;
    if (!warm) throw new Error('There is no process.');
    return timed(() => answerTo(warm, text));
  },
  end,
  /** `claude -p`: from its start to the answer on its standard output, ms. */
  oneShot: async ({ claudeSessionId, isNew, workspace, environment, text }: Spoken) => {
    const conversation = isNew ? ['--session-id', claudeSessionId] : ['--resume', claudeSessionId];
    const start = performance.now();
    const child = spawn(claudeExecutable(null) ?? 'claude', ['-p', text, ...conversation], {
      cwd: workspace,
      env: environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const exited = once(child, 'exit');
    await once(child.stdout, 'data');
    const ms = performance.now() - start;
    await exited;
    return ms;
  },
};

export type DirectProcess = typeof methods;

servePart(methods);
