/** A part of a benchmark in a process of its own, so that what it does delays nothing that is measured elsewhere. */
import { fork } from 'node:child_process';
import { once } from 'node:events';

export type Methods = Record<string, (argument: never) => Promise<unknown>>;

/** What the process answers to; each with one argument that JSON can hold. */
export interface Part<M extends Methods> {
  ask<N extends keyof M & string>(
    method: N,
    argument: Parameters<M[N]>[0],
  ): Promise<Awaited<ReturnType<M[N]>>>;
  /** Resolves when the process has gone. */
  close(): Promise<void>;
}

interface Answer {
  id: number;
  result?: unknown;
  error?: string;
}

/** @param url of a module that calls `servePart` */
export function startPart<M extends Methods>(url: URL): Part<M> {
  const child = fork(url);
  const exited = once(child, 'exit');
  const asked = new Map<number, PromiseWithResolvers<unknown>>();
  child.on('message', ({ id, result, error }: Answer) => {
    const waiting = asked.get(id);
    asked.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error));
  });
  void exited.then(() => {
    for (const { reject } of asked.values()) reject(new Error(`${url.pathname} has ended.`));
  });
  let count = 0;
  return {
    ask: async (method, argument) => {
      const id = (count += 1);
      const waiting = Promise.withResolvers<unknown>();
      asked.set(id, waiting);
      child.send({ id, method, argument });
      return (await waiting.promise) as never;
    },
    close: async () => {
      if (child.connected) child.disconnect();
      await exited;
    },
  };
}

/** In the process itself, which ends when its starter goes away. */
export function servePart(methods: Methods): void {
  process.on('message', ({ id, method, argument }: { id: number; method: string; argument: never }) => {
    const answer = (rest: Omit<Answer, 'id'>) => process.send?.({ id, ...rest });
    const asked = methods[method]?.(argument) ?? Promise.reject(new Error(`There is no "${method}".`));
    asked.then(
      (result) => answer({ result }),
      (error: unknown) => answer({ error: error instanceof Error ? (error.stack ?? '') : String(error) }),
    );
  });
  process.once('disconnect', () => process.exit());
}
