/** What the bridge adds to a warm turn: Telegram message to answer through the whole program, against the same turn spoken to Claude directly. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import { query, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { ANNA, startProgram, type Program } from '../test/helpers/program.ts';
import { report } from './report.ts';
import { spreadOf } from './spread.ts';

const WARM_UP_TURNS = 3;

export interface WarmTurns {
  /** Milliseconds per turn, in the order in which they were taken. */
  direct: number[];
  bridged: number[];
}

/** One process, spoken to through the SDK: from the prompt to its `result`. */
async function startDirect(program: Program) {
  const folder = await mkdtemp(join(tmpdir(), 'hibernaut-bench-'));
  let push: (text: string) => void = () => undefined;
  async function* prompts(): AsyncGenerator<SDKUserMessage> {
    for (;;) {
      const text = await new Promise<string>((resolve) => (push = resolve));
      yield { type: 'user', parent_tool_use_id: null, message: { role: 'user', content: text } };
    }
  }
  const abort = new AbortController();
  const { HIBERNAUT_DATA_DIR: _, TELEGRAM_BOT_TOKEN: __, ...env } = program.environment;
  const messages = query({
    prompt: prompts(),
    options: { cwd: folder, env, includePartialMessages: true, abortController: abort },
  });
  await messages.initializationResult();
  return {
    async turn(text: string): Promise<number> {
      const start = performance.now();
      push(text);
      for (;;) {
        const { value, done } = await messages.next();
        if (done) throw new Error('The process ended.');
        if (value.type === 'result') return performance.now() - start;
      }
    },
    async close(): Promise<void> {
      abort.abort();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** From the message a person sends to the answer that Telegram takes: the one that replies to it, not the live message. */
async function bridgedTurn({ telegram }: Program, text: string): Promise<number> {
  const start = performance.now();
  const asked = telegram.sendText({ chatId: ANNA, text });
  await telegram.waitForMessage(
    ANNA,
    (message) => message.reply_to_message?.message_id === asked.message_id,
    30_000,
  );
  return performance.now() - start;
}

/** The direct and the bridged turns alternate, so that whatever else the machine does hits both. */
export async function measureWarmTurns({ turns }: { turns: number }): Promise<WarmTurns> {
  const program = await startProgram();
  const direct = await startDirect(program);
  const taken: WarmTurns = { direct: [], bridged: [] };
  try {
    for (let turn = -WARM_UP_TURNS; turn < turns; turn++) {
      const alone = await direct.turn(`d${String(turn)}`);
      const through = await bridgedTurn(program, `b${String(turn)}`);
      if (turn < 0) continue;
      taken.direct.push(alone);
      taken.bridged.push(through);
    }
  } finally {
    await direct.close();
    await program.close();
  }
  return taken;
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: { turns: { type: 'string', default: '200' }, small: { type: 'boolean', default: false } },
  });
  const turns = values.small ? 5 : Number(values.turns);
  const taken = await measureWarmTurns({ turns });
  const [direct, bridged] = [spreadOf(taken.direct), spreadOf(taken.bridged)];
  report({
    name: 'warm-turn',
    options: { turns },
    rows: { 'direct, ms': { ...direct }, 'through Telegram, ms': { ...bridged } },
    findings: [
      `The bridge adds ${(bridged.median - direct.median).toFixed(1)} ms at the median (goal: within 10 ms) ` +
        `and ${(bridged.p99 - direct.p99).toFixed(1)} ms at p99 (goal: within 25 ms).`,
    ],
  });
}
