/** What the bridge adds to a warm turn: Telegram message to answer through the whole program, against the same turn spoken to Claude directly. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { query, type SDKUserMessage } from '@anthropic-ai/claude-agent-sdk';
import { ANNA, startProgram, type Program } from '../test/helpers/program.ts';

const TURNS = Number(process.argv[2] ?? 100);
const RESULTS = new URL('./results/', import.meta.url).pathname;

interface Spread {
  median: number;
  p90: number;
  p99: number;
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

function spreadOf(samples: number[]): Spread {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (quantile: number) =>
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? NaN;
  return { median: at(0.5), p90: at(0.9), p99: at(0.99) };
}

const program = await startProgram();
const direct = await startDirect(program);
const samples = { direct: [] as number[], bridged: [] as number[] };
try {
  for (let turn = -3; turn < TURNS; turn++) {
    // Alternating, so that whatever else the machine does hits both; the first three turns warm up.
    const [alone, through] = [
      await direct.turn(`d${String(turn)}`),
      await bridgedTurn(program, `b${String(turn)}`),
    ];
    if (turn < 0) continue;
    samples.direct.push(alone);
    samples.bridged.push(through);
  }
} finally {
  await direct.close();
  await program.close();
}

const table = { direct: spreadOf(samples.direct), bridged: spreadOf(samples.bridged) };
const added = table.bridged.median - table.direct.median;
console.table(
  Object.fromEntries(
    Object.entries(table).map(([name, { median, p90, p99 }]) => [
      name,
      { 'median ms': median.toFixed(1), 'p90 ms': p90.toFixed(1), 'p99 ms': p99.toFixed(1) },
    ]),
  ),
);
console.log(
  `${String(TURNS)} warm turns; the bridge adds ${added.toFixed(1)} ms at the median (limit: 20 ms).`,
);
await mkdir(RESULTS, { recursive: true });
await writeFile(join(RESULTS, 'warm-turn.json'), JSON.stringify({ turns: TURNS, added, ...table }, null, 2));
process.exitCode = added <= 20 ? 0 : 1;
