/** The HTTP address of health and metrics: the daemon's own, or free for it. */
import { AddressError, listenOnLoopback } from '../../loopback/server.ts';
import { ok, problem, warning, type Check, type Finding } from './check.ts';

export interface HttpFacts {
  /** Null: off. */
  address: { host: string; port: number } | null;
  /** Whether a daemon runs, whose address it then should be. */
  mayDaemonRun: () => Promise<boolean>;
}

const ANSWER_MS = 3_000;

export function httpCheck(facts: HttpFacts): Check {
  return { name: 'HTTP', timeoutMs: 10_000, probe: async () => [await probe(facts)] };
}

async function probe({ address, mayDaemonRun }: HttpFacts): Promise<Finding> {
  if (address === null) return ok('off');
  const { host, port } = address;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
  if (port === 0) return ok('any free port');
  return (await mayDaemonRun()) ? asked(url) : tried(host, port, url);
}

async function asked(url: string): Promise<Finding> {
  try {
    const { status } = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(ANSWER_MS) });
    if (status === 200) return ok(`${url}/healthz says that all is well`);
    return warning(`${url}/healthz answers ${String(status)}.`, `Look at it: curl ${url}/healthz`);
  } catch {
    return warning(
      `${url} does not answer, and a daemon runs.`,
      'It was started with another HIBERNAUT_HTTP, or is starting. Restart it if you changed that.',
    );
  }
}

async function tried(host: string, port: number, url: string): Promise<Finding> {
  try {
    await (await listenOnLoopback(host, port, (_, response) => response.end())).close();
    return ok(`${url} is free`);
  } catch (error) {
    if (!(error instanceof AddressError)) throw error;
    return problem(
      error.message,
      'Set HIBERNAUT_HTTP to another address, such as 127.0.0.1:4848, or to off.',
    );
  }
}
