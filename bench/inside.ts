/** Looks inside a running daemon through Node's inspector, so that nothing in the product has to know of it: heap, handles, the event loop. */
import { readdirSync } from 'node:fs';
import { WebSocket } from 'ws';
import { residentBytes } from '../src/resident-memory.ts';
import type { Program } from '../test/helpers/program.ts';

/** What the daemon has to be started with. */
export const INSPECTED = ['--inspect=127.0.0.1:0'] as const;

/** Between two looks at the event loop; each counts this much as no delay. */
const LOOK_MS = 10;

export interface Weight {
  /** After a garbage collection, bytes. */
  heapBytes: number;
  /** Of the process, bytes. */
  residentBytes: number;
  openFiles: number;
  /** What keeps its event loop alive (`process.getActiveResourcesInfo`), by kind. */
  resources: Record<string, number>;
}

/** How long the event loop was held up, milliseconds. */
export interface LoopDelay {
  median: number;
  p99: number;
  max: number;
}

export interface Inside {
  /** Collects garbage, which holds the event loop up, and weighs what is left. */
  weigh(): Promise<Weight>;
  /** The delays since the last call; the first one begins to look. */
  loopDelay(): Promise<LoopDelay>;
  /** The value of an expression, as plain data. */
  evaluate(expression: string): Promise<unknown>;
  /** CPU time so far, milliseconds. */
  cpuMs(): Promise<number>;
  /** Says what costs CPU time: the profile, in the form that DevTools opens. */
  profileFor(ms: number): Promise<unknown>;
  close(): void;
}

/** @param program started with `nodeOptions: INSPECTED` */
export async function lookInside(program: Program): Promise<Inside> {
  const url = /Debugger listening on (ws:\S+)/.exec(program.log())?.[1];
  if (url === undefined) throw new Error('The daemon does not say where its inspector listens.');
  const calls = await connect(url);
  const evaluate = async (expression: string): Promise<unknown> => {
    const answer = await calls.call('Runtime.evaluate', { expression, returnByValue: true });
    const { result, exceptionDetails } = answer as { result: { value: unknown }; exceptionDetails?: object };
    if (exceptionDetails) throw new Error(`"${expression}" failed: ${JSON.stringify(exceptionDetails)}`);
    return result.value;
  };
  return {
    async weigh() {
      await calls.call('HeapProfiler.collectGarbage');
      const heapBytes = (await evaluate('process.memoryUsage().heapUsed')) as number;
      const active = (await evaluate('process.getActiveResourcesInfo()')) as string[];
      return {
        heapBytes,
        residentBytes: (await residentBytes(program.pid)) ?? Number.NaN,
        openFiles: readdirSync(`/proc/${String(program.pid)}/fd`).length,
        resources: countsOf(active),
      };
    },
    evaluate,
    loopDelay: async () => (await evaluate(LOOP_DELAY)) as LoopDelay,
    cpuMs: async () => ((await evaluate(CPU)) as number) / 1_000,
    async profileFor(ms) {
      await calls.call('Profiler.enable');
      await calls.call('Profiler.start');
      await new Promise((resolve) => setTimeout(resolve, ms));
      return ((await calls.call('Profiler.stop')) as { profile: unknown }).profile;
    },
    close: () => calls.close(),
  };
}

const CPU = '(({ user, system }) => user + system)(process.cpuUsage())';

const LOOP_DELAY = `(() => {
  const delays = (globalThis.benchDelays ??= process
    .getBuiltinModule('node:perf_hooks')
    .monitorEventLoopDelay({ resolution: ${String(LOOK_MS)} }));
  delays.enable();
  const ms = (nanoseconds) => Math.max(0, nanoseconds / 1e6 - ${String(LOOK_MS)});
  const seen = { median: ms(delays.percentile(50)), p99: ms(delays.percentile(99)), max: ms(delays.max) };
  delays.reset();
  return seen;
})()`;

interface Answer {
  id: number;
  result?: unknown;
  error?: { message: string };
}

/** The Chrome DevTools Protocol, one call at a time or many. */
async function connect(url: string) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  socket.on('message', (data: Buffer) => {
    const { id, result, error } = JSON.parse(data.toString()) as Answer;
    const call = waiting.get(id);
    waiting.delete(id);
    if (error) call?.reject(new Error(error.message));
    else call?.resolve(result);
  });
  let calls = 0;
  return {
    call(method: string, params: object = {}): Promise<unknown> {
      calls += 1;
      const call = Promise.withResolvers<unknown>();
      waiting.set(calls, call);
      socket.send(JSON.stringify({ id: calls, method, params }));
      return call.promise;
    },
    close: () => socket.close(),
  };
}

function countsOf(kinds: readonly string[]): Record<string, number> {
  const groups = Map.groupBy(kinds, (kind) => kind);
  return Object.fromEntries([...groups].map(([kind, all]) => [kind, all.length] as const));
}
