/** What the benchmarks of turns are played on: the whole program and, beside it, Claude without it, with one model for both. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { callControl } from '../../src/control/call.ts';
import { ANNA, startProgram, type Program } from '../../test/helpers/program.ts';
import type { DirectProcess, Spoken } from './direct-process.ts';
import type { ModelProcess } from './model-process.ts';
import { startPart, type Part } from './part.ts';

export interface Stage {
  program: Program;
  model: Part<ModelProcess>;
  direct: Part<DirectProcess>;
  /** What to say directly, in a conversation of its own. */
  conversation: () => (text: string, isNew?: boolean) => Spoken;
  /** From the message a person sends to the answer that Telegram takes, ms: the one that replies to it, not the live message. */
  throughTelegram: (text: string, chatId?: number) => Promise<number>;
  /** Suspends the chat's session, and waits until its process has gone. */
  suspend: (chatId?: number) => Promise<void>;
}

export interface StageOptions {
  /** Of the daemon, besides those of `startProgram`. */
  environment?: Record<string, string>;
  /** The model's answers can be held back, and watched. */
  isWatched?: boolean;
}

/** Chats that nobody wrote in before: each first message begins a session. The daemon has to be told that they are allowed. */
export function freshChats(count: number): { chats: number[]; environment: Record<string, string> } {
  const chats = Array.from({ length: count }, (_, index) => 10_000 + index);
  return { chats, environment: { HIBERNAUT_ALLOWED_USERS: chats.join() } };
}

/** Sets the stage, plays, and leaves nothing running. */
export async function onStage<T>(options: StageOptions, play: (stage: Stage) => Promise<T>): Promise<T> {
  const model = startPart<ModelProcess>(new URL('model-process.ts', import.meta.url));
  const direct = startPart<DirectProcess>(new URL('direct-process.ts', import.meta.url));
  let program: Program | null = null;
  try {
    const url = await model.ask(options.isWatched ? 'watchedUrl' : 'url', undefined);
    program = await startProgram({ ANTHROPIC_BASE_URL: url, ...options.environment });
    await makeRepository(program.workspace);
    return await play(stageOf(program, model, direct));
  } finally {
    await direct.ask('end', undefined);
    await program?.close();
    await Promise.all([direct.close(), model.close()]);
  }
}

function stageOf(program: Program, model: Part<ModelProcess>, direct: Part<DirectProcess>): Stage {
  const { telegram, dataDir, workspace } = program;
  const { HIBERNAUT_DATA_DIR: _, TELEGRAM_BOT_TOKEN: __, ...environment } = program.environment;
  return {
    ...{ program, model, direct },
    conversation: () => {
      const claudeSessionId = randomUUID();
      return (text, isNew = false) => ({ claudeSessionId, isNew, workspace, environment, text });
    },
    throughTelegram: async (text, chatId = ANNA) => {
      const start = performance.now();
      const asked = telegram.sendText({ chatId, text });
      await telegram.waitForMessage(
        chatId,
        (message) => message.reply_to_message?.message_id === asked.message_id,
        60_000,
      );
      return performance.now() - start;
    },
    suspend: async (chatId) => {
      const { id } = await program.session(chatId);
      await callControl(dataDir, 'session.order', { session: id, order: 'suspend' }, 60_000);
      await program.sessionIs('suspended', chatId);
    },
  };
}

/** People work in repositories, and both Claude and Hibernaut look at them. */
async function makeRepository(folder: string): Promise<void> {
  const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'ignore' });
  await mkdir(join(folder, 'src'), { recursive: true });
  for (let file = 0; file < 20; file += 1) {
    await writeFile(join(folder, 'src', `${String(file)}.ts`), 'export const answer = 42;\n'.repeat(50));
  }
  git('init', '--quiet');
  git('add', '--all');
  git('-c', 'user.name=Anna', '-c', 'user.email=anna@example.com', 'commit', '--quiet', '-m', 'First');
}
